"""In which order folders stand: the special ones as in any mail program, each with what lies in it, then
the person's own by name, neither case nor accents, each before what lies in it."""

from collections.abc import Iterable
from dataclasses import dataclass

from webmail.message.summary import folded
from webmail.models import Folder

SPECIAL_ORDER = [use.value for use in Folder.Use]
OWN = len(SPECIAL_ORDER)
INBOX = 0


@dataclass(frozen=True)
class Placed:
    folder: Folder
    is_own: bool  # among the person's own folders


def placed(folders: Iterable[Folder]) -> list[Placed]:
    """`folders` are all of one mailbox."""
    known = list(folders)
    special = {it.name: SPECIAL_ORDER.index(it.special_use) for it in known if it.special_use}
    keys = {folder.name: _key(folder, special) for folder in known}
    known.sort(key=lambda folder: keys[folder.name])
    return [Placed(folder, keys[folder.name][0] == OWN) for folder in known]


def in_order(folders: Iterable[Folder]) -> list[Folder]:
    """`folders` are all of one mailbox."""
    return [it.folder for it in placed(folders)]


def _key(folder: Folder, special: dict[str, int]) -> tuple[int, tuple[str, ...]]:
    if folder.name in special:
        return special[folder.name], ()
    parts = folder.name.split(folder.delimiter) if folder.delimiter else [folder.name]
    names = tuple(folded(part) for part in parts)
    holders = (folder.delimiter.join(parts[:length]) for length in range(1, len(parts)))
    groups = [special[it] for it in holders if it in special]
    # On some servers everything lies in the INBOX, which says nothing of where it belongs.
    return next((it for it in groups if it != INBOX), OWN), names
