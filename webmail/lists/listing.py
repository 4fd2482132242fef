"""A page of a folder's list, from the index alone: one range scan, at page 1 as at page 2,000."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Protocol
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import BooleanField, Exists, F, Func, OrderBy, OuterRef, Q, QuerySet

from config.prepared import Prepared, slot_for
from mailboxes.gate import MAILBOX
from webmail.lists.list_address import ME, NOBODY, Cursor, ListAddress, Order, Show, View, moment
from webmail.models import Folder, FolderConversation, IndexedMessage
from webmail.models.states import KEYWORDS
from webmail.search import finding
from webmail.search.query import parse
from webmail.team import assigning

PAGE_SIZE = 50
# Rows among which a common word of a search stands on a page's worth. A conversation costs more: its
# messages are looked at.
NEAR = {View.MESSAGES: 2000, View.CONVERSATIONS: 500}

FOLDER = slot_for(Folder, "id", "folder")

ListRow = FolderConversation | IndexedMessage


@dataclass(frozen=True)
class Source:
    """What the two kinds of list call the same things; `key` tells a row from the others of its folder."""

    model: type[ListRow]
    key: str
    number: str
    date: str
    filters: dict[Show, Q]


SOURCES = {
    View.CONVERSATIONS: Source(
        FolderConversation,
        key="conversation",
        # Not its number: of two that came in the same second, the later one has the higher UID.
        number="last_uid",
        date="last_date",
        filters={
            Show.ALL: Q(),
            Show.UNREAD: Q(unread__gt=0),
            Show.STARRED: Q(flagged__gt=0),
            Show.ATTACHMENTS: Q(has_attachments=True),
            Show.EXTERNAL: Q(is_external=True),
        },
    ),
    View.MESSAGES: Source(
        IndexedMessage,
        key="uid",
        number="uid",
        date="received_at",
        filters={
            Show.ALL: Q(),
            Show.UNREAD: Q(seen=False),
            Show.STARRED: Q(flagged=True),
            Show.ATTACHMENTS: Q(has_attachments=True),
            Show.EXTERNAL: Q(is_external=True),
        },
    ),
}


@dataclass(frozen=True)
class Sorting:
    """A column and a direction; rows that are equal there follow by their number.

    Rows of several folders may share their number too: they follow by `folder` first, where it is told.
    """

    field: str
    falls: bool
    number: str
    number_falls: bool
    folder: str = ""

    def columns(self, *, backwards: bool = False) -> list[str]:
        names = [self.folder, self.number] if self.folder else [self.number]
        falls = self.number_falls ^ backwards
        first = _column(self.field, falls=self.falls ^ backwards)
        return [first, *(_column(name, falls=falls) for name in names)]

    def behind(self, cursor: Cursor, *, backwards: bool = False) -> Q:
        """The rows that follow the cursor's; bounded on the column, so that an index can begin there."""
        key = moment(str(cursor.key)) if self.field.endswith(("_date", "_at")) else cursor.key
        further = "lt" if self.falls ^ backwards else "gt"
        later = "lt" if self.number_falls ^ backwards else "gt"
        equal = Q(**{f"{self.number}__{later}": cursor.row})
        if self.folder:
            equal &= Q(**{self.folder: cursor.folder})
            equal |= Q(**{f"{self.folder}__{later}": cursor.folder})
        return Q(**{f"{self.field}__{further}e": key}) & (
            Q(**{f"{self.field}__{further}": key}) | equal
        )

    def cursor(self, row: ListRow) -> Cursor:
        key = getattr(row, self.field)
        key = key.isoformat() if isinstance(key, datetime) else key
        return Cursor(key, getattr(row, self.number), row.folder_id if self.folder else 0)


def _column(name: str, *, falls: bool) -> str:
    return f"-{name}" if falls else name


def sorting(order: Order, source: Source, *, several: bool = False) -> Sorting:
    """`several`: the rows are of more than one folder."""
    field, falls, number_falls = {
        Order.NEWEST: (source.date, True, True),
        Order.OLDEST: (source.date, False, False),
        Order.SENDER: ("sender_key", False, True),
        Order.SUBJECT: ("subject_key", False, True),
        Order.LARGEST: ("size", True, True),
    }[order]
    folder = "folder_id" if several else ""
    return Sorting(field, falls, source.number, number_falls, folder)


@dataclass(frozen=True)
class Page:
    """Rows in the list's order; a cursor is None where the list ends."""

    rows: Sequence[ListRow]
    newer: Cursor | None
    older: Cursor | None


def page_of(folder: Folder, address: ListAddress, view: View, keyword: str = "") -> Page:
    """The page that `address` names; one query, up to three for a search on PostgreSQL.

    `keyword` is the address's label on the server.
    """
    source = SOURCES[view]
    order = sorting(address.order, source, several=address.everywhere)
    return page_from(_Rows(folder, address, view, keyword, order), address, source)


class Rows(Protocol):
    """The rows of one list in their order."""

    @property
    def order(self) -> Sorting: ...

    def first(self, start: Q, *, backwards: bool = False) -> list[ListRow]:
        """A page's rows and one more, of those that fit `start`."""


def page_from(rows: Rows, address: ListAddress, source: Source) -> Page:
    order = rows.order
    if address.newer_than:
        return _page_before(rows, address.newer_than)
    start = Q()
    if address.older_than:
        start = order.behind(address.older_than)
    elif address.day:
        start = _from_day(address.day, address.order, source)
    found = rows.first(start)
    starts_inside = address.older_than is not None or address.day is not None
    return _page(found[:PAGE_SIZE], order, newer=starts_inside, older=len(found) > PAGE_SIZE)


def _page_before(rows: Rows, cursor: Cursor) -> Page:
    before = rows.first(rows.order.behind(cursor, backwards=True), backwards=True)
    if len(before) <= PAGE_SIZE:
        # Fewer than a page are left: the first page, whole.
        found = rows.first(Q())
        return _page(found[:PAGE_SIZE], rows.order, newer=False, older=len(found) > PAGE_SIZE)
    return _page(before[PAGE_SIZE - 1 :: -1], rows.order, newer=True, older=True)


@dataclass(frozen=True)
class _Rows:
    """The rows of one list in their order."""

    folder: Folder
    address: ListAddress
    view: View
    keyword: str
    order: Sorting

    def first(self, start: Q, *, backwards: bool = False) -> list[ListRow]:
        """A page's rows and one more, of those that fit `start`."""
        columns = self.order.columns(backwards=backwards)
        if not self.address.search or connection.vendor != "postgresql":
            return self._ordered(start, columns)
        near = self._near(start, backwards=backwards)
        if near is not None:
            found = self._ordered(near, columns, one_by_one=True)
            if len(found) > PAGE_SIZE:
                return found
        return self._ordered(start, _by_sorting(columns))

    def _ordered(
        self, where: Q, columns: Sequence[str | OrderBy], *, one_by_one: bool = False
    ) -> list[ListRow]:
        if not where and self._is_plain:
            first = _first_page(self.view, self.address.show, self.order)
            return first.rows(mailbox=self.folder.mailbox_id, folder=self.folder.pk)
        rows = matching(self.folder, self.address, self.view, self.keyword, one_by_one=one_by_one)
        return list(rows.filter(where).order_by(*columns)[: PAGE_SIZE + 1])

    @property
    def _is_plain(self) -> bool:
        """A folder's own rows, of one kind or all."""
        return not (self.address.search or self.keyword or self.address.is_by_team)

    def _near(self, start: Q, *, backwards: bool) -> Q | None:
        """Those among the next rows of the whole list, to be looked at one by one.

        PostgreSQL's text index answers with all messages that have a word, in no order: a word of
        very many messages is met sooner by looking for it. None where the list ends before.
        """
        source = SOURCES[self.view]
        rows: QuerySet[ListRow] = source.model.objects.filter(mailbox_id=self.folder.mailbox_id)
        if not self.address.everywhere:
            rows = rows.filter(folder_id=self.folder.pk)
        following = rows.filter(start).order_by(*self.order.columns(backwards=backwards))
        parts = following.only("folder_id", self.order.number, self.order.field)
        edge = next(iter(parts[NEAR[self.view] : NEAR[self.view] + 1]), None)
        if edge is None:
            return None
        return start & self.order.behind(self.order.cursor(edge), backwards=not backwards)


@cache
def _first_page(view: View, show: Show, order: Sorting) -> Prepared[ListRow]:
    """What is looked at most by far, made once."""

    def build() -> QuerySet[ListRow]:
        source = SOURCES[view]
        rows = source.model.objects.filter(source.filters[show], mailbox=MAILBOX, folder=FOLDER)
        return rows.order_by(*order.columns())[: PAGE_SIZE + 1]

    return Prepared(build)


def _by_sorting(columns: Sequence[str]) -> list[str | OrderBy]:
    """The same order, of which PostgreSQL does not see that an index has it.

    It would walk through that index until it has met a page of a word, however far away: of "réunion"
    by subject, past all subjects from A to Q.
    """
    first, *others = columns
    key = Func(F(first.removeprefix("-")), function="GREATEST")
    return [OrderBy(key, descending=first.startswith("-")), *others]


def _page(rows: Sequence[ListRow], order: Sorting, *, newer: bool, older: bool) -> Page:
    return Page(
        rows,
        newer=order.cursor(rows[0]) if newer and rows else None,
        older=order.cursor(rows[-1]) if older else None,
    )


def matching(
    folder: Folder,
    address: ListAddress,
    view: View,
    keyword: str = "",
    *,
    one_by_one: bool = False,
) -> QuerySet[ListRow]:
    """Every row of the list, on whatever page, in no order. `one_by_one`: see finding.found."""
    source = SOURCES[view]
    labelled = Q(keywords__contains=f" {keyword} ") if keyword else Q()
    rows = _all_of(folder, source)
    if address.search:
        rows = _searched(folder, address, view, one_by_one=one_by_one)
    return rows.filter(source.filters[address.show] & labelled & _of_team(folder, address))


def _of_team(folder: Folder, address: ListAddress) -> Q:
    """What a team's filters leave."""
    left = Q()
    if address.state is not None:
        left &= Q(keywords__contains=f" {KEYWORDS[address.state]} ")
    if address.assignee == NOBODY:
        left &= assigning.given_to_nobody(folder.mailbox_id)
    elif address.assignee:
        person = address.reader if address.assignee == ME else int(address.assignee)
        left &= assigning.given_to(folder.mailbox_id, person)
    return left


def _all_of(folder: Folder, source: Source) -> QuerySet[ListRow]:
    return source.model.objects.filter(mailbox_id=folder.mailbox_id, folder_id=folder.pk)


def _searched(
    folder: Folder, address: ListAddress, view: View, *, one_by_one: bool
) -> QuerySet[ListRow]:
    """Messages, or the conversations of `folder` one of whose messages there is found."""
    query = parse(address.search)
    if address.everywhere:
        return finding.everywhere(folder.mailbox_id, query, address.reader, one_by_one=one_by_one)
    messages = finding.found(folder.mailbox_id, query, address.reader, one_by_one=one_by_one)
    messages = messages.filter(folder_id=folder.pk)
    if view is View.MESSAGES:
        return messages
    rows = _all_of(folder, SOURCES[view])
    if one_by_one:
        return rows.filter(Exists(messages.filter(conversation=OuterRef("conversation"))))
    conversations = messages.values("conversation")
    if connection.vendor == "postgresql":
        return rows.filter(_Among(F("conversation"), ArraySubquery(conversations)))
    return rows.filter(conversation__in=conversations)


class _Among(Func):
    """One of an array: PostgreSQL then finds what is in it first, as a list of a folder's conversations is long."""

    template, arg_joiner = "%(expressions)s)", " = ANY("
    output_field = BooleanField()


def _from_day(day: date, order: Order, source: Source) -> Q:
    """The newest first list goes back from the end of the day, the oldest first list starts with it."""
    start = datetime.combine(day, time.min, ZoneInfo(settings.TIME_ZONE))
    if order is Order.OLDEST:
        return Q(**{f"{source.date}__gte": start})
    return Q(**{f"{source.date}__lt": start + timedelta(days=1)})


def neighbours(
    folder: Folder, address: ListAddress, view: View, row: ListRow, keyword: str = ""
) -> tuple[ListRow | None, ListRow | None]:
    """The rows before and after `row` in the list."""
    order = sorting(address.order, SOURCES[view], several=address.everywhere)
    cursor = order.cursor(row)
    found = matching(folder, address, view, keyword)
    before = found.filter(order.behind(cursor, backwards=True))
    after = found.filter(order.behind(cursor))
    return (
        before.order_by(*order.columns(backwards=True)).first(),
        after.order_by(*order.columns()).first(),
    )


def uids_of(folder: Folder, conversations: Sequence[int]) -> list[int]:
    """The messages that these conversations have in `folder`."""
    found = IndexedMessage.objects.filter(
        mailbox_id=folder.mailbox_id, folder_id=folder.pk, conversation__in=conversations
    )
    return sorted(found.values_list("uid", flat=True))


def all_uids(folder: Folder, address: ListAddress, view: View, keyword: str = "") -> list[int]:
    """The messages of every row of the list; of conversations, all they have in `folder`."""
    rows = matching(folder, address, view, keyword)
    if view is View.MESSAGES:
        return sorted(rows.values_list("uid", flat=True))
    messages = IndexedMessage.objects.filter(mailbox_id=folder.mailbox_id, folder_id=folder.pk)
    if address.is_narrowed:
        messages = messages.filter(conversation__in=rows.values("conversation"))
    return sorted(messages.values_list("uid", flat=True))


def uids_by_folder(
    folder: Folder, address: ListAddress, view: View, keyword: str = ""
) -> dict[int, list[int]]:
    """The same, also where the list shows what was found in the whole mailbox."""
    if not address.everywhere:
        return {folder.pk: all_uids(folder, address, view, keyword)}
    found: defaultdict[int, list[int]] = defaultdict(list)
    rows = matching(folder, address, View.MESSAGES, keyword)
    for folder_id, uid in rows.values_list("folder_id", "uid"):
        found[folder_id].append(uid)
    return found
