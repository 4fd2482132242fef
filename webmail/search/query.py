"""The language of the search box: text → Query. Pure, never raises.

    de:nadia objet:"conseil de classe" -a:secretariat étiquette:urgent pièce:jointe avant:2026-09

Words are found wherever they begin a word of the subject, of the author or of a recipient. Quotation marks
keep words together, a minus leaves out. In a shared mailbox etat:en-cours and attribue:moi tell what a team
has to do. French and English names of operators mean the same.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from webmail.message.words import words_of
from webmail.models.states import State

LONGEST = 500  # characters; what is beyond is not looked for
MOST_TERMS = 20
YEARS = range(1900, 9000)
QUOTES = str.maketrans({"«": '"', "»": '"', "“": '"', "”": '"', "„": '"'})
TERM = re.compile(
    r'(?P<minus>-?)(?:(?P<name>[^\W\d_]+):\s?)?(?:"(?P<quoted>[^"]*)"?|(?P<bare>[^\s"]*))'
)


class Field(StrEnum):
    ANY = "any"
    SUBJECT = "subject"
    FROM = "from"
    TO = "to"


class Holder(StrEnum):
    ME = "me"
    NOBODY = "nobody"


class Mark(StrEnum):
    ATTACHMENT = "attachment"
    STARRED = "starred"
    UNREAD = "unread"
    READ = "read"
    EXTERNAL = "external"
    ANSWERED = "answered"


@dataclass(frozen=True)
class Text:
    """Words that stand together, in one of the fields; each is the beginning of a word unless `whole`."""

    field: Field
    words: tuple[str, ...]
    whole: bool = False
    excluded: bool = False


@dataclass(frozen=True)
class Named:
    """A label or a folder, by its folded words."""

    words: tuple[str, ...]
    excluded: bool = False


@dataclass(frozen=True)
class Marked:
    mark: Mark
    excluded: bool = False


@dataclass(frozen=True)
class Stated:
    """Where the work on a conversation stands: a state of models/states.py."""

    state: State
    excluded: bool = False


@dataclass(frozen=True)
class Held:
    """Who sees to a conversation: the one who asks, nobody, or whose name begins so."""

    holder: Holder | None
    words: tuple[str, ...] = ()
    excluded: bool = False


@dataclass(frozen=True)
class Span:
    """Days: from `first` on, and before `end`."""

    first: date | None = None
    end: date | None = None
    excluded: bool = False


@dataclass
class Query:
    """All of it must hold. `unknown` operators are looked for as words, `misread` ones ("avant:demain") not at all."""

    texts: list[Text] = field(default_factory=list)
    labels: list[Named] = field(default_factory=list)
    folders: list[Named] = field(default_factory=list)
    marks: list[Marked] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    states: list[Stated] = field(default_factory=list)
    holders: list[Held] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    misread: list[str] = field(default_factory=list)
    was_cut: bool = False

    @property
    def is_empty(self) -> bool:
        of_team = self.states or self.holders
        of_mail = self.texts or self.labels or self.folders or self.marks or self.spans
        return not (of_mail or of_team)


FIELDS = {
    "from": Field.FROM, "de": Field.FROM, "expediteur": Field.FROM,
    "to": Field.TO, "a": Field.TO, "cc": Field.TO, "copie": Field.TO, "destinataire": Field.TO,
    "subject": Field.SUBJECT, "objet": Field.SUBJECT, "sujet": Field.SUBJECT,
}  # fmt: skip
LABEL_NAMES = frozenset(("label", "etiquette"))
FOLDER_NAMES = frozenset(("in", "dans", "dossier"))
MARK_NAMES = frozenset(("has", "is", "est", "avec", "piece"))
MARKS = {
    "attachment": Mark.ATTACHMENT, "attachments": Mark.ATTACHMENT, "piece": Mark.ATTACHMENT,
    "pieces": Mark.ATTACHMENT, "jointe": Mark.ATTACHMENT, "jointes": Mark.ATTACHMENT, "pj": Mark.ATTACHMENT,
    "star": Mark.STARRED, "starred": Mark.STARRED, "suivi": Mark.STARRED, "suivis": Mark.STARRED,
    "unread": Mark.UNREAD, "nonlu": Mark.UNREAD, "nonlus": Mark.UNREAD,
    "read": Mark.READ, "lu": Mark.READ, "lus": Mark.READ,
    "external": Mark.EXTERNAL, "externe": Mark.EXTERNAL, "externes": Mark.EXTERNAL,
    "answered": Mark.ANSWERED, "repondu": Mark.ANSWERED, "repondus": Mark.ANSWERED,
}  # fmt: skip
STATE_NAMES = frozenset(("state", "etat"))
STATES = {
    "atraiter": State.TODO, "todo": State.TODO,
    "encours": State.DOING, "doing": State.DOING,
    "traite": State.DONE, "traitee": State.DONE, "done": State.DONE,
}  # fmt: skip
HOLDER_NAMES = frozenset(("assigned", "attribue", "attribuee"))
HOLDERS = {
    "moi": Holder.ME, "me": Holder.ME,
    "personne": Holder.NOBODY, "nobody": Holder.NOBODY, "none": Holder.NOBODY,
}  # fmt: skip
DAY = re.compile(r"(?:(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})/(\d{1,2})/(\d{4}))")
MONTH = re.compile(r"(?:(\d{4})-(\d{1,2})|(\d{1,2})/(\d{4}))")
YEAR = re.compile(r"(\d{4})")


def parse(text: str) -> Query:
    """Control characters count as spaces."""
    plain = "".join(it if it.isprintable() else " " for it in text).translate(QUOTES)
    query = Query(was_cut=len(plain) > LONGEST)
    found = (it for it in TERM.finditer(plain[:LONGEST]) if it.group().strip())
    for number, term in enumerate(found):
        if number >= MOST_TERMS:
            query.was_cut = True
            break
        _add(query, term)
    return query


def _add(query: Query, term: re.Match[str]) -> None:
    excluded = bool(term["minus"])
    name = "".join(words_of(term["name"] or ""))
    quoted = term["quoted"] is not None
    value = term["quoted"] if quoted else term["bare"]
    reader = READERS.get(name)
    if reader is None:
        if name:
            query.unknown.append(term["name"])
            value = f"{term['name']} {value}"
        _add_text(query, Field.ANY, value, whole=quoted, excluded=excluded)
    elif name in FIELDS:
        _add_text(query, FIELDS[name], value, whole=quoted, excluded=excluded)
    elif value and not reader(query, value, excluded):
        query.misread.append(term.group().strip())


def _add_text(query: Query, where: Field, value: str, *, whole: bool, excluded: bool) -> None:
    words = words_of(value)
    if words:
        query.texts.append(Text(where, words, whole, excluded))


def _read_text(query: Query, value: str, excluded: bool) -> bool:
    return bool(value)


def _read_label(query: Query, value: str, excluded: bool) -> bool:
    query.labels.append(Named(words_of(value), excluded))
    return bool(words_of(value))


def _read_folder(query: Query, value: str, excluded: bool) -> bool:
    query.folders.append(Named(words_of(value), excluded))
    return bool(words_of(value))


def _read_mark(query: Query, value: str, excluded: bool) -> bool:
    """ "non-lu", "pièce jointe" and "pièce-jointe" are one word each here."""
    words = words_of(value)
    mark = MARKS.get("".join(words)) or MARKS.get(words[0] if words else "")
    if mark is not None:
        query.marks.append(Marked(mark, excluded))
    return mark is not None


def _read_state(query: Query, value: str, excluded: bool) -> bool:
    """ "à-traiter" and "en cours" are one word each here."""
    state = STATES.get("".join(words_of(value)))
    if state is not None:
        query.states.append(Stated(state, excluded))
    return state is not None


def _read_holder(query: Query, value: str, excluded: bool) -> bool:
    words = words_of(value)
    if words:
        query.holders.append(Held(HOLDERS.get("".join(words)), words, excluded))
    return bool(words)


def _between(bounds: Callable[[date, date], Span]) -> "Reader":
    def read(query: Query, value: str, excluded: bool) -> bool:
        period = _period(value)
        if period is None:
            return False
        span = bounds(*period)
        query.spans.append(Span(span.first, span.end, excluded))
        return True

    return read


def _period(value: str) -> tuple[date, date] | None:
    """The first day and the day after the last one of a day, a month or a year."""
    try:
        if found := DAY.fullmatch(value):
            year, month, day = _ordered(found)
            first = _date(year, month, day)
            return first, first + timedelta(days=1)
        if found := MONTH.fullmatch(value):
            year, month = _ordered(found)
            return _date(year, month), _date(year + month // 12, month % 12 + 1)
        if found := YEAR.fullmatch(value):
            return _date(int(value)), _date(int(value) + 1)
    except ValueError:
        return None
    return None


def _ordered(found: re.Match[str]) -> list[int]:
    """Year first, however it was written."""
    numbers = [int(it) for it in found.groups() if it]
    return numbers if numbers[0] > 31 or len(found.group().split("-")) > 1 else numbers[::-1]


def _date(year: int, month: int = 1, day: int = 1) -> date:
    if year not in YEARS:
        raise ValueError(year)
    return date(year, month, day)


Reader = Callable[[Query, str, bool], bool]
READERS: Mapping[str, Reader] = {
    **dict.fromkeys(FIELDS, _read_text),
    **dict.fromkeys(LABEL_NAMES, _read_label),
    **dict.fromkeys(FOLDER_NAMES, _read_folder),
    **dict.fromkeys(MARK_NAMES, _read_mark),
    **dict.fromkeys(STATE_NAMES, _read_state),
    **dict.fromkeys(HOLDER_NAMES, _read_holder),
    **dict.fromkeys(("before", "avant"), _between(lambda first, _end: Span(end=first))),
    **dict.fromkeys(("after", "apres", "depuis"), _between(lambda first, _end: Span(first=first))),
    **dict.fromkeys(("on", "le"), _between(Span)),
}
