"""Every mail of the sample academy: who holds which copy, in which folder, with which flags.

``generate`` is pure and repeatable: the same academy, seed and end give the same bytes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from hashlib import blake2s

from sample.academy import Academy
from sample.cast import Cast, Family
from sample.chance import chance
from sample.invitations import invitations
from sample.letters import ARCHIVE, DRAFTS, INBOX, JUNK, SENT, TRASH, Letter, Person
from sample.machines import absences, failed_deliveries
from sample.mime_writer import letter_bytes
from sample.newsletters import newsletters
from sample.school_time import Clock
from sample.scripts import load
from sample.staging import Stage
from sample.trace import trace_headers
from sample.traps import traps

STORIES = ("front", "college", "outside", "rectorat")
SPECIAL_FOLDERS = frozenset({INBOX, SENT, ARCHIVE, JUNK, TRASH, DRAFTS})
TIDY = "camille.lefevre"  # files by topic; the others only archive

SEEN, ANSWERED, FLAGGED, DRAFT = r"\Seen", r"\Answered", r"\Flagged", r"\Draft"


@dataclass(frozen=True)
class SampleMail:
    """One copy of one message.

    ``folder`` is one of SPECIAL_FOLDERS, or the name of a folder of one's own.
    ``raw`` has CRLF line ends and, when received, trace headers (final delivery adds Return-Path).
    """

    mailbox: str
    envelope_sender: str
    folder: str
    received_at: datetime
    flags: frozenset[str]
    message_id: str
    raw: bytes


def generate(academy: Academy, *, seed: int, until: datetime) -> Iterator[SampleMail]:
    """All copies of the sample's letters, eldest first; ``until`` (aware) is the last moment."""
    cast = Cast(academy)
    letters = sorted(
        _letters(cast, Clock(until.replace(microsecond=0)), seed), key=lambda letter: letter.sent_at
    )
    post_office = _PostOffice(cast, letters, until, seed)
    for letter in letters:
        yield from post_office.copies(letter)


def _letters(cast: Cast, clock: Clock, seed: int) -> Iterator[Letter]:
    stage = Stage(cast, clock, seed)
    for story in STORIES:
        for script in load(story):
            yield from stage.play(script)
    people = partial(cast.people, family=Family.drawn(chance(seed)))
    secretary = people((TIDY,))[0]
    yield from newsletters(clock, people, seed)
    yield from invitations(clock, people, seed)
    yield from failed_deliveries(clock, secretary)
    yield from absences(clock, secretary, people(("hugues.de-la-motte", "maelle.d-aubigny")))
    yield from traps(clock, people((TIDY, "sofia.benali", "ce.0760001n")))


class _PostOffice:
    """Sorts letters into mailboxes as their owners would have, knowing what came later."""

    def __init__(self, cast: Cast, letters: list[Letter], until: datetime, seed: int) -> None:
        self.cast, self.until, self.seed = cast, until, seed
        sent = [letter for letter in letters if not letter.is_draft]
        self.answered = {(x.sender.address, x.answers.message_id) for x in sent if x.answers}
        self.last_word = {(x.sender.address, x.thread): x.sent_at for x in sent}

    def copies(self, letter: Letter) -> Iterator[SampleMail]:
        raw = letter_bytes(letter)
        if self.cast.is_inside(letter.sender):
            yield self._own_copy(letter, raw)
        if letter.is_draft:
            return
        for reader in dict.fromkeys(letter.readers):
            if self.cast.is_inside(reader) and reader != letter.sender:
                yield self._received_copy(letter, reader, raw)

    def _own_copy(self, letter: Letter, raw: bytes) -> SampleMail:
        folder = DRAFTS if letter.is_draft else SENT
        flags = frozenset({SEEN, DRAFT} if letter.is_draft else {SEEN})
        return SampleMail(
            letter.sender.address,
            letter.sender.address,
            folder,
            letter.sent_at,
            flags,
            letter.message_id,
            raw,
        )

    def _received_copy(self, letter: Letter, reader: Person, raw: bytes) -> SampleMail:
        folder = self._folder(letter, reader)
        return SampleMail(
            reader.address,
            letter.return_path,
            folder,
            letter.sent_at + timedelta(seconds=2),
            self._flags(letter, reader, folder),
            letter.message_id,
            trace_headers(letter, reader, self.cast.is_inside(letter.sender)) + raw,
        )

    def _folder(self, letter: Letter, reader: Person) -> str:
        """Where the reader keeps it: a whole conversation goes to one place, once it is old."""
        if reader.address in letter.filing:
            return letter.filing[reader.address]
        age = self.until - self.last_word.get(
            (letter.sender.address, letter.thread), letter.sent_at
        )
        if age < timedelta(days=12):
            return INBOX
        whim = self._whim(reader, letter.thread)
        if letter.topic and reader.address.startswith(f"{TIDY}@"):
            return letter.topic if whim < 0.8 else INBOX
        return ARCHIVE if whim < 0.35 else TRASH if whim < 0.4 else INBOX

    def _flags(self, letter: Letter, reader: Person, folder: str) -> frozenset[str]:
        flags = set()
        if not self._is_unread(letter, reader, folder):
            flags.add(SEEN)
        if (reader.address, letter.message_id) in self.answered:
            flags |= {SEEN, ANSWERED}
        if reader.address in letter.starred or self._whim(reader, f"*{letter.key}") < 0.03:
            flags.add(FLAGGED)
        return frozenset(flags)

    def _is_unread(self, letter: Letter, reader: Person, folder: str) -> bool:
        if reader.address in letter.unread:
            return True
        spoke = self.last_word.get((reader.address, letter.thread))
        if folder != INBOX or (spoke and spoke > letter.sent_at):
            return False
        days = (self.until - letter.sent_at).days
        return self._whim(reader, letter.key) < (0.4 if days < 3 else 0.15 if days < 10 else 0.02)

    def _whim(self, reader: Person, about: str) -> float:
        """A number in [0, 1) from these words alone: one more letter moves no other."""
        digest = blake2s(f"{self.seed}/{reader.address}/{about}".encode(), digest_size=4).digest()
        return int.from_bytes(digest, "big") / 2**32
