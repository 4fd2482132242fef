"""Whom a row of the agents' file speaks of.

The NUMEN tells. A record that has none yet is recognised by name, first name and birth date, all
three, when no other record without NUMEN has the same.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from accounts.models import Agent
from accounts.sealed.numen import indexes_of
from accounts.secrets import Numen
from accounts.spelling import plain
from activation.imports.columns import ReadRow

Identity = tuple[str, str, object]


@dataclass
class Known:
    """What the database has for a batch of rows; ``namesakes`` have another NUMEN."""

    by_index: dict[str, Agent]
    without_numen: dict[Identity, list[Agent]]
    namesakes: set[Identity]

    def agents(self) -> Iterable[Agent]:
        yield from self.by_index.values()
        for same in self.without_numen.values():
            yield from same

    def with_the_numen_of(self, row: ReadRow) -> Agent | None:
        return next((self.by_index[i] for i in indexes_in(row) if i in self.by_index), None)

    def recognised(self, row: ReadRow) -> Agent | None:
        """The one record without NUMEN that can only be this person."""
        same = self.without_numen.get(identity_in(row), [])
        return same[0] if len(same) == 1 else None

    def has_a_namesake(self, row: ReadRow) -> bool:
        identity = identity_in(row)
        return identity in self.namesakes or identity in self.without_numen


def known_for(rows: list[ReadRow], *, for_writing: bool) -> Known:
    """``for_writing``: locks the records, and leaves out namesakes, which only people look at."""
    agents = Agent.objects.select_related("school")
    if for_writing:
        agents = agents.select_for_update(of=("self",))
    indexes = [index for row in rows for index in indexes_in(row)]
    by_index = {str(a.numen_index): a for a in agents.filter(numen_index__in=indexes)}
    strangers = [row for row in rows if by_index.keys().isdisjoint(indexes_in(row))]
    born = _birth_dates(strangers)
    without: dict[Identity, list[Agent]] = defaultdict(list)
    for agent in agents.filter(numen_index=None, birth_date__in=born):
        without[_identity(agent.civil_name, agent.first_name, agent.birth_date)].append(agent)
    return Known(by_index, dict(without), set() if for_writing else _namesakes(born))


def indexes_in(row: ReadRow) -> list[str]:
    numen = row.values.get("numen")
    return indexes_of(numen) if isinstance(numen, Numen) else []


def identity_in(row: ReadRow) -> Identity:
    values = row.values
    return _identity(
        str(values.get("nom_naissance")), str(values.get("prenom")), values.get("date_naissance")
    )


def _birth_dates(rows: list[ReadRow]) -> list[date]:
    told = (row.values.get("date_naissance") for row in rows)
    return [day for day in told if isinstance(day, date)]


def _namesakes(born: list[date]) -> set[Identity]:
    others = Agent.objects.exclude(numen_index=None).filter(birth_date__in=born)
    return {_identity(*it) for it in others.values_list("civil_name", "first_name", "birth_date")}


def _identity(civil_name: str, first_name: str, birth_date: object) -> Identity:
    return plain(civil_name), plain(first_name), birth_date
