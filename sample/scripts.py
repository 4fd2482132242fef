"""The stories of the sample, read from ``stories/*.txt``.

A file holds scripts; a script holds a title line, settings, then letters between ``---`` lines::

    === conseil                       the name of the script
    times: 3                          how often it happens (default 1)
    months: 11 12 3                   in which months it may (default: any)
    folder: Conseils de classe        where the readers file it once it is old
    ---
    from: sofia.benali                a login, the local part of a functional mailbox, or one of the
    to: camille.lefevre famille       people outside (see cast.py)
    cc: …
    subject: Conseil de {classe}      {words} come from the performance (see staging.py)
    attach: moyennes                  kinds of files (see attachments.py)
    after: 2.5                        hours since the letter before
    ago: 17m                          or fixed: so long, or ``3d 14:20``, before the end
    unread: camille.lefevre           copies that are unread, or starred, for sure
    file: À traiter                   the folder where functional mailboxes file their copy
    draft: yes                        not sent yet
    html: theatre                     a page of newsletters.py as the HTML body

    The text, until the next ``---`` or ``===``.

The first letter opens the conversation; the others answer the one before, to everybody unless
``to`` says who.
``new`` with any value opens another conversation.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

STORIES = Path(__file__).parent / "stories"


class ScriptError(ValueError):
    """A story file cannot be understood; the text names the script."""


@dataclass(frozen=True)
class Turn:
    """One letter of a script, its words still to be filled in."""

    sender: str
    text: str
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    subject: str = ""
    attach: tuple[str, ...] = ()
    after_hours: float = 3.0
    ago: str = ""
    unread: tuple[str, ...] = ()
    starred: tuple[str, ...] = ()
    file: str = ""
    html: str = ""
    opens: bool = False
    is_draft: bool = False


@dataclass(frozen=True)
class Script:
    name: str
    turns: tuple[Turn, ...]
    times: int = 1
    months: frozenset[int] = frozenset()
    folder: str = ""


@cache
def load(story: str) -> tuple[Script, ...]:
    """The scripts of one file, named without its suffix. Raises ScriptError, OSError."""
    text = (STORIES / f"{story}.txt").read_text(encoding="utf-8")
    return tuple(_script(block) for block in text.split("\n=== ")[1:])


def _script(block: str) -> Script:
    heading, *letters = block.split("\n---\n")
    name, *lines = heading.splitlines()
    settings = dict(_settings(lines, name))
    if not letters:
        raise ScriptError(f"{name} holds no letter")
    return Script(
        name=name.strip(),
        turns=tuple(_turn(letter, name) for letter in letters),
        times=int(settings.get("times", "1")),
        months=frozenset(int(month) for month in settings.get("months", "").split()),
        folder=settings.get("folder", ""),
    )


def _turn(letter: str, name: str) -> Turn:
    head, _, text = letter.partition("\n\n")
    settings = dict(_settings(head.splitlines(), name))
    return Turn(
        sender=settings["from"],
        text=text.strip(),
        to=tuple(settings.get("to", "").split()),
        cc=tuple(settings.get("cc", "").split()),
        subject=settings.get("subject", ""),
        attach=tuple(settings.get("attach", "").split()),
        after_hours=float(settings.get("after", "3")),
        ago=settings.get("ago", ""),
        unread=tuple(settings.get("unread", "").split()),
        starred=tuple(settings.get("starred", "").split()),
        file=settings.get("file", ""),
        html=settings.get("html", ""),
        opens="new" in settings,
        is_draft="draft" in settings,
    )


def _settings(lines: list[str], name: str) -> Iterator[tuple[str, str]]:
    for line in filter(str.strip, lines):
        key, colon, value = line.partition(":")
        if not colon:
            raise ScriptError(f"{name}: no colon in {line!r}")
        yield key.strip(), value.strip()
