"""From a script to letters: who speaks, when, with which words, quoting whom."""

import re
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from sample.attachments import attachment
from sample.cast import Cast, Family
from sample.chance import chance
from sample.facts import drawn_facts
from sample.letters import DRAFTS, Letter, Person, everyone_but, quoted, reply_subject
from sample.newsletters import page
from sample.rich_text import html_document
from sample.school_time import Clock, at, school_days_before, working_moment
from sample.scripts import Script, Turn
from sample.typography import careful, sayable

HISTORY_SCHOOL_DAYS = 130  # about seven months
WRAPPED_LINE = 60


@dataclass(frozen=True)
class Stage:
    """Where stories are played: the people, the end of time, and the seed of every choice."""

    cast: Cast
    clock: Clock
    seed: int

    def play(self, script: Script) -> Iterator[Letter]:
        """All the letters of a script, each time it happens; none is later than the end."""
        for number in range(script.times):
            rng = chance(self.seed, script.name, number)
            yield from _Performance(self, script, number, rng).letters()

    def start_of(self, script: Script, rng: Random) -> datetime:
        days = school_days_before(self.clock.today)
        known = [next(days) for _ in range(HISTORY_SCHOOL_DAYS)][2:]
        fitting = [day for day in known if day.month in script.months] or known
        day = rng.choice(fitting)
        return at(day, rng.randint(7, 17), rng.randint(0, 59), rng.randint(0, 59))


class _Performance:
    """One occurrence of a script."""

    def __init__(self, stage: Stage, script: Script, number: int, rng: Random) -> None:
        self.stage, self.script, self.number, self.rng = stage, script, number, rng
        fixed = script.turns[0].ago
        self.start = stage.clock.ago(fixed) if fixed else stage.start_of(script, rng)
        self.family = Family.drawn(rng)
        self.facts = drawn_facts(rng, self.start, self.family, stage.clock)

    def letters(self) -> Iterator[Letter]:
        previous: Letter | None = None
        for position, turn in enumerate(self.script.turns):
            moment = self._moment(turn, previous)
            if moment > self.stage.clock.until:
                return
            previous = self._letter(turn, position, previous, moment)
            yield previous

    def _moment(self, turn: Turn, previous: Letter | None) -> datetime:
        if turn.ago:
            return self.stage.clock.ago(turn.ago)
        if previous is None:
            return self.start
        pause = timedelta(
            hours=turn.after_hours, minutes=self.rng.randint(-9, 9), seconds=self.rng.randint(0, 59)
        )
        return working_moment(previous.sent_at + pause)

    def _letter(
        self, turn: Turn, position: int, previous: Letter | None, moment: datetime
    ) -> Letter:
        sender = self.stage.cast.person(turn.sender, self.family)
        answered = None if turn.opens else previous
        to, cc = self._readers(turn, sender, answered)
        letter = Letter(
            key=f"{self.script.name}.{self.number}.{position}.{self.stage.seed}",
            sender=sender,
            to=to,
            cc=cc,
            subject=self._subject(turn, answered),
            text=self._text(turn, sender, answered, _wrapped),
            flowing=self._text(turn, sender, answered, str),
            sent_at=moment,
            attachments=tuple(attachment(kind, self.rng, self.facts) for kind in turn.attach),
            answers=answered,
            filing=self._filing(turn, sender, (*to, *cc)),
            starred=self._addresses(turn.starred),
            unread=self._addresses(turn.unread),
            topic=self.script.folder,
        )
        return self._in_own_hand(letter, turn)

    def _readers(
        self, turn: Turn, sender: Person, answered: Letter | None
    ) -> tuple[tuple[Person, ...], tuple[Person, ...]]:
        to = self.stage.cast.people(turn.to, self.family)
        cc = self.stage.cast.people(turn.cc, self.family)
        if answered is None or to:
            return everyone_but(to, sender), everyone_but(cc, sender)
        others = (answered.sender, *answered.to) if answered.sender != sender else answered.to
        return tuple(dict.fromkeys(everyone_but(others, sender))), everyone_but(
            (*answered.cc, *cc), sender, *others
        )

    def _subject(self, turn: Turn, answered: Letter | None) -> str:
        if turn.subject:
            return careful(turn.subject.format_map(self.facts))
        return reply_subject(answered.subject) if answered else ""

    def _text(
        self, turn: Turn, sender: Person, answered: Letter | None, shaped: Callable[[str], str]
    ) -> str:
        """``shaped`` wraps lines, or leaves one line a paragraph."""
        words = shaped(careful(_unwrapped(turn.text).format_map(self.facts)))
        signature = self.stage.cast.signature_of(sender)
        parts = [words, f"-- \n{signature}" if signature else ""]
        if answered and self.stage.cast.program_of(sender).quotes:
            parts.append(
                quoted(answered, answered.text if shaped is _wrapped else answered.flowing)
            )
        return "\n\n".join(filter(None, parts)) + "\n"

    def _filing(self, turn: Turn, sender: Person, readers: tuple[Person, ...]) -> dict[str, str]:
        if turn.is_draft:
            return {sender.address: DRAFTS}
        posts = [p.address for p in readers if self.stage.cast.is_post(p)]
        return dict.fromkeys(posts, turn.file) if turn.file else {}

    def _addresses(self, tokens: tuple[str, ...]) -> frozenset[str]:
        return frozenset(person.address for person in self.stage.cast.people(tokens, self.family))

    def _in_own_hand(self, letter: Letter, turn: Turn) -> Letter:
        """The letter as the sender's program writes it."""
        program = self.stage.cast.program_of(letter.sender)
        html = page(turn.html, self.facts) if turn.html else ""
        if program.writes_html and not html:
            html = html_document(letter.flowing)
        return letter.written_in(
            program.charset,
            program.encoding,
            subject=sayable(letter.subject, program.charset),
            text=sayable(letter.text, program.charset),
            html=sayable(html, program.charset),
            headers=(("User-Agent", program.agent),),
        )


def _unwrapped(text: str) -> str:
    """The story's words with one line a paragraph; short lines (lists, names) stay as they are."""
    return re.sub(rf"(?<=[^\n]{{{WRAPPED_LINE}}})\n(?!\n|\d\. )", " ", text)


def _wrapped(text: str) -> str:
    lines = text.split("\n")
    return "\n".join(
        textwrap.fill(line, 76, break_on_hyphens=False, break_long_words=False) for line in lines
    )
