"""The list pane of all mailboxes that one reads together."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from django.utils import timezone
from django.utils.translation import gettext as _

from config.links import link
from webmail.lists import panes, together
from webmail.lists.beside import Beside
from webmail.lists.labels import LabelTag
from webmail.lists.list_pane import Choice, ListMaker, ListPane, SearchNote, told
from webmail.lists.listing import ListRow, Page
from webmail.lists.panes import Group, Row, RowMaker
from webmail.models import Folder, IndexedMessage, Label
from webmail.presentation import local
from webmail.search.query import parse

# What makes sense in whatever mailbox; folders and labels are of one.
ACTIONS = ["read", "unread", "star", "unstar", "archive", "junk", "delete"]


@dataclass(frozen=True)
class TogetherMaker(ListMaker):
    """`around` and `folder` are of the mailbox that the page stands in: nothing is listed by them."""

    boxes: Sequence[Beside] = ()

    @property
    def _bare_url(self) -> str:
        return link("all_mail")

    @cached_property
    def listed(self) -> list[Folder]:
        return together.folders_of(self.boxes, self.address)

    def page(self) -> Page:
        return together.Rows(self.boxes, self.listed, self.address, self.view).page()

    def pane(self, page: Page, opened: IndexedMessage | None = None) -> ListPane:
        return replace(
            super().pane(page, opened),
            act_url=link("act_together") + self.address.query,
            actions=ACTIONS,
            moves=[],
            tags=[],
            filling=None,
            running=None,
            given_up="",
            team=None,
            may_act=any(box.may_write for box in self.boxes),
        )

    def _groups(self, page: Page, opened: IndexedMessage | None) -> list[Group]:
        now = local(timezone.now())
        makers = self._makers(page.rows, opened, now)
        rows = [makers[row.mailbox_id].dated(row) for row in page.rows]
        return panes.grouped(rows, self.address.order, now)

    def _makers(
        self, rows: Iterable[ListRow], opened: IndexedMessage | None, now: datetime
    ) -> dict[int, "BoxRowMaker"]:
        """By mailbox: whose address is one's own there, and what its keywords are called."""
        folders = {folder.pk: folder for folder in self.listed}
        labels = self._labels_of(rows)
        return {
            box.id: BoxRowMaker(
                together.inbox_of(box),
                folders,
                box.address,
                self.address,
                labels[box.id],
                opened,
                now,
                assigned={},  # states alone
                box=box,
            )
            for box in self.boxes
        }

    def _labels_of(self, rows: Iterable[ListRow]) -> dict[int, dict[str, LabelTag]]:
        """One query, for a page on which some message has a keyword."""
        found: dict[int, dict[str, LabelTag]] = defaultdict(dict)
        marked = {row.mailbox_id for row in rows if row.keywords.strip()}
        for label in Label.objects.filter(mailbox__in=marked) if marked else ():
            tag = LabelTag(label.pk, label.keyword, label.name, label.colour)
            found[label.mailbox_id][label.keyword.lower()] = tag
        return found

    def _label(self) -> None:
        return None

    def _every_label(self, page: Page) -> str:
        if not page.older and not page.newer:
            return ""
        if self.address.search:
            return _("Agir sur tout ce qui a été trouvé, sur toutes les pages")
        return _("Agir sur tout ce que montre cette liste, sur toutes les pages")

    def _search(self) -> SearchNote:
        whole = self.address.whole
        alone = replace(whole, together=False, everywhere=True)
        here = panes.folder_url(self.folder.mailbox_id, self.folder.pk, alone)
        scopes = [
            Choice(self._url(whole), _("Toutes mes boîtes"), current=True),
            Choice(here, _("Ma boîte"), current=False),
        ]
        off = self._url(replace(whole, search="", everywhere=False))
        return SearchNote(whole.search, scopes, off, told(parse(whole.search)))


@dataclass(frozen=True)
class BoxRowMaker(RowMaker):
    """Makes the rows of one of the mailboxes."""

    box: Beside

    def dated(self, row: ListRow) -> tuple[datetime, Row]:
        moment, made = self._dated(row)
        return moment, replace(made, box=self.box.label, may_act=self.box.may_write)
