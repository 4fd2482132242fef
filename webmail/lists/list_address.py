"""Which list a page shows. All of it stands in the address, so that back, reload, a bookmark and two tabs work."""

import binascii
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from typing import TypeVar
from urllib.parse import urlencode

from webmail.models.states import State
from webmail.search import query as search_query

EVERYWHERE = "partout"
TOGETHER = "boites"
ME, NOBODY = "moi", "personne"  # of whom conversations are given to; else a person's number
CURSOR_LENGTH = 2000  # characters; a longer one was not made here
NUMBER_LENGTH = 18  # digits that every database's big integer holds
YEARS = range(2, 9999)  # a day more or less of these is still a date everywhere

Choice = TypeVar("Choice", bound=StrEnum)


class OddAddress(Exception):
    """No link of ours says this: show nothing, say that the page does not exist."""


class Show(StrEnum):
    ALL = "tout"
    UNREAD = "non-lus"
    STARRED = "suivis"
    ATTACHMENTS = "pieces-jointes"
    EXTERNAL = "externes"


class Order(StrEnum):
    NEWEST = "date"
    OLDEST = "anciens"
    SENDER = "expediteur"
    SUBJECT = "sujet"
    LARGEST = "taille"


class View(StrEnum):
    CONVERSATIONS = "conversations"
    MESSAGES = "messages"


@dataclass(frozen=True)
class Cursor:
    """The sort key and number of a row: the page goes on behind it, whatever arrived meanwhile.

    `folder` is where the row lies, in a list of several folders; else 0.
    """

    key: str | int
    row: int
    folder: int = 0

    def __str__(self) -> str:
        parts = [self.key, self.row, *filter(None, [self.folder])]
        packed = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
        return urlsafe_b64encode(packed.encode()).decode().rstrip("=")

    @classmethod
    def read(cls, text: str, order: Order, *, several: bool = False) -> "Cursor":
        """Raises OddAddress."""
        if len(text) > CURSOR_LENGTH or not text.isascii():
            raise OddAddress(text)
        try:
            octets = urlsafe_b64decode(text + "=" * (-len(text) % 4))
            key, row, *rest = json.loads(octets)
            (folder,) = rest if several else (0, *rest)
        except (ValueError, TypeError, binascii.Error, RecursionError) as error:
            raise OddAddress(text) from error
        return cls(_checked_key(key, order), _checked_row(row), _checked_row(folder))


def _checked_row(row: object) -> int:
    if type(row) is not int or not 0 <= row < 10**NUMBER_LENGTH:
        raise OddAddress("row")
    return row


def _checked_key(key: object, order: Order) -> str | int:
    if order is Order.LARGEST:
        return _checked_row(key)
    if not isinstance(key, str) or not _is_storable(key):
        raise OddAddress("key")
    if order in {Order.NEWEST, Order.OLDEST}:
        moment(key)
    return key


def _is_storable(key: str) -> bool:
    """PostgreSQL takes no NUL, and neither database half a surrogate pair."""
    return "\0" not in key and not any("\ud800" <= character <= "\udfff" for character in key)


def moment(key: str) -> datetime:
    """The time a date's cursor names. Raises OddAddress."""
    try:
        found = datetime.fromisoformat(key)
    except ValueError as error:
        raise OddAddress(key) from error
    if found.tzinfo is None or found.year not in YEARS:
        raise OddAddress(key)
    return found


@dataclass(frozen=True)
class ListAddress:
    """`view` is None when the person's own preference decides; `label` is 0 for none.

    `search` is what was typed in the search box; `everywhere`: in all folders, message by message.
    `together`: of all the mailboxes that the person reads together.
    `assignee` is "" for whomever. `reader` stands in no address: it is who asks, and so what "moi" means.
    """

    show: Show = Show.ALL
    order: Order = Order.NEWEST
    view: View | None = None
    label: int = 0
    older_than: Cursor | None = None
    newer_than: Cursor | None = None
    day: date | None = None
    search: str = ""
    everywhere: bool = False
    together: bool = False
    state: State | None = None
    assignee: str = ""
    reader: int = 0

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "ListAddress":
        """From the parameters of a page's address. Raises OddAddress."""
        order = _one_of(Order, query.get("tri"), Order.NEWEST)
        view = query.get("vue")
        search = _typed(query.get("q"))
        together = query.get("ou") == TOGETHER
        everywhere = bool(search) and (together or query.get("ou") == EVERYWHERE)
        several = everywhere or together
        label = number(query.get("etiquette") or "0")
        state = query.get("etat")
        assignee = _assignee(query.get("attribue") or "")
        if together and (label or state or assignee):
            raise OddAddress("labels and a team's work are of one mailbox")
        return cls(
            show=_one_of(Show, query.get("filtre"), Show.ALL),
            order=order,
            view=_one_of(View, view, View.CONVERSATIONS) if view else None,
            label=label,
            older_than=_cursor(query.get("apres"), order, several=several),
            newer_than=_cursor(query.get("avant"), order, several=several),
            day=_day(query.get("jour")),
            search=search,
            everywhere=everywhere,
            together=together,
            state=_one_of(State, state, State.TODO) if state else None,
            assignee=assignee,
        )

    @property
    def several(self) -> bool:
        """Whether its rows are of more than one folder."""
        return self.everywhere or self.together

    @property
    def scope(self) -> str:
        """Where its rows are from, as an address says it."""
        if self.together:
            return TOGETHER
        return EVERYWHERE if self.everywhere else ""

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """What differs from the usual list, as an address or a form says it."""
        values = {
            "q": self.search,
            "ou": self.scope,
            "filtre": "" if self.show is Show.ALL else self.show,
            "tri": "" if self.order is Order.NEWEST else self.order,
            "vue": self.view or "",
            "etiquette": self.label or "",
            "etat": self.state or "",
            "attribue": self.assignee,
            "apres": self.older_than or "",
            "avant": self.newer_than or "",
            "jour": self.day or "",
        }
        return [(name, str(value)) for name, value in values.items() if value]

    @property
    def query(self) -> str:
        """With its question mark; nothing for the usual list."""
        pairs = self.pairs
        return f"?{urlencode(pairs)}" if pairs else ""

    @property
    def is_first_page(self) -> bool:
        return self.older_than is None and self.newer_than is None and self.day is None

    @property
    def is_narrowed(self) -> bool:
        others = self.label != 0 or bool(self.search) or self.is_by_team
        return self.show is not Show.ALL or others

    @property
    def is_by_team(self) -> bool:
        """Narrowed by what only a team's mailbox has."""
        return self.state is not None or bool(self.assignee)

    @cached_property
    def whole(self) -> "ListAddress":
        """The same list from its first page."""
        return replace(self, older_than=None, newer_than=None, day=None)


def _one_of(choices: type[Choice], asked: str | None, usual: Choice) -> Choice:
    if not asked:
        return usual
    try:
        return choices(asked)
    except ValueError as error:
        raise OddAddress(asked) from error


def number(asked: str) -> int:
    """A row's number as an address or a form names it. Raises OddAddress."""
    if not asked.isascii() or not asked.isdigit() or len(asked) > NUMBER_LENGTH:
        raise OddAddress(asked)
    return int(asked)


def _assignee(asked: str) -> str:
    return asked if asked in {"", ME, NOBODY} else str(number(asked))


def _cursor(asked: str | None, order: Order, *, several: bool) -> Cursor | None:
    return Cursor.read(asked, order, several=several) if asked else None


def _typed(asked: str | None) -> str:
    """What was typed, on one line; a little more than what is looked for, so that the page can say so."""
    text = "".join(it if it.isprintable() else " " for it in asked or "")
    return text.strip()[: search_query.LONGEST + 1]


def _day(asked: str | None) -> date | None:
    if not asked:
        return None
    try:
        day = date.fromisoformat(asked)
    except ValueError as error:
        raise OddAddress(asked) from error
    if day.year not in YEARS:
        raise OddAddress(asked)
    return day
