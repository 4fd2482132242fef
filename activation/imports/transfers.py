"""The file's three columns on arrivals from another academy, against the transfers expected."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from accounts.models import Agent
from activation.imports.cells import Value
from activation.imports.columns import Fault, shown
from activation.imports.outcomes import Change
from activation.models.problems import Problem
from activation.models.transfers import ExpectedTransfer

ACADEMY, DAY, ADDRESS = "academie_origine", "date_mutation", "ancienne_adresse"


@dataclass(frozen=True)
class Arrival:
    """What the file says of one person; without a day, that no arrival is expected."""

    academy: str = ""
    on: date | None = None
    former_address: str = ""

    def cells(self) -> dict[str, str]:
        return {ACADEMY: self.academy, DAY: shown(self.on), ADDRESS: self.former_address}


NONE = Arrival()


class Transfers:
    """Those of some agents: at most one is awaited for each, the others were used."""

    def __init__(self, agents: Iterable[Agent]) -> None:
        self._awaited: dict[int, Arrival] = {}
        self._used: set[tuple[int, str, date | None]] = set()
        for it in ExpectedTransfer.objects.filter(agent__in=list(agents)):
            if it.used_at is None:
                self._awaited[it.agent_id] = Arrival(it.from_academy, it.on, it.former_address)
            else:
                self._used.add((it.agent_id, it.from_academy, it.on))

    def changes(self, agent: Agent, told: Arrival) -> list[Change]:
        """None where the same arrival has served already: it does so once."""
        if (agent.pk, told.academy, told.on) in self._used:
            return []
        before, after = self._awaited.get(agent.pk, NONE).cells(), told.cells()
        return [Change(c, before[c], after[c]) for c in before if before[c] != after[c]]


def arrival_in(values: dict[str, Value]) -> Arrival | None:
    """What the row tells; None where the file has no such columns."""
    academy, day = values.get(ACADEMY), values.get(DAY)
    if ACADEMY not in values or DAY not in values:
        return None
    if not isinstance(day, date) or not academy:
        return NONE
    return Arrival(str(academy), day, str(values.get(ADDRESS) or ""))


def faults_of(values: dict[str, Value]) -> list[Fault]:
    if bool(values.get(ACADEMY)) == bool(values.get(DAY)):
        return []
    return [Fault(DAY if values.get(ACADEMY) else ACADEMY, Problem.HALF_A_TRANSFER)]


def write(arrivals: list[tuple[Agent, Arrival]]) -> None:
    """What is awaited gives way to what the file says; what was used stays."""
    agents = [agent for agent, _arrival in arrivals]
    ExpectedTransfer.objects.filter(agent__in=agents, used_at=None).delete()
    ExpectedTransfer.objects.bulk_create(
        ExpectedTransfer(
            agent=agent,
            from_academy=arrival.academy,
            on=arrival.on,
            former_address=arrival.former_address,
        )
        for agent, arrival in arrivals
        if arrival.on is not None
    )
