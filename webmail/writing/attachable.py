"""Messages of a mailbox, and files of theirs, that go along with a draft without being downloaded."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.http import Http404
from django.shortcuts import get_object_or_404

from mailboxes.models import Mailbox
from webmail.models import Folder, IndexedMessage
from webmail.search import finding, query

SHOWN = 30  # messages


@dataclass(frozen=True)
class Place:
    """A message in a folder, and perhaps one of its parts: ``12-345`` or ``12-345-2.1``."""

    folder_id: int
    uid: int
    section: str = ""

    def __str__(self) -> str:
        return "-".join(filter(None, [str(self.folder_id), str(self.uid), self.section]))

    @property
    def message(self) -> "Place":
        return Place(self.folder_id, self.uid)


def read_place(text: str) -> Place:
    """Raises Http404 for what names no message."""
    folder, _dash, rest = text.partition("-")
    uid, _dash, section = rest.partition("-")
    if not all(it.isascii() and it.isdigit() and len(it) <= 10 for it in (folder, uid)):
        raise Http404("no such message")
    return Place(int(folder), int(uid), section[:200])


def newest(mailbox: Mailbox, sought: str) -> Sequence[IndexedMessage]:
    """Those `sought` describes, the newest first; all when it is empty. Not what was thrown away."""
    found = finding.everywhere(mailbox.pk, query.parse(sought)).filter(draft=False)
    return list(found.order_by("-received_at", "-folder", "-uid")[:SHOWN])


def folder_at(mailbox: Mailbox, place: Place) -> Folder:
    """Raises Http404 for a folder of another mailbox."""
    return get_object_or_404(Folder, pk=place.folder_id, mailbox=mailbox)


def by_message(places: Iterable[Place]) -> dict[Place, list[Place]]:
    """What is wanted of each message, in the order it was asked for."""
    wanted: dict[Place, list[Place]] = {}
    for place in places:
        wanted.setdefault(place.message, []).append(place)
    return wanted
