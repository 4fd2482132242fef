"""Entries of a logbook as the page shows them.

The logbook knows no subject: it is that of the message in the index, while the mailbox has it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.avatars import hue, initials
from accounts.models import User
from mailboxes.models import Deed, LogbookEntry, Mailbox, Via
from webmail.lists import panes
from webmail.models import Folder, IndexedMessage, Label, MessageReference
from webmail.models.states import KEYWORDS, LABELS

FLAGS = {
    "\\Seen": gettext_lazy("lu"),
    "\\Flagged": gettext_lazy("suivi"),
    "\\Answered": gettext_lazy("répondu"),
    "\\Deleted": gettext_lazy("à supprimer"),
    "$Forwarded": gettext_lazy("transféré"),
}
STATES = {keyword: LABELS[state] for state, keyword in KEYWORDS.items()}
ICONS = {
    Deed.READ: "eye",
    Deed.ANSWERED: "reply",
    Deed.FORWARDED: "forward",
    Deed.SENT: "send",
    Deed.DELETED: "trash-2",
    Deed.ERASED: "trash-2",
    Deed.RESTORED: "undo-2",
    Deed.SAVED: "download",
    Deed.FILES: "download",
    Deed.EXPORTED: "download",
    Deed.MARKED: "tag",
    Deed.UNMARKED: "tag",
}
RIGHTS = frozenset(
    (Deed.GRANTED, Deed.CHANGED, Deed.REVOKED, Deed.EXPIRED, Deed.NAMED, Deed.RELIEVED)
)


@dataclass(frozen=True)
class Row:
    """One line. `subject` and `url` are empty of a message that is no longer there."""

    entry: LogbookEntry
    who: str
    initials: str
    hue: int
    icon: str
    deed: str
    about: str
    subject: str
    url: str
    place: str
    mark: str
    by_program: bool
    can_be_restored: bool


def rows_of(mailbox: Mailbox, entries: list[LogbookEntry]) -> list[Row]:
    """Five queries, however many entries."""
    names = Names.of(mailbox)
    copies = copies_of(mailbox, entries)
    return [_row(entry, names, copies.get(entry.message_id, [])) for entry in entries]


@dataclass(frozen=True)
class Names:
    """How the mailbox calls folders and keywords."""

    folders: Mapping[str, Folder]
    labels: Mapping[str, str]

    @classmethod
    def of(cls, mailbox: Mailbox) -> "Names":
        folders = {it.name: it for it in Folder.objects.filter(mailbox=mailbox)}
        labels = {it.keyword: it.name for it in Label.objects.filter(mailbox=mailbox)}
        return cls(folders, labels)

    def folder(self, name: str) -> str:
        return self.folders[name].label if name in self.folders else name

    def flag(self, name: str) -> str:
        known = FLAGS.get(name) or STATES.get(name) or self.labels.get(name)
        return str(known or name)


def copies_of(mailbox: Mailbox, entries: Iterable[LogbookEntry]) -> dict[str, list[IndexedMessage]]:
    """The messages of these entries that the mailbox has, by their Message-IDs."""
    keys = {entry.message_key for entry in entries} - {0}
    named = MessageReference.objects.filter(mailbox=mailbox, identifier__in=keys)
    conversations = list(named.values_list("conversation", flat=True))
    rows = IndexedMessage.objects.filter(mailbox=mailbox, conversation__in=conversations)
    wanted = {entry.message_id for entry in entries}
    found: dict[str, list[IndexedMessage]] = {}
    for row in rows.only("mailbox", "folder", "uid", "message_id", "subject").select_related(
        "folder"
    ):
        if row.message_id in wanted and row.message_id:
            found.setdefault(row.message_id, []).append(row)
    return found


def in_the_bin(copies: Iterable[IndexedMessage]) -> IndexedMessage | None:
    return next((it for it in copies if it.folder.special_use == Folder.Use.TRASH), None)


def _row(entry: LogbookEntry, names: Names, copies: list[IndexedMessage]) -> Row:
    deed = Deed(entry.deed)
    lost = in_the_bin(copies)
    shown = next((it for it in copies if it is not lost), lost)
    who = name_of(entry.person)
    return Row(
        entry=entry,
        who=who,
        initials=initials(who, who),
        hue=hue(entry.person.username if entry.person else ""),
        icon="key-round" if deed in RIGHTS else ICONS.get(deed, "folder-input"),
        deed=str(deed.label),
        about=name_of(entry.about) if deed in RIGHTS else "",
        subject=(shown.subject or _("(sans objet)")) if shown else "",
        url=panes.message_url(shown.folder, shown.uid) if shown else "",
        place=_place(entry, names),
        mark=names.flag(entry.flag) if entry.flag else "",
        by_program=entry.via == Via.PROGRAM,
        can_be_restored=deed == Deed.DELETED and lost is not None,
    )


def _place(entry: LogbookEntry, names: Names) -> str:
    if entry.target:
        folders = {"from": names.folder(entry.folder), "to": names.folder(entry.target)}
        return _("%(from)s → %(to)s") % folders
    return names.folder(entry.folder)


def name_of(person: User | None) -> str:
    return person.get_full_name() if person else _("Le service")
