"""The cookie that tells one browser from another, so that strangers cannot lock its owner out."""

import secrets

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse

from accounts.throttling.whom import network_of

COOKIE = "pli_device"
SIGNER = Signer(salt="pli device")
SECONDS_A_DAY = 86_400


def new_device() -> str:
    return secrets.token_urlsafe(16)


def device_of(request: HttpRequest) -> str:
    """The device that the browser names, or ``""`` without a cookie that we signed."""
    try:
        return SIGNER.unsign(request.COOKIES.get(COOKIE, ""))
    except BadSignature:
        return ""


def keep_device(response: HttpResponse, device: str) -> None:
    """The name alone opens nothing: a device counts as known only for who signed in from it."""
    response.set_cookie(
        COOKIE,
        SIGNER.sign(device),
        max_age=settings.KNOWN_DEVICE_DAYS * SECONDS_A_DAY,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def mail_device(address: str) -> str:
    """Mail programs have no cookie: the line they signed in from stands for them."""
    return f"mail program at {network_of(address)}"
