"""The people and the functional mailbox with whom most tests work."""

from dataclasses import dataclass
from itertools import count

from accounts.models import Agent, TermsAcceptance, User
from accounts.terms import current_terms
from mailboxes.institutional.provisioning import create_functional_mailbox, create_personal_mailbox
from mailboxes.models import Mailbox

PASSWORD = "trois cartables bleus sous la pluie"
# Each test's people are new ones: what an earlier test left on the mail server is not theirs.
_numbers = count(1)


@dataclass(frozen=True)
class Person:
    user: User
    agent: Agent
    mailbox: Mailbox
    login: str
    address: str
    historic_address: str
    password: str


@dataclass(frozen=True)
class Academy:
    """Camille and Nadia teach, Bastien is not allowed anything; ``office`` is a post's mailbox."""

    camille: Person
    nadia: Person
    bastien: Person
    office: Mailbox
    office_address: str


def open_academy() -> Academy:
    number = next(_numbers)
    office_address = f"ce.{number:07d}n@ac-normandie.fr"
    return Academy(
        camille=open_account("Camille", "Lefèvre", f"camille.lefevre{number}"),
        nadia=open_account("Nadia", "Benali", f"nadia.benali{number}"),
        bastien=open_account("Bastien", "D’Aubigny", f"bastien.d-aubigny{number}"),
        office=create_functional_mailbox("Collège Jean Moulin, direction", office_address),
        office_address=office_address,
    )


def open_account(first_name: str, name: str, login: str) -> Person:
    """An active agent with a mailbox, ``login@ac-normandie.fr`` and ``login@ac-rouen.fr``."""
    user = User.objects.create_user(login, PASSWORD, is_active=True)
    agree_to_terms(user)
    agent = Agent.objects.create(
        user=user,
        first_name=first_name,
        usual_name=name,
        civil_name=name,
        status=Agent.Status.ACTIVE,
    )
    address, historic = f"{login}@ac-normandie.fr", f"{login}@ac-rouen.fr"
    mailbox = create_personal_mailbox(user, address, historic=[historic])
    return Person(user, agent, mailbox, login, address, historic, PASSWORD)


def agree_to_terms(user: User) -> None:
    """As someone who signed in before; the journal of a test begins after that."""
    TermsAcceptance.objects.create(user=user, version=current_terms())
