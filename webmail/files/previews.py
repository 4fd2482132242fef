"""Which files can be looked at without a program of their own, and as what they are sent to the browser."""

import re
from enum import StrEnum

from webmail.message import filenames
from webmail.message.shown import CALENDAR_TYPES
from webmail.message.structure import MESSAGE_TYPES

# What programs write for a type that has another name.
ALIASES = {
    "application/x-pdf": "application/pdf",
    "audio/mp3": "audio/mpeg",
    "audio/x-m4a": "audio/mp4",
    "audio/x-wav": "audio/wav",
    "image/jpg": "image/jpeg",
    "image/pjpeg": "image/jpeg",
    "image/x-png": "image/png",
    "text/directory": "text/vcard",
    "text/x-vcard": "text/vcard",
    "video/quicktime": "video/mp4",  # which is its child, and what browsers play it as
}
UNTOLD = frozenset(
    {"", "application/octet-stream", "application/force-download", "binary/octet-stream"}
)
PLAYABLE = re.compile(r"(audio|video)/[a-z0-9.+-]{1,60}")


class Kind(StrEnum):
    """How a file is looked at."""

    PICTURE = "picture"
    PDF = "pdf"
    SOUND = "sound"
    FILM = "film"
    SHEET = "sheet"
    TEXT = "text"
    MESSAGE = "message"
    EVENT = "event"
    CARD = "card"


KINDS = {
    **dict.fromkeys(MESSAGE_TYPES, Kind.MESSAGE),
    **dict.fromkeys(CALENDAR_TYPES, Kind.EVENT),
    **dict.fromkeys(
        (f"image/{it}" for it in ("png", "jpeg", "gif", "webp", "avif", "bmp")), Kind.PICTURE
    ),
    "application/pdf": Kind.PDF,
    "text/vcard": Kind.CARD,
    "text/csv": Kind.SHEET,
    "text/tab-separated-values": Kind.SHEET,
    "application/json": Kind.TEXT,
    "application/xml": Kind.TEXT,
}


def media_type(name: str, told: str) -> str:
    """The type a file is taken for: by its name when the mail does not tell, or tells only that."""
    known = filenames.type_for(name) if told in UNTOLD else told
    known = ALIASES.get(known, known)
    return "message/rfc822" if name.lower().endswith(".eml") and known in UNTOLD else known


def kind_of(name: str, told: str) -> Kind | None:
    """None for what can only be downloaded, as what can hold scripts."""
    kind = media_type(name, told)
    if filenames.is_dangerous(name, kind):
        return None
    if kind in KINDS:
        return KINDS[kind]
    if PLAYABLE.fullmatch(kind):
        return Kind.SOUND if kind.startswith("audio/") else Kind.FILM
    return Kind.TEXT if kind.startswith("text/") else None


SENT_AS_THEY_ARE = frozenset({Kind.PICTURE, Kind.PDF, Kind.SOUND, Kind.FILM})
