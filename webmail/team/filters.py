"""What narrows the list of a shared mailbox: where the work stands, and who sees to it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.db.models import Count, Q
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from webmail import panes
from webmail.list_address import ME, NOBODY, ListAddress
from webmail.models import Folder, FolderConversation
from webmail.team.people import Team
from webmail.team.states import KEYWORDS, State, tags


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
    """Conversations of the folder by state."""
    bears = {state: Q(keywords__contains=f" {KEYWORDS[state]} ") for state in State}
    some = Q()
    for condition in bears.values():
        some |= condition
    rows = FolderConversation.objects.filter(
        some, mailbox_id=folder.mailbox_id, folder_id=folder.pk
    )
    by_state = {state.name: Count("conversation", filter=bears[state]) for state in State}
    found: dict[str, int] = rows.aggregate(**by_state)
    return found


def _states(folder: Folder, address: ListAddress) -> Iterator[StateFilter]:
    found, whole = counts(folder), address.whole
    for tag in tags():
        is_current = address.state is tag.state
        state = None if is_current else tag.state
        yield StateFilter(
            panes.folder_url(folder.mailbox_id, folder.pk, replace(whole, state=state)),
            tag.label,
            found[tag.state.name],
            number_format(found[tag.state.name], force_grouping=True),
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
