"""Who can play in a story: the academy's mailboxes and people outside; how each of them writes."""

from collections.abc import Iterable
from dataclasses import dataclass
from random import Random

from accounts.naming.login_names import login_name
from sample import vocabulary
from sample.academy import COLLEGE, Academy, SampleAgent
from sample.letters import Person, TransferEncoding

TEAM_POSTS = ("Professeur", "Infirmière")


@dataclass(frozen=True)
class Program:
    """What somebody writes with."""

    charset: str = "utf-8"
    encoding: TransferEncoding = "quoted-printable"
    writes_html: bool = False
    quotes: bool = True
    agent: str = ""


WEB_HTML = Program(writes_html=True, agent="Pli")
WEB_TEXT = Program(agent="Pli")
PHONE = Program(encoding="base64", quotes=False, agent="Courrier mobile 17.2")
OLD_OUTLOOK = Program("windows-1252", "quoted-printable", writes_html=True, agent="Outlook 16.0")
LATIN_1 = Program("iso-8859-1", "8bit", agent="Portail des fournisseurs 2.1")
LATIN_9 = Program("iso-8859-15", "8bit", agent="Thunderbird 102.15")

PROGRAMS = {
    "marc.langlois": OLD_OUTLOOK,
    "anne.hebert": LATIN_9,
    "camille.lefevre": WEB_HTML,
    "sofia.benali": WEB_HTML,
    "paul.auvray": PHONE,
    "dec": OLD_OUTLOOK,
    "hugues.de-la-motte": LATIN_9,
    "nadia.perrin": WEB_HTML,
    "exploitation": OLD_OUTLOOK,
    "ecoles": LATIN_1,
    "commandes": LATIN_1,
    "messagerie-vocale": LATIN_1,
    "sinistres": Program("iso-8859-1", "quoted-printable", agent="Gestion 4.0"),
    "formation": WEB_HTML,
}


@dataclass(frozen=True)
class Family:
    """A pupil and the parent who writes."""

    pupil: str
    surname: str
    parent: Person

    @classmethod
    def drawn(cls, rng: Random) -> "Family":
        surname = rng.choice(vocabulary.SURNAMES)
        pupil, first_name = rng.choice(vocabulary.PUPILS), rng.choice(vocabulary.PARENTS)
        address = f"{login_name(first_name, surname)}@{rng.choice(vocabulary.FREE_MAIL)}"
        return cls(f"{pupil} {surname}", surname, Person(f"{first_name} {surname}", address))


class Cast:
    """Finds people by the names that stories use."""

    def __init__(self, academy: Academy) -> None:
        self.academy = academy
        self._agents = {academy.address_of(agent.login): agent for agent in academy.agents}
        self._names = academy.names_by_address()

    def person(self, name: str, family: Family) -> Person:
        """Raises KeyError for a name that nobody bears."""
        if name == "famille":
            return family.parent
        if name in vocabulary.OUTSIDE:
            return Person(*vocabulary.OUTSIDE[name])
        address = self.academy.address_of(name)
        return Person(self._names[address], address)

    def people(self, names: Iterable[str], family: Family) -> tuple[Person, ...]:
        found = [person for name in names for person in self._group(name, family)]
        return tuple(dict.fromkeys(found))

    def _group(self, name: str, family: Family) -> list[Person]:
        if name == "equipe":
            return [self.person(agent.login, family) for agent in self._team()]
        if name == "chefs":
            heads = [
                f.local_part
                for f in self.academy.functional_mailboxes
                if f.local_part.startswith("ce.")
            ]
            return [self.person(head, family) for head in heads]
        if name == "tous":
            return [
                self.person(agent.login, family) for agent in self.academy.agents if agent.is_active
            ]
        return [self.person(name, family)]

    def _team(self) -> list[SampleAgent]:
        here = [a for a in self.academy.agents if a.uai == COLLEGE and a.is_active]
        return [agent for agent in here if agent.post.startswith(TEAM_POSTS)]

    def is_inside(self, person: Person) -> bool:
        return person.address in self._names

    def is_post(self, person: Person) -> bool:
        """Whether that address is of a functional mailbox."""
        return self.is_inside(person) and person.address not in self._agents

    def program_of(self, person: Person) -> Program:
        local_part, _, domain = person.address.partition("@")
        if domain in vocabulary.FREE_MAIL:
            return PHONE if len(local_part) % 2 else WEB_TEXT
        return PROGRAMS.get(local_part, WEB_TEXT)

    def signature_of(self, person: Person) -> str:
        """What stands under the letters of that person; empty for most people outside."""
        agent = self._agents.get(person.address)
        if agent is None:
            return self._signature_of_post(person)
        school = self.academy.school(agent.uai)
        return (
            f"{agent.display_name}\n{agent.post}\n{school.name}, {school.city} · {school.telephone}"
        )

    def _signature_of_post(self, person: Person) -> str:
        for mailbox in self.academy.functional_mailboxes:
            if self.academy.address_of(mailbox.local_part) == person.address:
                school = self.academy.school(mailbox.uai)
                place = f"{school.street}, {school.postal_code} {school.city}"
                return f"{mailbox.name}\n{place} · {school.telephone}"
        return ""
