"""What is known of whoever chooses a password or an answer: what a guesser tries first."""

from dataclasses import dataclass
from datetime import date

from accounts.models import Agent, User
from accounts.sealed.keyring import KeyUnknown, SealBroken
from accounts.sealed.numen import opened_numen
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


def person_of(user: User) -> Person:
    """The person behind an account, with the NUMEN: it must not become a password."""
    agent = getattr(user, "agent", None)
    if agent is None:
        return Person(login=user.username)
    return person_of_agent(agent, user.username, _numen_of(agent))


def _numen_of(agent: Agent) -> Numen | None:
    """None also when its key left the ring: a password can still be chosen then."""
    try:
        return opened_numen(agent)
    except (KeyUnknown, SealBroken):
        return None


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
