"""What a letter says, from the rows of the agent, the school and the office above it."""

import re

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Agent, Office, School
from accounts.sealed.numen import opened_numen
from accounts.secrets import Code
from activation.letters.pdf import Contact, Letterhead, LetterText
from activation.letters.states import expiry
from activation.models import Letter, LetterBatch

# Letter.reference, as somebody copies it from a letter.
REFERENCE = re.compile(r"([0-9]{1,9})-([0-9]{1,18})")


class Offices:
    """The offices above schools, looked up once a department for a whole file."""

    def __init__(self) -> None:
        self._above: dict[str, Office | None] = {}
        self.rectorat = Office.objects.filter(kind=School.Kind.RECTORAT).order_by("uai").first()

    def above(self, school: School | None) -> Office | None:
        if school is None:
            return self.rectorat
        if school.department not in self._above:
            self._above[school.department] = Office.objects.above(school)
        return self._above[school.department]


def letterhead(batch: LetterBatch, number: int, offices: Offices) -> Letterhead:
    """What the letters of the file of that number have in common."""
    sender = offices.rectorat.postal_lines if offices.rectorat else []
    return Letterhead(
        title=_("Lettres d’activation, lot %(batch)s, fichier %(number)s")
        % {"batch": batch.pk, "number": number},
        academy=settings.ACADEMY_NAME,
        service=settings.SERVICE_NAME,
        sender=tuple(sender),
        written_on=timezone.localdate(),
    )


def letter_text(letter: Letter, login: str, code: Code, offices: Offices) -> LetterText:
    """Raises KeyUnknown, SealBroken."""
    agent = letter.agent
    numen = opened_numen(agent)
    page = reverse("activation" if numen else "activation_identifier")
    return LetterText(
        reference=letter.reference,
        name=agent.display_name,
        address=tuple(address_of(agent)),
        numen=numen,
        code=code,
        login=login,
        until=timezone.localdate(expiry(timezone.localdate())),
        page_url=f"{settings.BASE_URL}{page}",
        contacts=tuple(_contacts(agent.school, offices)),
    )


def address_of(agent: Agent) -> list[str]:
    """The address at home, else the school's, « sous couvert de » it; as an envelope shows it."""
    if home := agent.postal_lines:
        return [agent.display_name, *map(_on_envelope, home)]
    if agent.school is None or not agent.school.postal_code:
        return []
    name, *place = agent.school.postal_lines
    return [agent.display_name, f"s/c {name}", *map(_on_envelope, place)]


def _on_envelope(line: str) -> str:
    """Capitals without commas, which the post's machines read (NF Z 10-011)."""
    return " ".join(line.replace(",", " ").upper().split())


def _contacts(school: School | None, offices: Offices) -> list[Contact]:
    office = offices.above(school)
    found = [_contact(one) for one in (school, office) if one is not None]
    return [one for one in dict.fromkeys(found) if one.lines]


def _contact(school: School) -> Contact:
    lines = [line for line in (school.phone, school.email) if line]
    return Contact(str(school), tuple(lines))
