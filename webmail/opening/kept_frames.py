"""What the page of a message cleaned, kept a moment for the frame that asks for it next."""

from django.utils.translation import get_language

from webmail.models import Folder
from webmail.opening import sealed_cache


def keep(folder: Folder, uid: int, language: str, html: str) -> None:
    """Keeps the body's language and its safe HTML; only one without links that belong to a session."""
    sealed_cache.keep(_name(folder, uid), f"{language}\n{html}".encode())


def kept(folder: Folder, uid: int) -> tuple[str, str] | None:
    """What `keep` was given, while it is there. Who may read the message has been checked by the caller."""
    found = sealed_cache.kept(_name(folder, uid))
    if found is None:
        return None
    language, _, html = found.decode().partition("\n")
    return language, html


def _name(folder: Folder, uid: int) -> str:
    """A message never changes under one UIDVALIDITY and UID (RFC 9051 §2.3.1.1); folded quotes are
    named in the reader's language.
    """
    return f"frame:{folder.mailbox_id}:{folder.pk}:{folder.uid_validity}:{uid}:{get_language()}"
