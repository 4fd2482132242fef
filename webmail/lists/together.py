"""The mail of several mailboxes as one list: as many rows as a page needs of each, merged by the database.

Each mailbox answers from its own index, and none is asked for more than one page: the list costs the
same at its first page as at its last, whatever the mailboxes hold.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, reduce
from operator import or_
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Q, QuerySet

from config.prepared import Slot, slot_for
from webmail import sync
from webmail.errors import MessageGone
from webmail.imap import UidSet
from webmail.lists import listing
from webmail.lists.beside import Beside
from webmail.lists.list_address import ListAddress, View
from webmail.lists.listing import PAGE_SIZE, SOURCES, ListRow, Page, Sorting, Source
from webmail.lists.picking import Picked
from webmail.models import Folder, IndexedMessage
from webmail.search import finding
from webmail.search.finding import PUT_AWAY
from webmail.search.query import parse

Key = tuple[int, int]  # folder, and UID or conversation
Statement = tuple[str, Sequence[Any]]
_MAILBOX = slot_for(Folder, "mailbox", "mailbox")
_FOLDER = slot_for(Folder, "id", "folder")


def inbox_of(box: Beside) -> Folder:
    """What a list needs to know of it, without a query."""
    use = Folder.Use.INBOX
    return Folder(pk=box.inbox_id, mailbox_id=box.id, name="INBOX", special_use=use)


def folders_of(boxes: Iterable[Beside], address: ListAddress) -> list[Folder]:
    """Those whose messages the list may show; one query for a search, else none."""
    if address.search:
        return list(Folder.objects.filter(mailbox__in=[box.id for box in boxes]))
    return [inbox_of(box) for box in boxes if box.inbox_id]


@dataclass(frozen=True)
class Rows:
    """The rows of the list of all mailboxes in their order."""

    boxes: Sequence[Beside]
    folders: Sequence[Folder]
    address: ListAddress
    view: View

    @property
    def source(self) -> Source:
        return SOURCES[self.view]

    @cached_property
    def order(self) -> Sorting:
        return listing.sorting(self.address.order, self.source, several=True)

    def page(self) -> Page:
        """Two queries."""
        return listing.page_from(self, self.address, self.source)

    def first(
        self, start: Q, *, backwards: bool = False, most: int = PAGE_SIZE + 1
    ) -> list[ListRow]:
        """A page's rows and one more, of those that fit `start`."""
        keys = self._keys(start, self.order.columns(backwards=backwards), most)
        rows = self._rows(keys)
        found = {(row.folder_id, getattr(row, self.source.key)): row for row in rows}
        return [found[key] for key in keys if key in found]

    def _keys(self, start: Q, columns: list[str], most: int) -> list[Key]:
        """The merged order: each part is a range of an index of its own mailbox."""
        parts = list(self._parts(start, columns, most))
        if not parts:
            return []
        names = [column.removeprefix("-") for column in columns]
        ways = ("DESC" if column.startswith("-") else "ASC" for column in columns)
        ends = ", ".join(f"{place} {way}" for place, way in enumerate(ways, 1))
        # Django's own SQL; what was typed is in the parameters.
        selects = (f"SELECT * FROM ({sql}) AS part{n}" for n, (sql, _given) in enumerate(parts))  # noqa: S608
        sql = f"{' UNION ALL '.join(selects)} ORDER BY {ends} LIMIT {most:d}"
        with connection.cursor() as cursor:
            cursor.execute(sql, [value for _sql, given in parts for value in given])
            told = cursor.fetchall()
        folder = names.index("folder_id")
        return [(row[folder], row[-1]) for row in told]

    def _parts(self, start: Q, columns: list[str], most: int) -> Iterator[Statement]:
        """One SELECT for each mailbox; without a search they differ in two numbers alone."""
        if self.address.search:
            for rows in self._found():
                yield _statement(self._part(rows, start, columns, most))
            return
        mine = self.source.model.objects.filter(mailbox_id=_MAILBOX, folder_id=_FOLDER)
        sql, given = _statement(self._part(mine, start, columns, most))
        for folder in self.folders:
            numbers = {_MAILBOX.name: folder.mailbox_id, _FOLDER.name: folder.pk}
            yield sql, [numbers[it.name] if isinstance(it, Slot) else it for it in given]

    def _part(
        self, rows: QuerySet[ListRow], start: Q, columns: list[str], most: int
    ) -> QuerySet[ListRow, Any]:
        shown = rows.filter(self.source.filters[self.address.show]).filter(start)
        names = [column.removeprefix("-") for column in columns]
        return shown.order_by(*columns).values_list(*names, self.source.key)[:most]

    def _found(self) -> Iterator[QuerySet[IndexedMessage]]:
        query = parse(self.address.search)
        away = [it.pk for it in self.folders if it.special_use in PUT_AWAY]
        for box in self.boxes:
            yield finding.everywhere(box.id, query, self.address.reader, away=away)

    def _rows(self, keys: Iterable[Key]) -> Iterable[ListRow]:
        by_folder = defaultdict(list)
        for folder_id, number in keys:
            by_folder[folder_id].append(number)
        if not by_folder:
            return []
        mailboxes = {folder.pk: folder.mailbox_id for folder in self.folders}
        wanted = (
            Q(
                mailbox_id=mailboxes[folder_id],
                folder_id=folder_id,
                **{f"{self.source.key}__in": numbers},
            )
            for folder_id, numbers in by_folder.items()
            if folder_id in mailboxes
        )
        return self.source.model.objects.filter(reduce(or_, wanted, Q(pk__in=[])))


def neighbours(
    boxes: Sequence[Beside], address: ListAddress, view: View, row: ListRow
) -> tuple[ListRow | None, ListRow | None]:
    """The rows before and after `row` in the list, in whatever mailbox."""
    rows = Rows(boxes, folders_of(boxes, address), address, view)
    cursor = rows.order.cursor(row)
    before = rows.first(rows.order.behind(cursor, backwards=True), backwards=True, most=1)
    after = rows.first(rows.order.behind(cursor), most=1)
    return next(iter(before), None), next(iter(after), None)


def _statement(rows: QuerySet[ListRow, Any]) -> Statement:
    made: Statement = rows.query.get_compiler(DEFAULT_DB_ALIAS).as_sql()
    return made


def messages_of(
    picked: Picked, boxes: Sequence[Beside], address: ListAddress, view: View
) -> dict[Folder, UidSet]:
    """What a form of this list means, folder by folder.

    Folders of other mailboxes are left out. Raises MessageGone when nothing is there any more.
    """
    found = _whole(boxes, address, view) if picked.whole else _named(picked, boxes)
    chosen = {folder: UidSet.of(uids) for folder, uids in found.items() if uids}
    if not chosen:
        raise MessageGone("rows")
    return chosen


def _named(picked: Picked, boxes: Sequence[Beside]) -> Mapping[Folder, list[int]]:
    wanted = {*picked.elsewhere, *picked.conversations_elsewhere}
    folders = Folder.objects.filter(mailbox__in=[box.id for box in boxes]).in_bulk(list(wanted))
    return {
        folder: [
            *picked.elsewhere.get(pk, ()),
            *listing.uids_of(folder, picked.conversations_elsewhere.get(pk, ())),
        ]
        for pk, folder in folders.items()
    }


def _whole(
    boxes: Sequence[Beside], address: ListAddress, view: View
) -> Mapping[Folder, Sequence[int]]:
    """Of every row of the list, on whatever page."""
    alone = replace(address.whole, together=False)
    found: dict[int, list[int]] = {}
    for box in boxes:
        if box.inbox_id:
            found |= listing.uids_by_folder(inbox_of(box), alone, view)
    folders = Folder.objects.in_bulk(list(found))
    return {folder: found[pk] for pk, folder in folders.items()}


def keep_up(boxes: Iterable[Beside]) -> None:
    """Their indexes are kept up to date while somebody looks at the list; those never seen are begun."""
    for box in boxes:
        if not (box.is_told and box.inbox_id):
            sync.queue_number(box.id)
    sync.note_all_seen([box.id for box in boxes if box.was_seen_long_ago])
