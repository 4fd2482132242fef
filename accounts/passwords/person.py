"""What is known of whoever chooses a password or an answer: what a guesser tries first."""

from dataclasses import dataclass
from datetime import date

from accounts.models import Agent, User
from accounts.secrets import Numen


@dataclass(frozen=True)
class Person:
    """Nothing here is needed twice: the rules read it and forget it.

    ``names`` holds first, usual and civil names, ``schools`` the names, towns and UAI codes of
    the places of work.
    """

    login: str = ""
    names: tuple[str, ...] = ()
    schools: tuple[str, ...] = ()
    birth_date: date | None = None
    numen: Numen | None = None


NOBODY = Person()


def person_of(user: User, numen: Numen | None = None) -> Person:
    """The person behind an account; the caller opens the NUMEN, if he may."""
    agent = getattr(user, "agent", None)
    return person_of_agent(agent, user.username, numen) if agent else Person(login=user.username)


def person_of_agent(agent: Agent, login: str, numen: Numen | None = None) -> Person:
    """An agent who may not have an account yet: ``login`` is the one reserved in the letter."""
    school = agent.school
    return Person(
        login=login,
        names=(agent.first_name, agent.usual_name, agent.civil_name),
        schools=(school.name, school.city, school.uai) if school else (),
        birth_date=agent.birth_date,
        numen=numen,
    )
