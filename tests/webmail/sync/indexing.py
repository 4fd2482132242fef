"""A mailbox that a plain IMAP program changes, and its index."""

import imaplib
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from django.db.models import QuerySet

from tests import mail_programs
from tests.people import Person
from webmail import imap, sync
from webmail.imap.channel import quoted_name
from webmail.models import Folder, FolderConversation, IndexedMessage
from webmail.sync.checking import inconsistencies

DAY = 86400  # seconds


@dataclass
class Program:
    """A mail program of the standard library, which knows no extension."""

    connection: imaplib.IMAP4_SSL

    def put(self, raw: bytes, folder: str = "INBOX", flags: str = "", days_ago: float = 0) -> None:
        then = imaplib.Time2Internaldate(time.time() - days_ago * DAY)
        self.do("append", quoted(folder), flags, then, raw)

    def select(self, folder: str = "INBOX") -> int:
        return int(self.do("select", quoted(folder))[0])

    def do(self, command: str, *arguments: object) -> Sequence[bytes]:
        kind, answer = getattr(self.connection, command)(*arguments)
        assert kind == "OK", (command, arguments, answer)
        return [it for it in answer if isinstance(it, bytes)]

    def may(self, command: str, *arguments: object) -> bool:
        """Whether the server did it: one refuses names that another takes."""
        kind, _answer = getattr(self.connection, command)(*arguments)
        return bool(kind == "OK")

    def uid(self, command: str, *arguments: str) -> Sequence[bytes]:
        return self.do("uid", command, *arguments)


def quoted(folder: str) -> str:
    """A folder's name as imaplib takes it."""
    return quoted_name(folder).decode("ascii")


@contextmanager
def program(person: Person) -> Iterator[Program]:
    connection = mail_programs.signed_in(person.address, person.password)
    yield Program(connection)
    connection.logout()


def message(
    subject: str = "Bonjour",
    *,
    own: str = "",
    answers: Sequence[str] = (),
    sender: str = "Nadia Benali <nadia@ac-normandie.fr>",
    to: str = "camille@ac-normandie.fr",
    text: str = "Bonjour à tous.",
) -> bytes:
    """`own` and `answers` are identifiers without brackets."""
    lines = [f"From: {sender}", f"To: {to}", f"Subject: {subject}"]
    if own:
        lines.append(f"Message-ID: <{own}>")
    if answers:
        lines.append("References: " + " ".join(f"<{it}>" for it in answers))
    lines += ["Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit"]
    return "\r\n".join([*lines, "", text, ""]).encode()


@contextmanager
def session(person: Person) -> Iterator[imap.MailSession]:
    with imap.session(person.address, person.address) as mail:
        yield mail


def synced(person: Person) -> sync.Outcome:
    """The index of a person's mailbox brought up to date, and found to say what the server says."""
    with session(person) as mail:
        outcome = sync.sync(mail, person.mailbox, seconds=60)
        for folder in outcome.folders:
            if not folder.highest_modseq:
                sync.sync(mail, person.mailbox, shown=folder.pk)
        differences = inconsistencies(mail, person.mailbox)
    assert not differences, differences
    return outcome


def messages(person: Person, folder: str = "inbox") -> QuerySet[IndexedMessage]:
    return IndexedMessage.objects.filter(
        mailbox=person.mailbox, folder=folder_of(person, folder)
    ).order_by("uid")


def rows(person: Person, folder: str = "inbox") -> QuerySet[FolderConversation]:
    return FolderConversation.objects.filter(
        mailbox=person.mailbox, folder=folder_of(person, folder)
    ).order_by("-last_date", "-conversation")


def folder_of(person: Person, name: str) -> Folder:
    """By special use, or by name."""
    folders = person.mailbox.folders
    return folders.filter(special_use=name).first() or folders.get(name=name)
