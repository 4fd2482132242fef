"""Signatures, templates and the academy's footers."""

from email import message_from_bytes
from email.policy import default

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import Agent, School
from audit.events import Event
from audit.models import Entry
from mailboxes.models import Mailbox, Right
from tests.mailboxes.delegating import lent
from tests.people import Academy, Person
from tests.webmail.test_first_mail import (
    browser_of,
    compose_page,
    filled,
    letter,
    open_message,
    put,
)
from tests.webmail.writing.outgoing import bytes_of
from webmail.models import Footer, MessageTemplate, OutgoingMessage, Signature, WritingHabits

pytestmark = pytest.mark.django_db(transaction=True)

OWN = "Camille Lefèvre\nProfesseure de SVT"


def in_plain(person: Person) -> Client:
    WritingHabits.objects.update_or_create(person=person.user, defaults={"is_rich": False})
    return browser_of(person)


def with_signature(person: Person) -> Signature:
    address = person.mailbox.addresses.get(address=person.address)
    mailbox = person.mailbox
    return Signature.objects.create(mailbox=mailbox, name="Cours", text=OWN, address=address)


def url_of(person: Person, view: str = "signatures") -> str:
    return reverse(view, args=[person.mailbox.pk])


def both_forms() -> list[str]:
    """What the message on its way out says, as text and as HTML."""
    raw = bytes_of(OutgoingMessage.objects.get())
    message = message_from_bytes(raw, policy=default)
    bodies = [message.get_body((kind,)) for kind in ("plain", "html")]
    return [body.get_content() for body in bodies if body is not None]


def test_a_signature_is_written_and_begins_new_messages(academy: Academy) -> None:
    client = in_plain(academy.camille)
    address = academy.camille.mailbox.addresses.get(address=academy.camille.address)
    given = {"name": "Cours", "text": OWN, "address": str(address.pk)}
    page = client.post(url_of(academy.camille), given, follow=True)
    assert "Professeure de SVT" in page.content.decode()
    _url, form = compose_page(client, academy.camille)
    assert form["body"].value().endswith("\n-- \nCamille Lefèvre\nProfesseure de SVT\n")


def test_an_answer_is_signed_before_what_it_quotes(academy: Academy) -> None:
    with_signature(academy.camille)
    put(academy.camille, letter(academy.nadia, academy.camille, "Question", "Alors ?\n"))
    client = in_plain(academy.camille)
    url = client.get(open_message(client, academy.camille, "Question")).context["reading"].reply_url
    text = client.get(url).context["form"]["body"].value()
    assert text.index("Professeure de SVT") < text.index("> Alors ?")
    WritingHabits.objects.update(place=WritingHabits.Place.BELOW)
    text = client.get(url).context["form"]["body"].value()
    assert text.index("> Alors ?") < text.index("Professeure de SVT")


def test_in_formatted_text_the_signature_is_safe_and_reaches_both_forms(academy: Academy) -> None:
    signature = with_signature(academy.camille)
    signature.text = "Camille <b>\n<script>alert(1)</script>"
    signature.save()
    client = browser_of(academy.camille)
    url, form = compose_page(client, academy.camille)
    html = form["html"].value()
    assert "<script>" not in html
    fields = filled(form, to=academy.nadia.address, subject="Essai", html=html)
    client.post(url, fields)
    text, html = both_forms()
    assert "Camille <b>" in text
    assert "<script" not in html


def test_an_address_has_one_signature(academy: Academy) -> None:
    first = with_signature(academy.camille)
    given = {"name": "Autre", "text": "C. L.", "address": str(first.address_id)}
    browser_of(academy.camille).post(url_of(academy.camille), given)
    first.refresh_from_db()
    assert first.address is None
    assert Signature.objects.get(name="Autre").address is not None


def test_nobody_sees_or_changes_the_signatures_of_another_mailbox(academy: Academy) -> None:
    signature = with_signature(academy.camille)
    intruder = browser_of(academy.bastien)
    assert intruder.get(url_of(academy.camille)).status_code == 404
    theirs = f"{url_of(academy.bastien)}?id={signature.pk}"
    assert intruder.post(theirs, {"supprimer": "1"}).status_code == 404
    url, form = compose_page(intruder, academy.bastien)
    fields = {**filled(form), "action": "", "signature": str(signature.pk)}
    assert intruder.post(url, fields).status_code == 404
    assert Signature.objects.exists()


@pytest.mark.parametrize("given", [{"name": "", "text": "x"}, {"name": "Cours", "text": "x"}])
def test_a_signature_without_a_name_of_its_own_is_refused(
    academy: Academy, given: dict[str, str]
) -> None:
    with_signature(academy.camille)
    page = browser_of(academy.camille).post(url_of(academy.camille), given)
    assert page.status_code == 200
    assert page.context["form"].errors
    assert Signature.objects.count() == 1


def test_a_template_is_inserted_with_its_fields_and_keeps_what_was_written(
    academy: Academy,
) -> None:
    client = in_plain(academy.camille)
    given = {"name": "Absence", "subject": "Absence", "text": "Le {date}.\n{nom} {x}"}
    client.post(url_of(academy.camille, "message_templates"), given)
    template = MessageTemplate.objects.get()
    url, form = compose_page(client, academy.camille)
    fields = filled(form, to=academy.nadia.address, body="Déjà écrit")
    page = client.post(url, {**fields, "action": "", "modele": str(template.pk)})
    text = page.context["form"]["body"].value()
    today = date_format(timezone.localdate(), "j F Y")
    assert text.startswith(f"Le {today}.\n{academy.camille.user.get_full_name()} {{x}}")
    assert "Déjà écrit" in text
    assert page.context["form"]["subject"].value() == "Absence"
    assert page.context["form"]["to"].value() == academy.nadia.address


def test_a_template_knows_the_school_of_the_writer_and_of_a_post(academy: Academy) -> None:
    school = School.objects.create(uai="0760001A", name="Collège Jean Moulin", kind="clg")
    Agent.objects.filter(pk=academy.camille.agent.pk).update(school=school)
    office = lent(academy, 1, "Lycée, direction", Right.SEND)
    other = School.objects.create(uai="0760002B", name="Lycée Corneille", kind="lycee")
    Mailbox.objects.filter(pk=office.pk).update(school=other)
    for mailbox, name in ((academy.camille.mailbox, school.name), (office, other.name)):
        template = MessageTemplate.objects.create(mailbox=mailbox, name="x", text="{établissement}")
        client = in_plain(academy.camille)
        url = reverse("compose", args=[mailbox.pk])
        fields = filled(client.get(url).context["form"])
        page = client.post(url, {**fields, "action": "", "modele": str(template.pk)})
        assert page.context["form"]["body"].value().startswith(name)


def test_the_domains_footer_ends_every_message_in_both_its_forms(academy: Academy) -> None:
    Footer.objects.create(domain="ac-normandie.fr", text="Pensez à <l’arbre>")
    client = browser_of(academy.camille)
    url, form = compose_page(client, academy.camille)
    fields = filled(form, to=academy.nadia.address, subject="Essai", html="<p>Bonjour</p>")
    client.post(url, fields)
    text, html = both_forms()
    assert text.rstrip().endswith("Pensez à <l’arbre>")
    assert "Pensez à &lt;l’arbre&gt;" in html


def administrator(academy: Academy) -> Client:
    agents = Agent.objects.filter(pk=academy.nadia.agent.pk)
    agents.update(role=Agent.Role.ADMINISTRATOR)
    return browser_of(academy.nadia)


def test_administrators_write_footers_and_the_journal_knows(academy: Academy) -> None:
    client = administrator(academy)
    assert "Pieds de page" in client.get(reverse("back_office")).content.decode()
    new = reverse("footer_new")
    both = client.post(new, {"domain": "", "uai": "", "text": "x"})
    assert "Choisissez un domaine" in both.content.decode()
    assert (
        "Aucun établissement"
        in client.post(new, {"domain": "", "uai": "9999999Z", "text": "x"}).content.decode()
    )
    page = client.post(new, {"domain": "ac-rouen.fr", "uai": "", "text": "Rouen"}, follow=True)
    assert "ac-rouen.fr" in page.content.decode()
    again = client.post(new, {"domain": "ac-rouen.fr", "uai": "", "text": "y"})
    assert "déjà un pied de page" in again.content.decode()
    footer = Footer.objects.get()
    client.post(reverse("footer", args=[footer.pk]), {"domain": "ac-rouen.fr", "text": "Autre"})
    footer.refresh_from_db()
    assert footer.text == "Autre"
    client.post(reverse("footer_remove", args=[footer.pk]))
    assert not Footer.objects.exists()
    assert Entry.objects.filter(event=Event.FOOTER_CHANGED.value).count() == 3


def test_others_find_no_footers(academy: Academy) -> None:
    client = browser_of(academy.camille)
    for view in ("footers", "footer_new"):
        assert client.get(reverse(view)).status_code == 404
