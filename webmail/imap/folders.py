"""Folders: what there is, how it stands, making and changing it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any

from imapclient import exceptions  # noqa: TID251
from imapclient.imap_utf7 import decode as decode_utf7  # noqa: TID251

from webmail.errors import FolderNameRefused, MessageGone
from webmail.imap.channel import Channel, quoted, quoted_name
from webmail.imap.replies import Reply, pairs, values
from webmail.servers.wire import refuse_control

STATUS_ITEMS = b"MESSAGES UNSEEN UIDNEXT UIDVALIDITY"
# Commands sent together: more, and both sides could wait for the other to read.
STATUS_BATCH = 200
UNSELECTABLE = {b"\\noselect", b"\\nonexistent"}
SPECIAL_USE = {
    b"\\drafts": "drafts",
    b"\\sent": "sent",
    b"\\archive": "archive",
    b"\\junk": "junk",
    b"\\trash": "trash",
}
# What servers and programs call them where the server does not say which is which.
USUAL_NAMES = {
    "drafts": {"drafts", "brouillons", "entwürfe", "borradores", "bozze", "draft"},
    "sent": {
        *("sent", "sent items", "sent messages", "sent mail", "envoyés", "éléments envoyés"),
        *("messages envoyés", "gesendet", "gesendete elemente", "enviados", "posta inviata"),
    },
    "archive": {"archive", "archives", "archiv", "archivo", "archivio"},
    "junk": {
        *("junk", "spam", "junk e-mail", "junk email", "bulk mail", "indésirables"),
        *("courrier indésirable", "pourriel", "pourriels", "unerwünscht"),
    },
    "trash": {
        *("trash", "deleted items", "deleted messages", "deleted", "bin", "corbeille"),
        *("éléments supprimés", "messages supprimés", "papierkorb", "papelera", "cestino"),
    },
}


@dataclass(frozen=True)
class FolderStatus:
    """One line of LIST with its STATUS (RFC 5819, RFC 6154). Counts are 0 for what holds no messages.

    `highest_modseq` is 0 where the server counts no changes (RFC 7162).
    """

    name: str
    delimiter: str
    special_use: str  # "inbox", "drafts", "sent", "archive", "junk", "trash" or ""
    selectable: bool
    uid_validity: int = 0
    uid_next: int = 0
    messages: int = 0
    unseen: int = 0
    highest_modseq: int = 0
    subscribed: bool = True


@dataclass(frozen=True)
class _Listed:
    """One line of LIST; `wire_name` is as the server writes it."""

    flags: frozenset[bytes]  # in small letters
    delimiter: str
    wire_name: bytes
    name: str

    @property
    def selectable(self) -> bool:
        return not self.flags & UNSELECTABLE


class Folders(Channel):
    """The stories of folders."""

    def folders(self) -> list[FolderStatus]:
        """All folders with their counts.

        One round trip by LIST … RETURN (SPECIAL-USE SUBSCRIBED STATUS …); where the server knows
        no LIST-STATUS, two: LIST with LSUB, then one STATUS for each.
        """
        items = STATUS_ITEMS + (b" HIGHESTMODSEQ" if self.knows("CONDSTORE") else b"")
        # STATUS says of the selected folder what the connection knew when it selected it.
        before = self._leaving() if self.is_left_over else []
        if self.knows("LIST-STATUS") and self.knows("SPECIAL-USE"):
            wanted = b"SPECIAL-USE SUBSCRIBED STATUS (%b)" % items
            replies = self.run(*before, b'LIST "" "*" RETURN (%b)' % wanted)
            listed = _listed(replies, b"LIST")
            subscribed = {it.wire_name for it in listed if b"\\subscribed" in it.flags}
        else:
            replies = self.run(*before, b'LIST "" "*"', b'LSUB "" "*"')
            listed = _listed(replies, b"LIST")
            subscribed = {it.wire_name for it in _listed(replies, b"LSUB")}
            replies = self._each_status([it.wire_name for it in listed if it.selectable], items)
        return _with_status(listed, _statuses(replies), subscribed)

    def _each_status(self, names: Iterable[bytes], items: bytes) -> list[Reply]:
        """A folder that was deleted since LIST is refused, and has no status."""
        remaining, replies = iter(names), list[Reply]()
        while batch := list(islice(remaining, STATUS_BATCH)):
            try:
                replies += self.run(*(_status(name, items) for name in batch))
            except exceptions.IMAPClientError as error:
                if isinstance(error, exceptions.IMAPClientAbortError):
                    raise
                for name in batch:
                    replies += self._status_if_there(name, items)
        return replies

    def _status_if_there(self, name: bytes, items: bytes) -> list[Reply]:
        try:
            return self.run(_status(name, items))
        except exceptions.IMAPClientError as error:
            if isinstance(error, exceptions.IMAPClientAbortError):
                raise
            return []

    def create_folder(self, name: str) -> None:
        """Makes a folder that every mail program shows, in one round trip. Raises FolderNameRefused."""
        wire_name = quoted_name(name)
        with _named(name):
            self.run(b"CREATE " + wire_name, b"SUBSCRIBE " + wire_name)

    def set_metadata(self, entry: str, value: str) -> None:
        """Sets an annotation of the whole mailbox (RFC 5464 §4.3) where the server keeps any."""
        refuse_control(entry + value)
        if self.knows("METADATA"):
            self.run(b'SETMETADATA "" (%b %b)' % (entry.encode(), quoted(value.encode())))

    def set_rights(self, name: str, who: str, rights: str) -> None:
        """Dovecot's entry for `who` ("$group", an address) on a folder (RFC 4314 §3.1)."""
        refuse_control(who + rights)
        self.run(b"SETACL %b %b %b" % (quoted_name(name), quoted(who.encode()), rights.encode()))

    def rename_folder(self, name: str, new_name: str) -> None:
        """Children follow (RFC 9051 §6.3.6); subscriptions do too, which no server does by itself.

        Raises MessageGone when the folder is no longer there, FolderNameRefused.
        """
        before = {it.name: it for it in self.folders()}
        if name not in before:
            raise MessageGone(name)
        if new_name in before:
            raise FolderNameRefused(new_name)
        start = name + before[name].delimiter if before[name].delimiter else name
        moved = [it for it in before if it == name or it.startswith(start)]
        commands = [b"RENAME %b %b" % (quoted_name(name), quoted_name(new_name))]
        for old in moved:
            if before[old].subscribed:
                commands.append(b"SUBSCRIBE " + quoted_name(new_name + old[len(name) :]))
                commands.append(b"UNSUBSCRIBE " + quoted_name(old))
        self._leave(name)
        with _named(new_name):
            self.run(*commands)

    def delete_folder(self, name: str) -> None:
        """Deletes the folder with its messages; its children stay. Raises MessageGone."""
        self._leave(name)
        try:
            self.run(b"DELETE " + quoted_name(name), b"UNSUBSCRIBE " + quoted_name(name))
        except exceptions.IMAPClientError as error:
            if isinstance(error, exceptions.IMAPClientAbortError):
                raise
            raise MessageGone(name) from error

    def subscribe(self, name: str, *, wanted: bool = True) -> None:
        """Whether mail programs show the folder."""
        self.run((b"SUBSCRIBE " if wanted else b"UNSUBSCRIBE ") + quoted_name(name))

    def _leave(self, name: str) -> None:
        """Some servers end the connection that has selected a folder which goes away."""
        if self.folder == name or self.folder.startswith(name):
            self.unselect()

    def unselect(self) -> None:
        """Leaves the selected folder as it is: CLOSE would remove what is marked as deleted."""
        if self.folder:
            self.run(*self._leaving())

    def _leaving(self) -> list[bytes]:
        """The commands that leave the selected folder, which counts as left from now on."""
        folder, self.folder, self.is_left_over = self.folder, "", False
        self.client._imap.state = "AUTH"  # noqa: SLF001
        if not folder:
            return []
        return (
            [b"UNSELECT"]
            if self.knows("UNSELECT")
            else [b"EXAMINE " + quoted_name(folder), b"CLOSE"]
        )


@contextmanager
def _named(name: str) -> Iterator[None]:
    """What the server says no to is the name; a full mailbox and a lost connection are other matters."""
    try:
        yield
    except exceptions.IMAPClientError as error:
        if isinstance(error, exceptions.IMAPClientAbortError) or "[OVERQUOTA]" in str(error):
            raise
        raise FolderNameRefused(name) from error


def _status(wire_name: bytes, items: bytes) -> bytes:
    return b"STATUS %b (%b)" % (quoted(wire_name), items)


def _listed(replies: Sequence[Reply], kind: bytes) -> list[_Listed]:
    found = (list(values(reply)) for reply in replies if _is(reply, kind))
    return [_one(*fields[1:4]) for fields in found if len(fields) >= 4]


def _is(reply: Reply, kind: bytes) -> bool:
    return reply.text[: len(kind) + 1].upper() == kind + b" "


def _one(flags: Any, delimiter: bytes | None, name: Any) -> _Listed:
    wire_name = _name(name)
    return _Listed(
        flags=frozenset(_name(flag).lower() for flag in flags),
        delimiter=(delimiter or b"").decode("ascii", "replace"),
        wire_name=wire_name,
        name=decode_utf7(wire_name),
    )


def _name(value: Any) -> bytes:
    """An atom of digits was read as a number, and a folder may well be called "2024" or NIL."""
    if isinstance(value, bytes):
        return value
    return b"NIL" if value is None else str(value).encode()


def _statuses(replies: Iterable[Reply]) -> dict[bytes, Mapping[bytes, Any]]:
    found = (list(values(reply)) for reply in replies if _is(reply, b"STATUS"))
    return {_name(fields[1]): pairs(fields[2]) for fields in found if len(fields) == 3}


def _with_status(
    listed: Sequence[_Listed],
    statuses: Mapping[bytes, Mapping[bytes, Any]],
    subscribed: set[bytes],
) -> list[FolderStatus]:
    uses = _uses(listed)
    return [
        _folder(
            it, uses.get(it.name, ""), statuses.get(it.wire_name, {}), it.wire_name in subscribed
        )
        for it in {it.wire_name: it for it in listed}.values()
    ]


def _folder(
    it: _Listed, special_use: str, status: Mapping[bytes, Any], subscribed: bool
) -> FolderStatus:
    return FolderStatus(
        name=it.name,
        delimiter=it.delimiter,
        special_use=special_use,
        selectable=it.selectable,
        uid_validity=status.get(b"UIDVALIDITY", 0),
        uid_next=status.get(b"UIDNEXT", 0),
        messages=status.get(b"MESSAGES", 0),
        unseen=status.get(b"UNSEEN", 0),
        highest_modseq=status.get(b"HIGHESTMODSEQ", 0),
        subscribed=subscribed,
    )


def _uses(listed: Sequence[_Listed]) -> dict[str, str]:
    """Special uses by name of folder: as the server says, else as names suggest."""
    uses = {it.name: "inbox" for it in listed if it.name.upper() == "INBOX"}
    for it in listed:
        told = next((use for flag, use in SPECIAL_USE.items() if flag in it.flags), "")
        if told:
            uses.setdefault(it.name, told)
    for use, names in USUAL_NAMES.items():
        if use not in uses.values():
            meant = next((it for it in listed if _is_called(it, names, uses)), None)
            if meant:
                uses[meant.name] = use
    return uses


def _is_called(it: _Listed, names: set[str], taken: Mapping[str, str]) -> bool:
    """At the top, or just under the INBOX, where some servers keep everything."""
    path = it.name.split(it.delimiter) if it.delimiter else [it.name]
    under = path[1:] if len(path) > 1 and path[0].upper() == "INBOX" else path
    return (
        it.selectable and it.name not in taken and len(under) == 1 and under[0].casefold() in names
    )
