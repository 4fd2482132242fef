"""Labels: IMAP keywords to which the mailbox gives a name and a colour."""

import json
import re
import secrets
import unicodedata
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import OuterRef, QuerySet, Subquery

from mailboxes.models import Mailbox
from webmail.models import Label
from webmail.models.json_rows import RowsAsJson
from webmail.models.states import KEYWORDS

COLOURS = ("1", "2", "3", "4", "5", "6", "7", "8")  # the hues of tokens.css
MOST = 60  # for each mailbox: every page names them all
# RFC 9051 flag-keyword: an atom; and not one that mail programs already use.
NO_ATOM = re.compile(r"[^A-Za-z0-9_-]+")


class NameTaken(Exception):
    """Another label of this mailbox has the name."""


class TooManyLabels(Exception):
    """The mailbox has MOST labels."""


@dataclass(frozen=True)
class LabelTag:
    """A label as the pages draw it."""

    id: int
    keyword: str
    name: str
    colour: str


def as_json() -> Subquery:
    """The labels of an outer Mailbox as one value, so that a page needs no query for them."""
    rows = Label.objects.filter(mailbox=OuterRef("pk")).values("id", "keyword", "name", "colour")
    return RowsAsJson(rows, "id", "keyword", "name", "colour")


def from_json(text: str | None) -> list[LabelTag]:
    """What `as_json` gave, in the order of the alphabet."""
    tags = [LabelTag(*row) for row in json.loads(text or "[]")]
    return sorted(tags, key=lambda tag: tag.name.casefold())


def of(mailbox: Mailbox) -> QuerySet[Label]:
    return Label.objects.filter(mailbox=mailbox).order_by("name")


def create(mailbox: Mailbox, name: str, colour: str) -> Label:
    """A label with a keyword of its own. Raises NameTaken, TooManyLabels."""
    if of(mailbox).count() >= MOST:
        raise TooManyLabels(mailbox.pk)
    _refuse_taken(mailbox, name)
    label = Label(mailbox=mailbox, name=name, colour=colour)
    for keyword in (_keyword(name), f"{_keyword(name)}_{secrets.token_hex(3)}"):
        label.keyword = keyword
        try:
            with transaction.atomic():
                label.save(force_insert=True)
        except IntegrityError:
            continue
        return label
    raise NameTaken(name)


def change(label: Label, name: str, colour: str) -> None:
    """Another name and colour; the keyword on the messages stays. Raises NameTaken."""
    _refuse_taken(label.mailbox, name, but=label.pk)
    label.name, label.colour = name, colour
    label.save(update_fields=["name", "colour"])


def _refuse_taken(mailbox: Mailbox, name: str, but: int | None = None) -> None:
    same = [label for label in of(mailbox) if label.name.casefold() == name.casefold()]
    if any(label.pk != but for label in same):
        raise NameTaken(name)


def _keyword(name: str) -> str:
    """What other mail programs show of the label: as near to its name as an atom comes."""
    keyword = (NO_ATOM.sub("_", _plain(name)).strip("_-") or "etiquette")[:60].lower()
    return f"{keyword}_" if keyword in KEYWORDS.values() else keyword


def _plain(name: str) -> str:
    return unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
