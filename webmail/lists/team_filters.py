"""What narrows the list of a shared mailbox: where the work stands, and who sees to it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from webmail.lists import panes
from webmail.lists.list_address import ME, NOBODY, ListAddress
from webmail.models import Folder, FolderConversation
from webmail.models.states import KEYWORDS, State, tags
from webmail.presentation import counted
from webmail.team.people import Team


@dataclass(frozen=True)
class StateFilter:
    """`url` narrows the list to a state, or no longer where it does."""

    url: str
    label: str
    count: int
    count_label: str
    style: str
    current: bool


@dataclass(frozen=True)
class HolderFilter:
    url: str
    label: str
    current: bool


@dataclass(frozen=True)
class TeamFilters:
    """`holder_label` says whose conversations are listed, "" for everybody's."""

    states: list[StateFilter]
    holders: list[HolderFilter]
    holder_label: str


def team_filters(team: Team | None, folder: Folder, address: ListAddress) -> TeamFilters | None:
    """One query; None without a team."""
    if team is None:
        return None
    holders = list(_holders(team, folder, address))
    current = next((it.label for it in holders if it.current), "")
    return TeamFilters(list(_states(folder, address)), holders, current if address.assignee else "")


def counts(folder: Folder) -> dict[str, int]:
    """Conversations of the folder by state, in one query; an index of its own answers for each."""
    asked = Folder.objects.filter(pk=folder.pk)
    found = asked.values_list(*(_counted(state) for state in State)).get()
    return {state.name: int(n) for state, n in zip(State, found, strict=True)}


def _counted(state: State) -> Coalesce:
    rows = FolderConversation.objects.filter(
        mailbox=OuterRef("mailbox"),
        folder=OuterRef("pk"),
        keywords__contains=f" {KEYWORDS[state]} ",
    ).order_by()
    number = rows.values("mailbox").annotate(n=Count("*")).values("n")
    return Coalesce(Subquery(number), 0)


def _states(folder: Folder, address: ListAddress) -> Iterator[StateFilter]:
    found, whole = counts(folder), address.whole
    for tag in tags():
        is_current = address.state is tag.state
        state = None if is_current else tag.state
        yield StateFilter(
            panes.folder_url(folder.mailbox_id, folder.pk, replace(whole, state=state)),
            tag.label,
            found[tag.state.name],
            counted(found[tag.state.name]),
            tag.style,
            is_current,
        )


def _holders(team: Team, folder: Folder, address: ListAddress) -> Iterator[HolderFilter]:
    choices = [("", _("Tout le monde")), (ME, _("Moi")), (NOBODY, _("Personne"))]
    choices += [(str(it.id), it.name) for it in team.assignable if it.id != team.me]
    for value, label in choices:
        narrowed = replace(address.whole, assignee=value)
        url = panes.folder_url(folder.mailbox_id, folder.pk, narrowed)
        yield HolderFilter(url, label, value == address.assignee)
