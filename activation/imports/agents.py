"""The agents' file against the agents."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from accounts.models import Agent, School
from accounts.roles import SCHOOL_ROLES
from accounts.sealed.numen import FIELDS as NUMEN_FIELDS
from accounts.sealed.numen import masked, masked_numen, seal_into
from accounts.secrets import Numen
from activation.imports import transfers
from activation.imports.cells import Value
from activation.imports.columns import AGENTS, Fault, ReadRow, shown
from activation.imports.outcomes import Change, Fate, Outcome, changes_between
from activation.imports.recognition import Known, known_for
from activation.imports.transfers import Arrival, Transfers
from activation.models.problems import Problem

ROWS_AT_A_TIME = 500
FIELDS = [*(column.field for column in AGENTS.all if column.field), "school"]


@dataclass
class AgentOutcome(Outcome):
    """``agent`` is as the file wants it; ``numen`` and ``arrival`` are there when they are new."""

    agent: Agent | None = None
    numen: Numen | None = None
    arrival: Arrival | None = None


class AgentComparison:
    """``for_writing``: inside a transaction, the rows stay as they are until it ends."""

    columns = AGENTS

    def __init__(self, *, for_writing: bool = False) -> None:
        self._for_writing = for_writing
        self._schools: dict[str, School] = School.objects.in_bulk(field_name="uai")
        self._lines: dict[int, int] = {}  # agent → the line that stands for them
        self._today = timezone.localdate()

    def plan(self, rows: list[ReadRow]) -> list[AgentOutcome]:
        known = known_for(rows, for_writing=self._for_writing)
        awaited = Transfers(known.agents())
        return [self._outcome(row, known, awaited) for row in rows]

    def write(self, outcomes: list[AgentOutcome]) -> None:
        Agent.objects.bulk_create(_agents(outcomes, Fate.NEW), ROWS_AT_A_TIME)
        numbered = [it for it in outcomes if it.agent and it.numen]
        for it in numbered:  # bound to the row's id, which a new row has only now
            if it.agent and it.numen:
                seal_into(it.agent, it.numen)
        _upsert([it.agent for it in numbered if it.agent], NUMEN_FIELDS)
        _upsert(_agents(outcomes, Fate.CHANGED), FIELDS)
        transfers.write([(it.agent, it.arrival) for it in outcomes if it.agent and it.arrival])

    def missing(self) -> Iterator[Outcome]:
        """Those whom HR told once and tells no more: they may have left."""
        told = Agent.objects.exclude(numen_key=None).exclude(status=Agent.Status.DEPARTED)
        for agent in told.order_by("usual_name", "first_name", "pk").iterator(ROWS_AT_A_TIME):
            if agent.pk not in self._lines:
                who = _who(agent.display_name, masked_numen(agent))
                yield Outcome(None, Fate.MISSING, who, agent.pk)

    def _outcome(self, row: ReadRow, known: Known, awaited: Transfers) -> AgentOutcome:
        faults = [*row.faults, *self._faults(row)]
        same = known.with_the_numen_of(row)
        agent = same or (None if faults else known.recognised(row))
        if agent is not None:
            faults += self._claim(agent, row)
        outcome = AgentOutcome(row.line, Fate.WRONG, _who_in(row), agent.pk if agent else None)
        outcome.faults = faults
        if faults:
            return outcome
        if same is None:
            outcome.numen = _numen_in(row)
        if agent is None:
            self._meet(outcome, row, known)
        else:
            self._compare(outcome, agent, row, awaited)
        if _is_over(row, self._today):
            outcome.notes.append(Fault("fin", Problem.POST_IS_OVER, shown(row.values["fin"])))
        return outcome

    def _faults(self, row: ReadRow) -> list[Fault]:
        """What only several cells together, or the database, can tell."""
        faults = transfers.faults_of(row.values)
        start, end = row.values.get("debut"), row.values.get("fin")
        if isinstance(start, date) and isinstance(end, date) and end < start:
            faults.append(Fault("fin", Problem.ENDS_BEFORE_IT_STARTS))
        uai = row.values.get("uai")
        if uai and uai not in self._schools:
            faults.append(Fault("uai", Problem.UNKNOWN_SCHOOL, str(uai)))
        return faults

    def _claim(self, agent: Agent, row: ReadRow) -> list[Fault]:
        """A person stands on one line; who stands on any is not missing from the file."""
        line = self._lines.setdefault(agent.pk, row.line)
        if line == row.line:
            return []
        return [Fault("numen", Problem.SAME_PERSON_TWICE, str(line))]

    def _meet(self, outcome: AgentOutcome, row: ReadRow, known: Known) -> None:
        """Somebody whom the site does not know yet."""
        outcome.fate = Fate.NEW
        outcome.agent = self._filled(Agent(), row)
        outcome.arrival = transfers.arrival_in(row.values)
        if known.has_a_namesake(row):
            outcome.notes.append(Fault("nom_naissance", Problem.HOMONYM))

    def _compare(
        self, outcome: AgentOutcome, agent: Agent, row: ReadRow, awaited: Transfers
    ) -> None:
        outcome.changes = changes_between(agent, _with_usual_name(row.values), AGENTS)
        school = self._schools[str(row.values["uai"])]
        if agent.school_id != school.pk:
            outcome.changes.append(Change("uai", _place(agent.school), _place(school)))
            if agent.role in SCHOOL_ROLES:
                outcome.notes.append(Fault("uai", Problem.ROLE_MOVES, agent.get_role_display()))
        if outcome.numen:
            outcome.changes.append(Change("numen", "", masked(outcome.numen)))
            outcome.notes.append(Fault("numen", Problem.RECOGNISED))
        if agent.status == Agent.Status.DEPARTED:
            outcome.notes.append(Fault("", Problem.HAD_LEFT))
        told = transfers.arrival_in(row.values)
        if told is not None and (differences := awaited.changes(agent, told)):
            outcome.changes += differences
            outcome.arrival = told
        outcome.agent = self._filled(agent, row)
        outcome.fate = Fate.CHANGED if outcome.changes else Fate.UNCHANGED

    def _filled(self, agent: Agent, row: ReadRow) -> Agent:
        values = _with_usual_name(row.values)
        if not agent.pk:
            values.setdefault("nom_usage", values["nom_naissance"])
        for name, value in values.items():
            if field := AGENTS.by_name[name].field:
                setattr(agent, field, value)
        agent.school = self._schools[str(values["uai"])]
        return agent


def _with_usual_name(values: dict[str, Value]) -> dict[str, Value]:
    """Who has no other name in use has the name of birth."""
    if values.get("nom_usage", " "):
        return dict(values)
    return {**values, "nom_usage": values["nom_naissance"]}


def _agents(outcomes: list[AgentOutcome], fate: Fate) -> list[Agent]:
    return [it.agent for it in outcomes if it.fate is fate and it.agent]


def _upsert(agents: list[Agent], fields: Sequence[str]) -> None:
    """By primary key: far quicker than one CASE a row, which is what bulk_update sends."""
    Agent.objects.bulk_create(
        agents, ROWS_AT_A_TIME, update_conflicts=True, unique_fields=["id"], update_fields=fields
    )


def _is_over(row: ReadRow, today: date) -> bool:
    end = row.values.get("fin")
    return isinstance(end, date) and end < today


def _numen_in(row: ReadRow) -> Numen | None:
    numen = row.values.get("numen")
    return numen if isinstance(numen, Numen) else None


def _who_in(row: ReadRow) -> str:
    values, numen = row.values, _numen_in(row)
    name = values.get("nom_usage") or values.get("nom_naissance") or ""
    return _who(f"{values.get('prenom') or ''} {name}".strip(), masked(numen) if numen else "")


def _who(name: str, numen: str) -> str:
    return ", ".join(part for part in (name, numen) if part)


def _place(school: School | None) -> str:
    return f"{school.uai} {school.name}" if school else ""
