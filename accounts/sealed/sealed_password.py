"""The password of this sign-in, kept for mail servers that know nothing else (MAIL_AUTH=password).

The session holds it sealed, and the key is in a cookie: neither the database nor the browser alone
opens it, and no worker can. So Pli reaches such a server only while the person has a page open.
"""

import base64
import secrets
from collections.abc import Callable
from contextvars import ContextVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from accounts.secrets import Password

COOKIE = "pli_mail_key"
IN_SESSION = "sealed_mail_password"
FRESH_KEY = "_fresh_mail_key"  # on the request: the key that its response hands to the browser
KEY_BITS = 256
NONCE_OCTETS = 12  # AES-GCM's own length

_current: ContextVar[Password | None] = ContextVar("mail_password", default=None)


def current() -> Password | None:
    """The password of the person whose request this is; None in a worker and after the browser ended."""
    return _current.get()


def keep(request: HttpRequest, password: Password) -> None:
    """Seals a password that was just found right; the response gives its key to the browser."""
    key, nonce = AESGCM.generate_key(KEY_BITS), secrets.token_bytes(NONCE_OCTETS)
    sealed = AESGCM(key).encrypt(nonce, password.reveal().encode("utf-8", "surrogatepass"), None)
    request.session[IN_SESSION] = base64.b64encode(nonce + sealed).decode("ascii")
    setattr(request, FRESH_KEY, base64.urlsafe_b64encode(key).decode("ascii"))
    _current.set(password)


class SealedPasswordMiddleware:
    """Opens the seal for the length of a request, and hands the key of a new one to the browser.

    A file that is streamed is read after the request's end, in its context: so nothing is put back.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        _current.set(_opened(request))
        response = self.get_response(request)
        fresh = getattr(request, FRESH_KEY, "")
        if fresh:
            response.set_cookie(
                COOKIE,
                fresh,
                httponly=True,
                secure=settings.SESSION_COOKIE_SECURE,
                samesite="Strict",
            )
        elif COOKIE in request.COOKIES and IN_SESSION not in request.session:
            response.delete_cookie(COOKIE, samesite="Strict")
        return response


def _opened(request: HttpRequest) -> Password | None:
    key, sealed = request.COOKIES.get(COOKIE, ""), request.session.get(IN_SESSION, "")
    if not key or not sealed:
        return None
    octets = base64.b64decode(sealed)
    try:
        cipher = AESGCM(base64.urlsafe_b64decode(key.encode("ascii", "replace")))
        text = cipher.decrypt(octets[:NONCE_OCTETS], octets[NONCE_OCTETS:], None)
    except (ValueError, InvalidTag):  # a cookie of another session, or of nobody
        return None
    return Password(text.decode("utf-8", "surrogatepass"))
