"""The page before leaving by a link that may deceive: its address is signed, so that nobody else can
have us point anywhere.
"""

from collections.abc import Callable, Sequence

from django.core import signing
from django.urls import reverse

SALT = "webmail.leaving"
Place = Sequence[int]  # mailbox, folder and UID of the message


def address_of_links(place: Place) -> Callable[[str], str]:
    """What turns the target of a link of this message into the address of our page about it."""

    def ours(target: str) -> str:
        token = signing.dumps([target, *place], salt=SALT, compress=True)
        return reverse("leave", args=[*place, token])

    return ours


def target_of(place: Place, token: str) -> str | None:
    """Where the link leads, when the address was made for this message."""
    try:
        target, *signed = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    return str(target) if signed == list(place) else None
