"""Signatures with formatting, and how the signature follows the address one writes from."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import School
from mailboxes.models import Mailbox
from tests.mailboxes.delegating import granted, with_responsable
from tests.people import Academy, Person
from tests.webmail.test_first_mail import browser_of, compose_page, filled
from tests.webmail.writing.test_stationery import both_forms, in_plain, url_of, with_signature
from webmail.access import Right
from webmail.composing.compose import Draft as Letter
from webmail.models import Footer, MessageTemplate, OutgoingMessage, Signature
from webmail.syntax.addresses import Address
from webmail.writing import stationery
from webmail.writing.formatted import MAX_HTML

pytestmark = pytest.mark.django_db(transaction=True)

LOGO = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ"
    "AAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
FORMATTED = (
    f'<div><b>Camille</b><script>alert(1)</script></div><div onclick="x"><img src="{LOGO}"></div>'
)


def historic_signature(person: Person, text: str = "Camille, académie de Rouen") -> Signature:
    address = person.mailbox.addresses.get(address=person.historic_address)
    return Signature.objects.create(
        mailbox=person.mailbox, name="Rouen", text=text, address=address
    )


def asked(client: Client, person: Person, **fields: str) -> Any:
    answer = client.post(reverse("signature", args=[person.mailbox.pk]), fields)
    return answer.json() if answer.status_code == 200 else answer.status_code


def test_a_formatted_signature_is_kept_safe_with_its_logo_and_reaches_both_forms(
    academy: Academy,
) -> None:
    client = browser_of(academy.camille)
    address = academy.camille.mailbox.addresses.get(address=academy.camille.address)
    given = {"name": "Cours", "text": "x", "html": FORMATTED, "address": str(address.pk)}
    assert client.post(url_of(academy.camille), given).status_code == 302
    kept = Signature.objects.get()
    assert kept.text == "Camille"
    assert "<b>Camille</b>" in kept.html
    assert LOGO in kept.html
    assert "script" not in kept.html
    assert "onclick" not in kept.html
    url, form = compose_page(client, academy.camille)
    client.post(
        url, filled(form, to=academy.nadia.address, subject="Essai", html=form["html"].value())
    )
    text, html = both_forms()
    assert text.rstrip().endswith("-- \r\nCamille")
    assert "<b>Camille</b>" in html
    assert "cid:" in html
    assert "pli-signature" not in html


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"text": "", "html": "<div><br></div>"}, "Écrivez un texte."),
        ({"text": "x", "html": "<b>x</b>" + "<i>y</i>" * MAX_HTML}, "trop lourde"),
        ({"text": "x" * 2001}, "Au plus 2000 caractères."),
    ],
)
def test_a_signature_that_is_empty_or_too_large_is_refused(
    academy: Academy, given: dict[str, str], words: str
) -> None:
    page = browser_of(academy.camille).post(url_of(academy.camille), {"name": "Cours", **given})
    assert words in page.content.decode()
    assert not Signature.objects.exists()


def test_without_javascript_another_name_leaves_the_formatting(academy: Academy) -> None:
    signature = with_signature(academy.camille)
    Signature.objects.update(text="Camille", html="<b>Camille</b>")
    client, url = browser_of(academy.camille), f"{url_of(academy.camille)}?id={signature.pk}"
    client.post(url, {"name": "Autre", "text": "Camille", "sans_script": "1"})
    signature.refresh_from_db()
    assert (signature.name, signature.html) == ("Autre", "<b>Camille</b>")
    client.post(url, {"name": "Autre", "text": "C. Lefèvre", "sans_script": "1"})
    signature.refresh_from_db()
    assert (signature.text, signature.html) == ("C. Lefèvre", "")


def test_without_javascript_the_signature_follows_the_sender(academy: Academy) -> None:
    camille = academy.camille
    with_signature(camille)
    historic_signature(camille)
    client = in_plain(camille)
    url, form = compose_page(client, camille)
    body = f"Bonjour.{form['body'].value()}"
    fields = filled(
        form, to=academy.nadia.address, subject="Essai", body=body, sender=camille.historic_address
    )
    client.post(url, fields)
    (text,) = both_forms()
    assert text.endswith("Bonjour.\r\n\r\n-- \r\nCamille, académie de Rouen\r\n")


def test_a_signature_somebody_wrote_in_stays(academy: Academy) -> None:
    camille = academy.camille
    with_signature(camille)
    historic_signature(camille)
    client = in_plain(camille)
    url, form = compose_page(client, camille)
    body = form["body"].value().replace("SVT", "physique")
    client.post(
        url,
        filled(
            form,
            to=academy.nadia.address,
            subject="Essai",
            body=body,
            sender=camille.historic_address,
        ),
    )
    (text,) = both_forms()
    assert "Professeure de physique" in text
    assert "Rouen" not in text


def test_the_script_is_told_the_signature_of_another_address(academy: Academy) -> None:
    camille = academy.camille
    own = with_signature(camille)
    historic_signature(camille)
    client = browser_of(camille)
    body = f"Bonjour.\n\n-- \n{own.text}\n\nLe 3 mai, Nadia a écrit :\n> Alors ?\n"
    told = asked(
        client, camille, sender=camille.historic_address, signed=camille.address, body=body
    )
    assert told["text"].startswith("Bonjour.\n\n-- \nCamille, académie de Rouen\n")
    assert told["text"].endswith("Le 3 mai, Nadia a écrit :\n> Alors ?\n")
    assert "<b>Camille, académie de Rouen</b>" in told["html"]
    assert "--CamilleLefèvreProfesseuredeSVT" in told["known"]


def test_an_address_without_a_signature_takes_the_other_ones_away(academy: Academy) -> None:
    camille = academy.camille
    own = with_signature(camille)
    client = browser_of(camille)
    told = asked(
        client,
        camille,
        sender=camille.historic_address,
        signed=camille.address,
        body=f"Bonjour.\n\n-- \n{own.text}\n",
    )
    assert (told["text"].strip(), told["html"]) == ("Bonjour.", "")


def test_the_signature_of_a_post_comes_when_one_writes_in_its_name(academy: Academy) -> None:
    office, camille = with_responsable(academy), academy.camille
    granted(academy.nadia, office, camille, Right.SEND)
    own = with_signature(camille)
    address = office.addresses.get(address=academy.office_address)
    Signature.objects.create(mailbox=office, name="Poste", text="La direction", address=address)
    body = f"Bonjour.\n\n-- \n{own.text}\n"
    fields = {"sender": academy.office_address, "signed": camille.address, "body": body}
    told = asked(browser_of(camille), camille, **fields)
    assert told["text"] == "Bonjour.\n\n-- \nLa direction\n"
    client = in_plain(camille)
    url, form = compose_page(client, camille)
    client.post(url, filled(form, to=academy.nadia.address, subject="Essai", **fields))
    (text,) = both_forms()
    assert text.endswith("-- \r\nLa direction\r\n")
    assert OutgoingMessage.objects.get().mailbox == office


def test_where_there_was_none_the_signature_comes_before_the_quote(academy: Academy) -> None:
    signature = with_signature(academy.camille)
    body = "Bonjour.\n\nLe 3 mai, Nadia a écrit :\n> Alors ?\n"
    above = stationery.exchanged(body, [], signature, below=False)
    assert above.index("Professeure") < above.index("Le 3 mai")
    below = stationery.exchanged(body, [], signature, below=True)
    assert below.index("Alors") < below.index("Professeure")


def test_nobody_is_told_the_signature_of_an_address_they_cannot_write_from(
    academy: Academy,
) -> None:
    signature = with_signature(academy.camille)
    bastien = browser_of(academy.bastien)
    own = academy.bastien
    assert asked(bastien, own, sender=academy.camille.address) == 404
    assert asked(bastien, own, sender=own.address, signature=str(signature.pk)) == 404
    assert asked(bastien, academy.camille, sender=academy.camille.address) == 404
    url, form = compose_page(in_plain(own), own)
    fields = filled(form, to=academy.nadia.address, subject="Essai", sender=academy.camille.address)
    page = bastien.post(url, {**fields, "signed": own.address})
    assert "Professeure" not in page.content.decode()


def test_a_formatted_template_is_filled_in_safely(academy: Academy) -> None:
    user = academy.camille.user
    user.agent.usual_name = "<i>Lefèvre</i>"
    user.agent.save()
    template = MessageTemplate.objects.create(
        mailbox=academy.camille.mailbox, name="M", text="{nom}", html="<b>{nom}</b>"
    )
    client = browser_of(academy.camille)
    url, form = compose_page(client, academy.camille)
    fields = {**filled(form, html="<div>Déjà</div>"), "action": "", "modele": str(template.pk)}
    html = client.post(url, fields).context["form"]["html"].value()
    assert "<b>Camille &lt;i&gt;Lefèvre&lt;/i&gt;</b>" in html
    assert "Déjà" in html


def test_a_posts_message_ends_with_its_schools_footer_in_its_own_form(academy: Academy) -> None:
    school = School.objects.create(uai="0760001A", name="Collège Jean Moulin", kind="clg")
    Mailbox.objects.filter(pk=academy.office.pk).update(school=school)
    academy.office.refresh_from_db()
    Footer.objects.create(school=school, text="12 rue Haute", html="<i>12 rue Haute</i>")
    letter = Letter(Address("", academy.office_address), to=[], text="Bonjour.", html="Bonjour.")
    of_post = stationery.with_footers(letter, academy.camille.user, academy.office)
    assert of_post.text.endswith("12 rue Haute\n")
    assert "<i>12 rue Haute</i>" in (of_post.html or "")
    own = stationery.with_footers(letter, academy.camille.user, academy.camille.mailbox)
    assert own == letter
