"""IMAP: the only module that imports imapclient.

A `MailSession` speaks for one mailbox on behalf of one person. Names of folders are Unicode here;
imapclient turns them into modified UTF-7. Errors of the network or the server become those of
webmail.errors.
"""

import imaplib
import re
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from imapclient import IMAPClient, exceptions  # noqa: TID251
from imapclient.imap_utf7 import decode as decode_utf7  # noqa: TID251
from imapclient.response_parser import parse_response  # noqa: TID251

from mailboxes.tokens import mail_token
from webmail.errors import LoginRefused, MailboxFull, MailServerUnavailable, MessageGone
from webmail.wire import refuse_control, tls_context

SECTION = re.compile(r"([0-9]+(\.[0-9]+)*(\.MIME|\.HEADER|\.TEXT)?|TEXT|HEADER)?")
UID_LIMIT = 1 << 32  # RFC 9051 §2.3.1.1: 32 bits, never 0
EDGE = re.compile(rb"\b(?:MIN|MAX) ([0-9]+)")  # of ESEARCH (RFC 4731)
# Response codes of RFC 5530 and RFC 9208, in the middle of imapclient's words.
OVER_QUOTA = "[OVERQUOTA]"
UNAVAILABLE = "[UNAVAILABLE]"
STATUS_ITEMS = "MESSAGES UNSEEN UIDNEXT UIDVALIDITY"
SPECIAL_USE = {
    b"\\Drafts": "drafts",
    b"\\Sent": "sent",
    b"\\Archive": "archive",
    b"\\Junk": "junk",
    b"\\Trash": "trash",
}
# The same header fields and the same decoding as when the message is opened: servers' ENVELOPEs differ.
SUMMARY_FIELDS = "BODY[HEADER.FIELDS (FROM TO CC SUBJECT DATE MESSAGE-ID)]"
SUMMARY_ITEMS = ["FLAGS", "INTERNALDATE", "BODYSTRUCTURE", "PREVIEW"]


@dataclass(frozen=True)
class FolderStatus:
    """One line of LIST with its STATUS (RFC 5819, RFC 6154). Counts are None for containers."""

    name: str
    delimiter: str
    special_use: str  # "inbox", "drafts", "sent", "archive", "junk", "trash" or ""
    selectable: bool
    uid_validity: int = 0
    uid_next: int = 0
    messages: int = 0
    unseen: int = 0


@dataclass(frozen=True)
class MessageSummary:
    """What a row of the list needs; `headers` is a header block, `structure` imapclient's BodyData."""

    uid: int
    flags: frozenset[str]
    received_at: datetime
    headers: bytes
    structure: Any
    preview: bytes  # UTF-8, at most 256 characters (RFC 8970)


@dataclass(frozen=True)
class FetchedMessage:
    """Header block and structure of one message; its parts are fetched by section number."""

    uid: int
    flags: frozenset[str]
    received_at: datetime
    size: int  # octets
    headers: bytes
    structure: Any


@dataclass
class Selected:
    uid_validity: int
    exists: int


@dataclass
class MailSession:
    """An authenticated connection. Obtain one with `session()`."""

    client: IMAPClient

    # --- folders -----------------------------------------------------------------------------
    def folders(self) -> list[FolderStatus]:
        """All folders with their counts in one round trip (LIST … RETURN (SPECIAL-USE STATUS))."""
        imap = self.client._imap  # noqa: SLF001
        command = f"RETURN (SPECIAL-USE STATUS ({STATUS_ITEMS}))"
        self._check(imap._simple_command("LIST", '""', '"*"', command))  # noqa: SLF001
        lists = imap.untagged_responses.pop("LIST", [])
        statuses = self._statuses(imap.untagged_responses.pop("STATUS", []))
        return [
            self._folder(flags, delimiter, name, statuses)
            for flags, delimiter, name in self.client._proc_folder_list(lists)  # noqa: SLF001
        ]

    @staticmethod
    def _check(answer: tuple[str, list[bytes]]) -> None:
        kind, data = answer
        if kind != "OK":
            raise exceptions.IMAPClientError(f"{kind} {data!r}")

    @staticmethod
    def _statuses(lines: list[Any]) -> dict[str, dict[bytes, int]]:
        parsed = parse_response([line for line in lines if line]) if lines else ()
        pairs = zip(parsed[::2], parsed[1::2], strict=True)
        return {
            decode_utf7(name if isinstance(name, bytes) else str(name).encode()): dict(
                zip(items[::2], items[1::2], strict=True)
            )
            for name, items in pairs
        }

    @staticmethod
    def _folder(
        flags: Sequence[bytes],
        delimiter: bytes | None,
        name: str,
        statuses: dict[str, dict[bytes, int]],
    ) -> FolderStatus:
        lowered = {flag.lower() for flag in flags}
        special = next((use for flag, use in SPECIAL_USE.items() if flag.lower() in lowered), "")
        status = statuses.get(name, {})
        return FolderStatus(
            name=name,
            delimiter=(delimiter or b"").decode("ascii"),
            special_use="inbox" if name.upper() == "INBOX" else special,
            selectable=not lowered & {b"\\noselect", b"\\nonexistent"},
            uid_validity=status.get(b"UIDVALIDITY", 0),
            uid_next=status.get(b"UIDNEXT", 0),
            messages=status.get(b"MESSAGES", 0),
            unseen=status.get(b"UNSEEN", 0),
        )

    def select(self, folder: str, *, readonly: bool = True, uid_validity: int = 0) -> Selected:
        """Raises MessageGone when the folder is no longer there, or no longer the one of `uid_validity`.

        UIDs that were learnt under another UIDVALIDITY name other messages (RFC 9051 §2.3.1.1).
        """
        refuse_control(folder)
        try:
            answer = self.client.select_folder(folder, readonly=readonly)
        except exceptions.IMAPClientError as error:
            if isinstance(error, exceptions.IMAPClientAbortError):
                raise
            raise MessageGone(folder) from error
        selected = Selected(answer[b"UIDVALIDITY"], answer[b"EXISTS"])
        if uid_validity not in {0, selected.uid_validity}:
            raise MessageGone(folder)
        return selected

    # --- reading -----------------------------------------------------------------------------
    def summaries(self, first: int, last: int) -> list[MessageSummary]:
        """Messages by sequence number, `first` to `last` inclusive, newest first."""
        if last < first:
            return []
        self.client.use_uid = False
        try:
            items = ["UID", *SUMMARY_ITEMS, SUMMARY_FIELDS.replace("BODY[", "BODY.PEEK[")]
            answer = self.client.fetch(range(first, last + 1), items)
        finally:
            self.client.use_uid = True
        complete = (item for item in answer.values() if b"BODYSTRUCTURE" in item)
        found = [self._summary(item) for item in complete]
        return sorted(found, key=lambda summary: summary.uid, reverse=True)

    @staticmethod
    def _summary(item: dict[bytes, Any]) -> MessageSummary:
        preview = item.get(b"PREVIEW") or b""
        return MessageSummary(
            uid=item[b"UID"],
            flags=flag_names(item[b"FLAGS"]),
            received_at=item[b"INTERNALDATE"],
            headers=item[SUMMARY_FIELDS.encode()],
            structure=item[b"BODYSTRUCTURE"],
            preview=preview if isinstance(preview, bytes) else str(preview).encode(),
        )

    def message(self, uid: int) -> FetchedMessage:
        """Raises MessageGone."""
        items = ["FLAGS", "INTERNALDATE", "RFC822.SIZE", "BODYSTRUCTURE", "BODY.PEEK[HEADER]"]
        item = self._item(uid, items)
        if b"BODYSTRUCTURE" not in item:
            raise MessageGone(str(uid))
        return FetchedMessage(
            uid=uid,
            flags=flag_names(item[b"FLAGS"]),
            received_at=item[b"INTERNALDATE"],
            size=item[b"RFC822.SIZE"],
            headers=item[b"BODY[HEADER]"],
            structure=item[b"BODYSTRUCTURE"],
        )

    def _item(self, uid: int, items: Sequence[str]) -> dict[bytes, Any]:
        """What FETCH says of one message, nothing when it has gone. Raises MessageGone for a number no message has."""
        if not 0 < uid < UID_LIMIT:
            raise MessageGone(str(uid))
        found: dict[bytes, Any] = self.client.fetch([uid], items).get(uid, {})
        return found

    def require(self, uids: Sequence[int]) -> None:
        """Raises MessageGone unless all of these are in the selected folder: servers change missing ones silently."""
        for uid in uids:
            if not self._item(uid, ["UID"]):
                raise MessageGone(str(uid))

    def section(self, uid: int, section: str) -> bytes:
        """The transferred octets of one part, e.g. ``1.2``, ``1.2.MIME`` or ``""`` for all. Raises MessageGone."""
        if not SECTION.fullmatch(section):
            raise MessageGone(section)
        item = self._item(uid, [f"BODY.PEEK[{section}]"])
        content = item.get(f"BODY[{section}]".encode())
        if content is None:
            raise MessageGone(f"{uid} {section}")
        return bytes(content)

    def sections(self, uid: int, sections: Sequence[str]) -> dict[str, bytes]:
        """The transferred octets of several parts in one round trip; missing ones are left out.

        Raises MessageGone for a number no message has.
        """
        if not sections:
            return {}
        item = self._item(uid, [f"BODY.PEEK[{section}]" for section in sections])
        found = {section: item.get(f"BODY[{section}]".encode()) for section in sections}
        return {section: octets for section, octets in found.items() if octets is not None}

    def part_stream(self, uid: int, section: str, chunk: int = 1 << 18) -> Iterator[bytes]:
        """The transferred octets of one part in pieces of `chunk` octets: constant memory."""
        start = 0
        while True:
            item = self._item(uid, [f"BODY.PEEK[{section}]<{start}.{chunk}>"])
            piece = item.get(f"BODY[{section}]<{start}>".encode())
            if piece is None:
                raise MessageGone(f"{uid} {section}")
            if piece:
                yield piece
            if len(piece) < chunk:
                return
            start += chunk

    def neighbours(self, uid: int) -> tuple[int | None, int | None]:
        """UIDs of the next older and the next newer message in the selected folder."""
        older = self._edge("MAX", f"1:{uid - 1}") if uid > 1 else None
        newer = self._edge("MIN", f"{min(uid + 1, UID_LIMIT - 1)}:*")
        # "*" is the last message even where that is below the first number.
        return older, newer if newer is not None and newer > uid else None

    def _edge(self, which: str, uids: str) -> int | None:
        """One number instead of all (ESEARCH, RFC 4731), which imapclient does not read."""
        imap = self.client._imap  # noqa: SLF001
        self._check(imap._simple_command("UID", "SEARCH", f"RETURN ({which})", "UID", uids))  # noqa: SLF001
        answers = b" ".join(imap.untagged_responses.pop("ESEARCH", []))
        found = EDGE.search(answers)
        return int(found[1]) if found else None

    def create_folder(self, name: str) -> None:
        """Makes a folder that every mail program shows."""
        refuse_control(name)
        self.client.create_folder(name)
        self.client.subscribe_folder(name)

    # --- changing ----------------------------------------------------------------------------
    def add_flags(self, uids: Sequence[int], flags: Sequence[str]) -> None:
        self.client.add_flags(uids, list(flags), silent=True)

    def remove_flags(self, uids: Sequence[int], flags: Sequence[str]) -> None:
        self.client.remove_flags(uids, list(flags), silent=True)

    def move(self, uids: Sequence[int], folder: str) -> None:
        refuse_control(folder)
        self.client.move(uids, folder)

    def expunge(self, uids: Sequence[int]) -> None:
        """Removes just these messages for good (UIDPLUS, RFC 4315)."""
        self.client.add_flags(uids, ["\\Deleted"], silent=True)
        self.client.uid_expunge(uids)

    def append(
        self, folder: str, raw: bytes, flags: Sequence[str] = (), at: datetime | None = None
    ) -> None:
        refuse_control(folder)
        self.client.append(folder, raw, list(flags), at)

    def has_message_id(self, message_id: str) -> bool:
        """Whether the selected folder holds a message with this Message-ID."""
        refuse_control(message_id)
        return bool(self.client.search(["HEADER", "Message-ID", message_id]))

    def quota_kib(self) -> tuple[int, int] | None:
        """(used, limit) of STORAGE in KiB (RFC 9208), None without a limit."""
        for quota in self.client.get_quota():
            if quota.resource == "STORAGE":
                return quota.usage, quota.limit
        return None


def flag_names(flags: Sequence[bytes]) -> frozenset[str]:
    return frozenset(flag.decode("utf-8", "replace") for flag in flags)


def connect(mailbox: str, person: str) -> MailSession:
    """Signs in to `mailbox` (an address) for `person` (an address). Raises MailServerUnavailable, LoginRefused."""
    with translated_errors():
        client = IMAPClient(
            settings.IMAP_HOST,
            settings.IMAP_PORT,
            ssl_context=tls_context(),
            timeout=settings.MAIL_TIMEOUT,
        )
        # Times stay aware: imapclient's own habit is local and naive.
        client.normalise_times = False
        try:
            client.oauthbearer_login(mailbox, mail_token(mailbox, person))
        except exceptions.LoginError as error:
            client.shutdown()
            if _is_passing(error):
                raise
            raise LoginRefused(mailbox) from error
    return MailSession(client)


def _is_passing(error: exceptions.LoginError) -> bool:
    """imapclient calls everything that ends a sign-in a LoginError: lost connections, servers in trouble."""
    return isinstance(error.__context__, imaplib.IMAP4.abort) or UNAVAILABLE in str(error)


@contextmanager
def translated_errors() -> Iterator[None]:
    """Errors of the network and NO answers as those of webmail.errors."""
    try:
        yield
    except (OSError, imaplib.IMAP4.error, exceptions.ProtocolError) as error:
        if OVER_QUOTA in str(error):
            raise MailboxFull(str(error)) from error
        raise MailServerUnavailable(str(error)) from error


OpenSession = AbstractContextManager[MailSession]


@contextmanager
def session(mailbox: str, person: str) -> Iterator[MailSession]:
    """A session for the length of a `with`; its connection ends with it. Errors: see `connect`."""
    mail = connect(mailbox, person)
    try:
        with translated_errors():
            yield mail
    except MailServerUnavailable:
        # A goodbye to a server that does not answer would wait for as long once more.
        mail.client.shutdown()
        raise
    except BaseException:
        close(mail)
        raise
    close(mail)


def close(mail: MailSession) -> None:
    """Says goodbye; a connection that is already dead needs none."""
    try:
        mail.client.logout()
    except (OSError, imaplib.IMAP4.error):
        mail.client.shutdown()
