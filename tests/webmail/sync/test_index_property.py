"""Whatever a plain mail program does, the index says what the server says."""

from collections.abc import Callable, Sequence
from random import Random

import pytest
from pytest_django import Settings

from tests.people import Academy, Person
from tests.webmail.imap.test_imap_changes import Server, condstore_only, foreign, plain
from tests.webmail.sync.indexing import Program, message, program, quoted, session, synced
from webmail import sync

pytestmark = pytest.mark.django_db(transaction=True)

STEPS = 40
SYNC_EVERY = 5
NAMES = [
    "Élèves",
    'Avec "guillemets"',
    "Étoile * et % pour cent",
    "a&b",
    "日本語",
    "Barre\\oblique",
    "2024",
    "NIL",
    "Espace  double ",
    "😀",
]
FLAGS = [
    "\\Seen",
    "\\Flagged",
    "\\Answered",
    "\\Draft",
    "\\Deleted",
    "$Forwarded",
    "projet",
    "$label1",
]


class Hand:
    """A person at a mail program, who does anything at any time."""

    def __init__(self, mail: Program, rng: Random) -> None:
        self.mail, self.rng = mail, rng
        self.folders = ["INBOX"]
        self.identifiers = ["absent@x"]

    def act(self) -> None:
        usual: Sequence[Callable[[], object]] = [
            self.append, self.append, self.append, self.flag, self.flag, self.expunge, self.copy,
            self.move, self.create, self.rename, self.delete, self.make_again,
        ]  # fmt: skip
        self.rng.choice(usual)()

    def append(self) -> None:
        for _ in range(self.rng.randint(1, 4)):
            own = self.rng.choice(["", f"{self.rng.randrange(60)}@x"])
            answers = self.rng.sample(
                self.identifiers, k=min(len(self.identifiers), self.rng.randrange(3))
            )
            subject = self.rng.choice(["Sortie", "Re: Sortie", "Budget", ""])
            flags = " ".join(self.rng.sample(FLAGS, k=self.rng.randrange(3)))
            raw = message(subject, own=own, answers=answers)
            self.mail.put(raw, self.folder, f"({flags})", days_ago=self.rng.uniform(0, 90))
            self.identifiers += [own] if own else []

    def flag(self) -> None:
        if uids := self.some():
            sign, flag = self.rng.choice("+-"), self.rng.choice(FLAGS)
            self.mail.uid("store", uids, f"{sign}FLAGS.SILENT", f"({flag})")

    def expunge(self) -> None:
        if uids := self.some():
            self.mail.uid("store", uids, "+FLAGS.SILENT", "(\\Deleted)")
            self.mail.do("expunge")

    def copy(self) -> None:
        if uids := self.some():
            self.mail.uid("copy", uids, quoted(self.folder))

    def move(self) -> None:
        if uids := self.some():
            self.mail.uid("move", uids, quoted(self.folder))

    def create(self) -> None:
        parent = self.rng.choice(["", *(f"{it}/" for it in self.folders if it != "INBOX")])
        name = parent + self.rng.choice(NAMES)
        if name in self.folders or name.count("/") >= 10:
            return
        if self.mail.may("create", quoted(name)):
            self.folders.append(name)

    def rename(self) -> None:
        old, new = self.own_folder(), self.rng.choice(NAMES) + str(self.rng.randrange(99))
        if old and new not in self.folders:
            self.mail.do("select", "INBOX")
            if not self.mail.may("rename", quoted(old), quoted(new)):
                return
            moved = {
                it: new + it[len(old) :] for it in self.folders if f"{it}/".startswith(f"{old}/")
            }
            self.folders = [moved.get(it, it) for it in self.folders]

    def delete(self) -> str:
        leaves = [it for it in self.folders[1:] if not self.has_children(it)]
        if not leaves:
            return ""
        gone = self.rng.choice(leaves)
        self.mail.do("select", "INBOX")
        if not self.mail.may("delete", quoted(gone)):
            return ""
        self.folders.remove(gone)
        return gone

    def make_again(self) -> None:
        if gone := self.delete():
            self.mail.do("create", quoted(gone))
            self.folders.append(gone)
            self.mail.put(message("Nouveau"), gone)

    def has_children(self, folder: str) -> bool:
        return any(it.startswith(f"{folder}/") for it in self.folders)

    def own_folder(self) -> str:
        return self.rng.choice(self.folders[1:]) if len(self.folders) > 1 else ""

    @property
    def folder(self) -> str:
        return self.rng.choice(self.folders)

    def some(self) -> str:
        """UIDs of some messages of a folder, which is selected then."""
        self.mail.do("select", quoted(self.folder))
        found = self.mail.uid("search", "ALL")[0].decode().split()
        chosen = [uid for uid in found if self.rng.random() < 0.4]
        return ",".join(chosen)


@pytest.mark.parametrize("seed", range(5))
def test_after_anything_the_index_says_what_the_server_says(academy: Academy, seed: int) -> None:
    anything_happens(academy, seed)


@pytest.mark.parametrize("seed", [5])
@pytest.mark.parametrize("server", [condstore_only, plain, foreign])
def test_a_server_that_can_less_is_followed_as_well(
    academy: Academy, settings: Settings, server: Server, seed: int
) -> None:
    with server(academy, settings):
        anything_happens(academy, seed)


def anything_happens(academy: Academy, seed: int) -> None:
    rng = Random(seed)  # noqa: S311 chance, not secrets
    with program(academy.camille) as mail:
        hand = Hand(mail, rng)
        for step in range(STEPS):
            hand.act()
            if step % SYNC_EVERY == 0:
                look = looked_at_briefly if rng.random() < 0.3 else synced
                look(academy.camille)
        synced(academy.camille)


def looked_at_briefly(person: Person) -> sync.Outcome:
    """A sync that has no time: what it leaves, the next one finds."""
    with session(person) as mail:
        return sync.sync(mail, person.mailbox, seconds=0)


def test_folders_ten_deep_are_followed(academy: Academy) -> None:
    with program(academy.camille) as mail:
        for depth in range(1, 11):
            name = "/".join(f"{NAMES[0]} {level}" for level in range(depth))
            mail.do("create", quoted(name))
            mail.put(message(f"n {depth}"), name)
        synced(academy.camille)
        mail.do("rename", quoted(f"{NAMES[0]} 0"), quoted("Ailleurs"))
        synced(academy.camille)
