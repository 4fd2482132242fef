"""What happened in a folder is found out, whatever the server can: compared with all it holds."""

import random
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from contextvars import copy_context
from dataclasses import dataclass, field

import pytest
from django.db import connection
from pytest_django import Settings

from accounts.sealed import sealed_password
from accounts.secrets import Password
from tests.foreign import PLAIN_IMAP, WITH_CONDSTORE, cyrus, poorer_dovecot
from tests.people import Academy, Person
from tests.webmail.sync.indexing import message, messages, program, synced
from tests.webmail.sync.test_index_workers import indexed, until
from webmail import imap, sync
from webmail.errors import FolderNameRefused
from webmail.imap import HeaderRow, MailSession, UidSet

pytestmark = pytest.mark.django_db(transaction=True)

Known = dict[int, tuple[frozenset[str], frozenset[str]]]
# A name that a server may mistake for something else.
FOLDER = "Été & 2024 NIL"
OTHER = "2024"
FLAGS = ["\\Seen", "\\Flagged", "\\Answered", "\\Draft", "$Forwarded", "Classe-de-3e"]
ROUNDS = 25


@dataclass
class Follower:
    """Somebody who asks now and then what changed, and keeps what was learnt."""

    mail: MailSession
    uid_validity: int = 0
    modseq: int = 0
    known: Known = field(default_factory=dict)

    def catch_up(self, folder: str) -> None:
        told = self.mail.changes(
            folder, self.uid_validity, self.modseq, UidSet.of(self.known), window=10_000
        )
        if told.is_rebuilt:
            self.known.clear()
        for uid in told.vanished:
            del self.known[uid]
        for row in told.flags:
            assert row.uid in self.known
            self.known[row.uid] = row.flags, row.keywords
        for arrived in self.mail.header_rows(told.arrived):
            assert arrived.uid not in self.known
            self.known[arrived.uid] = arrived.flags, arrived.keywords
        assert told.exists == len(self.known)
        self.uid_validity, self.modseq = told.uid_validity, told.highest_modseq


class Program:
    """A mail program that does anything."""

    def __init__(self, mail: MailSession, seed: int) -> None:
        self.mail, self.chance, self.sent = mail, random.Random(seed), 0  # noqa: S311

    def do_something(self) -> None:
        deeds: list[Callable[[], None]] = [self.receive, self.receive, self.mark, self.mark]
        deeds += [self.unmark, self.remove, self.move, self.copy]
        if self.chance.random() < 0.08:
            deeds = [self.rebuild, self.rename]
        self.mail.select(FOLDER, readonly=False)
        self.chance.choice(deeds)()

    def some(self) -> list[int]:
        return [uid for uid in self.mail.all_uids() if self.chance.random() < 0.4]

    def flags(self) -> list[str]:
        return self.chance.sample(FLAGS, self.chance.randint(1, 3))

    def receive(self) -> None:
        for _message in range(self.chance.randint(1, 5)):
            self.sent += 1
            raw = b"Subject: %d\r\n\r\nBonjour\r\n" % self.sent
            self.mail.append(FOLDER, raw, [f for f in self.flags() if f[0] == "\\"])

    def mark(self) -> None:
        self.mail.add_flags(self.some(), self.flags())

    def unmark(self) -> None:
        self.mail.remove_flags(self.some(), self.flags())

    def remove(self) -> None:
        self.mail.expunge(self.some()[:3])

    def move(self) -> None:
        self.mail.move(self.some()[:2], OTHER)

    def copy(self) -> None:
        self.mail.copy(self.some()[:2], FOLDER)

    def rebuild(self) -> None:
        self.mail.delete_folder(FOLDER)
        self.mail.create_folder(FOLDER)

    def rename(self) -> None:
        self.mail.rename_folder(FOLDER, "ailleurs")
        self.mail.rename_folder("ailleurs", FOLDER)


def all_there_is(mail: MailSession) -> Known:
    mail.select(FOLDER)
    return {row.uid: (row.flags, row.keywords) for row in mail.flag_rows(mail.all_uids())}


@contextmanager
def own_server(academy: Academy, settings: Settings) -> Iterator[None]:
    yield


@contextmanager
def condstore_only(academy: Academy, settings: Settings) -> Iterator[None]:
    with poorer_dovecot(WITH_CONDSTORE) as settings.IMAP_PORT:
        yield


@contextmanager
def plain(academy: Academy, settings: Settings) -> Iterator[None]:
    with poorer_dovecot(PLAIN_IMAP) as settings.IMAP_PORT:
        yield


@contextmanager
def foreign(academy: Academy, settings: Settings) -> Iterator[None]:
    camille = academy.camille
    settings.MAIL_AUTH = "password"
    sealed_password._current.set(Password(camille.password))  # noqa: SLF001
    with cyrus() as server:
        server.add(camille.address, camille.password)
        settings.IMAP_PORT = server.port
        yield


Server = Callable[[Academy, Settings], AbstractContextManager[None]]
SERVERS: list[Server] = [own_server, condstore_only, plain, foreign]


@pytest.fixture(params=SERVERS, ids=lambda it: str(it.__name__))
def person(
    request: pytest.FixtureRequest, academy: Academy, settings: Settings
) -> Iterator[Person]:
    with request.param(academy, settings):
        yield academy.camille
        imap.POOL.close()


@contextmanager
def connected(person: Person, count: int) -> Iterator[list[MailSession]]:
    with ExitStack() as stack:
        sessions = [imap.session(person.address, person.address) for _ in range(count)]
        yield [stack.enter_context(session) for session in sessions]


def test_whatever_happens_is_found_out(person: Person) -> None:
    with connected(person, 3) as (program_mail, follower_mail, judge):
        for name in (FOLDER, OTHER):
            program_mail.create_folder(name)
        program, follower = Program(program_mail, seed=5), Follower(follower_mail)
        for _round in range(ROUNDS):
            for _deed in range(program.chance.randint(0, 3)):
                program.do_something()
            follower.catch_up(FOLDER)
            assert follower.known == all_there_is(judge)


def test_folders_say_how_they_stand(person: Person) -> None:
    with connected(person, 1) as (mail,):
        for name in (FOLDER, f"{FOLDER}/{OTHER}", "a/b/c/d/e/f/g/h/i/j", "NIL"):
            mail.create_folder(name)
        mail.append(FOLDER, b"Subject: a\r\n\r\n", ["\\Seen"])
        mail.append(FOLDER, b"Subject: b\r\n\r\n")
        mail.subscribe("NIL", wanted=False)
        found = {it.name: it for it in mail.folders()}
        stands = found[FOLDER]
        assert (stands.messages, stands.unseen, stands.uid_next) == (2, 1, 3)
        selected = mail.select(FOLDER)
        assert stands.uid_validity == selected.uid_validity
        assert stands.highest_modseq == (selected.highest_modseq if mail.knows("CONDSTORE") else 0)
        assert found[f"{FOLDER}/{OTHER}"].subscribed
        assert not found["NIL"].subscribed
        assert found["a/b/c/d/e/f/g/h/i/j"].selectable
        assert found["INBOX"].special_use == "inbox"
        with pytest.raises(FolderNameRefused):
            mail.create_folder("NIL")
        uses = {it.special_use for it in found.values()}
        assert uses >= {"inbox", "drafts", "sent", "trash"}


def test_names_may_hold_what_commands_are_written_with(academy: Academy) -> None:
    odd = 'Été "2024" *\\&% (NIL) {3}'
    with connected(academy.camille, 1) as (mail,):
        mail.create_folder(odd)
        mail.append(odd, b"Subject: a\r\n\r\n")
        mail.rename_folder(odd, f"{odd}2")
        found = {it.name: it for it in mail.folders()}
        assert (found[f"{odd}2"].messages, found[f"{odd}2"].subscribed) == (1, True)
        assert odd not in found
        mail.select(f"{odd}2")
        mail.delete_folder(f"{odd}2")
        assert f"{odd}2" not in {it.name for it in mail.folders()}


def test_rows_say_the_same_on_every_server(person: Person) -> None:
    raw = (
        b"From: =?utf-8?q?L=C3=A9a?= <lea@x.fr>\r\nTo: a@b.fr\r\nSubject: Bonjour\r\n"
        b"Message-ID: <1@x.fr>\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/mixed; boundary="="\r\n\r\n'
        b"--=\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>Ch\xc3\xa8re <b>Camille</b>,</p>\r\n"
        b'--=\r\nContent-Type: application/pdf; name="a.pdf"\r\n\r\nx\r\n--=--\r\n'
    )
    with connected(person, 1) as (mail,):
        mail.append("INBOX", raw, ["\\Flagged"])
        mail.append("INBOX", b"Subject: vide\r\n\r\n")
        mail.select("INBOX")
        rows: list[HeaderRow] = list(mail.header_rows(UidSet.between(1)))
        assert [row.has_attachments for row in rows] == [True, False]
        assert [row.flags for row in rows] == [{"\\Flagged"}, frozenset()]
        assert b"Message-ID: <1@x.fr>" in rows[0].headers
        assert rows[0].size == len(raw)
        previews = dict(mail.previews(UidSet.between(1)))
        assert previews[1].startswith("Chère Camille")
        assert previews[2] == ""


def test_messages_are_moved_and_can_be_moved_back(person: Person) -> None:
    with connected(person, 1) as (mail,):
        mail.create_folder(OTHER)
        for number in range(4):
            mail.append("INBOX", b"Subject: %d\r\n\r\n" % number)
        mail.select("INBOX", readonly=False)
        mail.add_flags([4], ["\\Deleted"])
        before = mail.round_trips
        moved = mail.move([1, 3], OTHER)
        assert mail.round_trips - before == (1 if mail.knows("MOVE") else 5)
        assert set(mail.all_uids()) == {2, 4}
        mail.select(OTHER, readonly=False)
        assert set(mail.all_uids()) == set(moved.values() or [1, 2])
        mail.move(moved.values() or [1, 2], "INBOX")
        assert mail.select("INBOX").exists == 4


def test_a_folder_is_emptied_of_what_it_held(person: Person) -> None:
    with connected(person, 1) as (mail,):
        for number in range(3):
            mail.append("INBOX", b"Subject: %d\r\n\r\n" % number)
        mail.empty("INBOX")
        assert mail.select("INBOX").exists == 0


def index_at_once(person: Person) -> None:
    """Beside the test, on connections of its own."""
    try:
        with imap.session(person.address, person.address) as mail:
            sync.sync(mail, person.mailbox, seconds=60)
    finally:
        connection.close()


def test_messages_that_go_while_the_index_reads_them_are_gone_in_the_end(person: Person) -> None:
    with program(person) as other:
        for number in range(64):
            other.put(message(f"note {number}"))
        for _times in range(6):
            other.select()
            other.do("copy", "1:*", "INBOX")
        other.select()
        indexing = threading.Thread(target=copy_context().run, args=(index_at_once, person))
        indexing.start()
        until(lambda: indexed(person) >= 1000)
        for gone in (
            "4000:4096",
            "1:200",
            "1500:2500",
        ):  # read, not read yet, and perhaps on the way
            other.uid("store", gone, "+FLAGS.SILENT", "(\\Deleted)")
            other.do("expunge")
        was_reading = indexing.is_alive()
        indexing.join()
    assert was_reading
    synced(person)
    assert messages(person).count() == 4096 - 97 - 200 - 1001
