"""Our address of a remote picture: signed, for one message and one session, for as long as that may last."""

from collections.abc import Callable, Sequence

from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.urls import reverse

SALT = "webmail.pictures"
Place = Sequence[int]  # mailbox, folder and UID of the message


def signer_of_links(request: HttpRequest, place: Place) -> Callable[[str], str]:
    """What turns the address of a remote picture of this message into ours."""
    salt = _salt(request)

    def ours(url: str) -> str:
        token = signing.dumps([url, *place], salt=salt, compress=True)
        return reverse("remote_image", args=[*place, token])

    return ours


def picture_of_link(request: HttpRequest, place: Place, token: str) -> str | None:
    """The remote address, when the link was made for this message and this session."""
    try:
        url, *signed = signing.loads(
            token, salt=_salt(request), max_age=settings.SESSION_COOKIE_AGE
        )
    except signing.BadSignature:
        return None
    return str(url) if signed == list(place) else None


def _salt(request: HttpRequest) -> str:
    return f"{SALT} {request.session.session_key}"
