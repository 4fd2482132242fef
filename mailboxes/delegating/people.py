"""Finding those to whom a right can be given: anybody in the academy with an open account."""

from dataclasses import dataclass

from django.db.models import QuerySet

from accounts.agents.agent_search import with_words
from accounts.models import Agent, User
from mailboxes.models import Address, Mailbox

SHOWN = 12
LONGEST_LIST = 40  # people named at once


@dataclass(frozen=True)
class Found:
    """What somebody typed, and who may be meant by it."""

    typed: str
    agents: list[Agent]

    @property
    def is_clear(self) -> bool:
        return len(self.agents) == 1

    def is_doubtful(self, ticked: set[int]) -> bool:
        """Nobody is meant, or several are and none was picked."""
        return not self.is_clear and not any(agent.pk in ticked for agent in self.agents)


def found(text: str) -> list[Found]:
    """For each name, login or address of ``text`` (between semicolons, commas or line breaks)."""
    parts = text.replace("\x00", "").replace(";", ",").replace("\n", ",").split(",")
    typed = list(dict.fromkeys(" ".join(part.split())[:100] for part in parts if part.strip()))
    return [Found(one, _meant(one)) for one in typed[:LONGEST_LIST]]


def with_account() -> QuerySet[Agent]:
    agents = Agent.objects.filter(user__is_active=True, user__mailbox__is_active=True)
    in_order = agents.select_related("user", "school")
    return in_order.order_by("usual_name", "first_name", "pk")


def chosen(ids: list[int]) -> list[User]:
    """The accounts of agents picked from a list; those who left meanwhile are left out."""
    agents = with_account().filter(pk__in=ids)
    return [agent.user for agent in agents if agent.user is not None]


def _meant(typed: str) -> list[Agent]:
    """A whole login, address or name is that person; else whoever has all the words."""
    name = typed.lower()
    exact = with_account().filter(user__username=name)
    if "@" in name:
        personal = Address.objects.filter(address=name, mailbox__kind=Mailbox.Kind.PERSONAL)
        exact = with_account().filter(user__mailbox__in=personal.values("mailbox"))
    return list(exact[:1]) or list(with_words(with_account(), typed)[:SHOWN])
