"""People who have not activated yet, what they hold, and what their browser does without JavaScript."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Agent, School, User
from accounts.naming.first_account import account_of
from accounts.sealed.numen import keep_numen
from accounts.secrets import Code, Numen
from accounts.terms import current_terms
from activation.codes import hash_of, in_groups, new_code
from activation.models import ExpectedTransfer, Letter, LetterBatch

LETTER = reverse("activation")
IDENTIFIER = reverse("activation_identifier")
TRANSFER = reverse("activation_transfer")
TEMPORARY = reverse("activation_temporary")
PASSWORD = reverse("activation_password")
QUESTIONS = reverse("activation_questions")
TERMS = reverse("activation_terms")
OPENING = reverse("activation_opening")
READY = reverse("activation_ready")

CHOSEN = "quatre trompettes vertes dans le grenier"
OTHER = "une baleine range quatre parapluies"
BORN = date(1986, 3, 14)
ANSWERS = {
    "first_pet": "Patapouf le chat",
    "first_concert": "Les Innocents",
    "childhood_hero": "Rahan des âges farouches",
    "first_car": "Simca mille",
}
ANSWERED = {
    name: text
    for number, (code, answer) in enumerate(ANSWERS.items(), 1)
    for name, text in ((f"question_{number}", code), (f"answer_{number}", answer))
}
# Each test's people are new ones: what an earlier test left on the mail server is not theirs.
_numbers = count(1)


@dataclass(frozen=True)
class Newcomer:
    """Somebody HR has told about, with the letter that was posted to them."""

    agent: Agent
    letter: Letter
    numen: str
    code: str  # in groups, as it is printed
    login: str

    @property
    def typed(self) -> dict[str, str]:
        return {"numen": self.numen, "code": self.code}

    @property
    def address(self) -> str:
        return f"{self.login}@ac-normandie.fr"


def imported(school: School | None = None, **facts: object) -> Agent:
    number = next(_numbers)
    agent = Agent.objects.create(
        first_name="Solène",
        usual_name=f"Lecœur{number}",
        civil_name="Lecœur",
        birth_date=BORN,
        school=school,
        **facts,
    )
    keep_numen(agent, Numen(numen_of(number)))
    return agent


def numen_of(number: int) -> str:
    return f"17E{number:07d}XYZ"


def newcomer(school: School | None = None, **facts: object) -> Newcomer:
    agent = imported(school, **facts)
    code = new_code()
    return Newcomer(
        agent,
        post_letter(agent, code),
        numen_of(int(agent.usual_name.removeprefix("Lecœur"))),
        in_groups(code),
        account_of(agent).username,
    )


def post_letter(agent: Agent, code: Code) -> Letter:
    batch = LetterBatch.objects.create(drafted_by=_printer())
    letter = Letter.objects.create(batch=batch, agent=agent, login=account_of(agent).username)
    now = timezone.now()
    letter.code_hash, letter.printed_at, letter.posted_on = (
        hash_of(code, letter.pk),
        now,
        now.date(),
    )
    letter.state, letter.expires_at = Letter.State.POSTED, now + timedelta(days=30)
    letter.save()
    return letter


def expect(agent: Agent, former_address: str = "") -> ExpectedTransfer:
    return ExpectedTransfer.objects.create(
        agent=agent,
        from_academy="Rennes",
        on=timezone.localdate(),
        former_address=former_address,
    )


def proved(one: Newcomer, client: Client | None = None) -> Client:
    """A browser from which the letter's NUMEN and code were accepted."""
    client = client or Client()
    response = client.post(LETTER, one.typed)
    assert response.headers["Location"] == PASSWORD
    return client


def go_on(client: Client, password: str = CHOSEN) -> str:
    """From the password to the end; the page that shows then."""
    client.post(PASSWORD, {"password": password})
    client.post(QUESTIONS, ANSWERED)
    return agree(client)


def agree(client: Client) -> str:
    terms = {"accepted": "on", "number": current_terms().number}
    return client.post(TERMS, terms, follow=True).content.decode()


def where(client: Client, page: str) -> str:
    """Where a browser that asks for this page ends up."""
    return str(client.get(page, follow=True).request["PATH_INFO"])


def _printer() -> User:
    return User.objects.get_or_create(username="presse.rectorat")[0]
