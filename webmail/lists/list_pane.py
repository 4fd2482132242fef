"""The list pane of one page: its rows, and the links that change what it shows."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from config.links import link
from webmail.access import Right
from webmail.acting import actions
from webmail.lists import listing, panes
from webmail.lists.labels import LabelTag
from webmail.lists.list_address import ListAddress, OddAddress, Order, Show, View
from webmail.lists.listing import Page
from webmail.lists.panes import FolderLink, Group, RowMaker
from webmail.lists.surroundings import Surroundings
from webmail.lists.team_filters import TeamFilters, team_filters
from webmail.models import Folder, IndexedMessage
from webmail.presentation import counted, local
from webmail.search.query import Query, parse
from webmail.team import assigning
from webmail.team.assigning import Assigned

FILTERS = {
    Show.ALL: gettext_lazy("Tout"),
    Show.UNREAD: gettext_lazy("Non lus"),
    Show.STARRED: gettext_lazy("Suivis"),
    Show.ATTACHMENTS: gettext_lazy("Pièces jointes"),
    Show.EXTERNAL: gettext_lazy("Externes"),
}
ORDERS = {
    Order.NEWEST: gettext_lazy("Les plus récents d’abord"),
    Order.OLDEST: gettext_lazy("Les plus anciens d’abord"),
    Order.SENDER: gettext_lazy("Expéditeur"),
    Order.SUBJECT: gettext_lazy("Objet"),
    Order.LARGEST: gettext_lazy("Les plus volumineux d’abord"),
}
VIEWS = {
    View.CONVERSATIONS: gettext_lazy("Conversations"),
    View.MESSAGES: gettext_lazy("Messages un par un"),
}
# What makes sense for messages of whatever folder.
ANYWHERE = ["read", "unread", "star", "unstar", "archive", "junk", "inbox", "delete"]
EMPTY = {
    Show.ALL: gettext_lazy("Aucun message dans ce dossier."),
    Show.UNREAD: gettext_lazy("Aucun message non lu."),
    Show.STARRED: gettext_lazy("Aucun message suivi."),
    Show.ATTACHMENTS: gettext_lazy("Aucun message avec une pièce jointe."),
    Show.EXTERNAL: gettext_lazy("Aucun message venu de l’extérieur."),
}


@dataclass(frozen=True)
class Choice:
    url: str
    label: str
    current: bool


@dataclass(frozen=True)
class Progress:
    done: int
    total: int
    done_label: str
    total_label: str
    label: str = ""


@dataclass(frozen=True)
class LabelFilter:
    name: str
    off_url: str


@dataclass(frozen=True)
class SearchNote:
    """What is looked for and where; `scopes` lead to the same search elsewhere, `off_url` out of it."""

    text: str
    scopes: list[Choice]
    off_url: str
    told: list[str]  # what of it was not understood


@dataclass(frozen=True)
class ListPane:
    """See templates/jinja/webmail/list.html."""

    url: str
    refresh_url: str
    act_url: str
    groups: list[Group]
    newer_url: str
    older_url: str
    filters: list[Choice]
    orders: list[Choice]
    views: list[Choice]
    label: LabelFilter | None
    day: date | None
    kept: list[tuple[str, str]]  # what a form that changes the date must keep
    narrowed: bool
    empty_label: str
    every_label: str  # "" when the page shows all there is
    actions: list[str]
    moves: list[FolderLink]
    tags: list[LabelTag] = field(default_factory=list)
    filling: Progress | None = None
    running: Progress | None = None
    given_up: str = ""
    opened: str = ""  # the open message, as forms name it: "34.5", of folder 5
    search: SearchNote | None = None
    may_act: bool = True  # on some of its rows
    team: TeamFilters | None = None


@dataclass(frozen=True)
class ListMaker:
    """What the parts of one list pane are made from."""

    around: Surroundings
    folders: list[Folder]
    folder: Folder
    address: ListAddress

    @property
    def view(self) -> View:
        return self.around.view(self.address)

    @property
    def keyword(self) -> str:
        """Of the label that narrows the list. Raises OddAddress for one that is not of this mailbox."""
        if not self.address.label:
            return ""
        label = self.around.label(self.address.label)
        if label is None:
            raise OddAddress("label")
        return label.keyword

    def page(self) -> Page:
        return listing.page_of(self.folder, self.address, self.view, self.keyword)

    def pane(self, page: Page, opened: IndexedMessage | None = None) -> ListPane:
        url = self._url(self.address.whole)
        return ListPane(
            url=self._url(ListAddress(view=self.address.view)),
            refresh_url=url,
            act_url=link("act", self.folder.mailbox_id, self.folder.pk) + self.address.query,
            groups=self._groups(page, opened),
            newer_url=self._page_url(newer_than=page.newer) if page.newer else "",
            older_url=self._page_url(older_than=page.older) if page.older else "",
            filters=list(self._filters()),
            orders=list(self._orders()),
            views=list(self._views()),
            label=self._label(),
            day=self.address.day,
            kept=self.address.whole.pairs,
            narrowed=self.address.is_narrowed,
            empty_label=self._empty_label(),
            every_label=self._every_label(page),
            actions=ANYWHERE if self.address.everywhere else actions.offered(self.folder),
            moves=self.moves,
            tags=self.around.labels,
            filling=self._filling(),
            running=self._running(),
            given_up=self._given_up(),
            opened=f"{opened.uid}.{opened.folder_id}" if opened else "",
            search=self._search() if self.address.search else None,
            may_act=self.around.right >= Right.WRITE,
            team=team_filters(self.around.team, self.folder, self.address),
        )

    def _search(self) -> SearchNote:
        whole = self.address.whole
        scopes = [
            Choice(
                self._url(replace(whole, everywhere=True)), _("Toute la boîte"), whole.everywhere
            ),
            Choice(
                self._url(replace(whole, everywhere=False)), self.folder.label, not whole.everywhere
            ),
        ]
        if self.around.has_others:
            # Labels and a team's work are of one mailbox.
            everybody = replace(
                whole, everywhere=True, together=True, label=0, state=None, assignee=""
            )
            url = panes.folder_url(self.folder.mailbox_id, self.folder.pk, everybody)
            scopes.append(Choice(url, _("Toutes mes boîtes"), current=False))
        off = self._url(replace(whole, search="", everywhere=False))
        return SearchNote(whole.search, scopes, off, told(parse(whole.search)))

    def _url(self, address: ListAddress) -> str:
        return self._bare_url + address.query

    @property
    def _bare_url(self) -> str:
        return panes.folder_url(self.folder.mailbox_id, self.folder.pk)

    def _page_url(self, **cursor: object) -> str:
        return self._url(replace(self.address.whole, **cursor))  # type: ignore[arg-type]

    def _groups(self, page: Page, opened: IndexedMessage | None) -> list[Group]:
        now = local(timezone.now())
        labels = {label.keyword.lower(): label for label in self.around.labels}
        own = self.around.mailbox.address
        folders = {folder.pk: folder for folder in self.folders}
        assigned = self._assigned(page)
        maker = RowMaker(self.folder, folders, own, self.address, labels, opened, now, assigned)
        return panes.grouped(maker.rows(page.rows), self.address.order, now)

    def _assigned(self, page: Page) -> Mapping[int, Assigned] | None:
        if self.around.team is None:
            return None
        numbers = {row.conversation for row in page.rows}
        return assigning.of_conversations(self.folder.mailbox_id, numbers, self.around.team)

    @property
    def moves(self) -> list[FolderLink]:
        """The folders that messages can be moved to."""
        here = 0 if self.address.everywhere else self.folder.pk
        return panes.targets(panes.folder_links(self.around.mailbox, self.folders, None), here)

    def _filters(self) -> Iterator[Choice]:
        for show, label in FILTERS.items():
            url = self._url(replace(self.address.whole, show=show))
            yield Choice(url, str(label), show is self.address.show)

    def _orders(self) -> Iterator[Choice]:
        for order, label in ORDERS.items():
            url = self._url(replace(self.address.whole, order=order))
            yield Choice(url, str(label), order is self.address.order)

    def _views(self) -> Iterator[Choice]:
        for view, label in VIEWS.items():
            url = self._url(replace(self.address.whole, view=view))
            yield Choice(url, str(label), view is self.view)

    def _label(self) -> LabelFilter | None:
        label = self.around.label(self.address.label)
        if label is None:
            return None
        return LabelFilter(label.name, self._url(replace(self.address.whole, label=0)))

    def _empty_label(self) -> str:
        if self.address.search:
            return _("Aucun message ne correspond à cette recherche.")
        if self.address.label:
            return _("Aucun message avec cette étiquette.")
        if self.address.is_by_team:
            return _("Aucune conversation ne correspond à ce filtre.")
        if not self.address.is_first_page:
            return _("Aucun message plus ancien.")
        return str(EMPTY[self.address.show])

    def _every_label(self, page: Page) -> str:
        if not page.older and not page.newer:
            return ""
        if self.address.everywhere:
            return _("Agir sur tout ce qui a été trouvé, sur toutes les pages")
        if self.address.is_narrowed:
            return _("Agir sur tout ce que montre ce filtre, sur toutes les pages")
        count = self.folder.messages
        return ngettext(
            "Agir sur le seul message du dossier",
            "Agir sur les %(n)s messages du dossier",
            count,
        ) % {"n": counted(count)}

    def _filling(self) -> Progress | None:
        done, total = min(self.folder.indexed, self.folder.messages), self.folder.messages
        if self.folder.is_filled or done >= total:
            return None
        return progress(done, total)

    def _running(self) -> Progress | None:
        act = self.around.unfinished
        if act is None or act.failed:
            return None
        shown = progress(act.done, act.total)
        words = {"done": shown.done_label, "total": shown.total_label}
        return replace(shown, label=_("En cours : %(done)s messages sur %(total)s") % words)

    def _given_up(self) -> str:
        act = self.around.unfinished
        if act is None or not act.failed:
            return ""
        words = {"done": counted(act.done), "total": counted(act.total)}
        return (
            _(
                "La dernière action s’est arrêtée après %(done)s messages sur %(total)s : les autres n’ont pas changé."
            )
            % words
        )


def told(query: Query) -> list[str]:
    """Sentences for what of a search was not understood."""
    unknown = _("« %(name)s: » n’est pas un critère connu : cherché comme un mot.")
    misread = _("« %(term)s » n’a pas été compris et ne compte pas.")
    said = [unknown % {"name": name} for name in query.unknown[:3]]
    said += [misread % {"term": term} for term in query.misread[:3]]
    if query.was_cut:
        said.append(_("La recherche est trop longue : la fin n’est pas prise en compte."))
    return said


def progress(done: int, total: int, label: str = "") -> Progress:
    return Progress(
        done,
        total,
        counted(done),
        counted(total),
        label,
    )
