"""A mail's text as its writer meant it: quotes put away, links that say where they lead, colours, paper."""

import re
from email.message import EmailMessage

import pytest
from django.test import Client
from django.urls import reverse

from tests.people import Academy
from tests.webmail.test_first_mail import browser_of, letter, open_message, put
from webmail.message.language import guessed
from webmail.models import Preferences
from webmail.readable import mime
from webmail.readable.reading import prepare
from webmail.readable.safe_html import clean
from webmail.views.opening.leaving import Target

FOLDED = '<details class="pli-quote"><summary>Texte cité</summary>'
TRAP = "https://ac-normandle.fr/connexion"


def folded(html: str) -> str:
    return clean(html, quote_label="Texte cité").html


@pytest.mark.parametrize(
    "html",
    [
        "<p>Merci.</p><blockquote>Bonjour</blockquote>",
        "<p>Merci.</p><blockquote>Bonjour</blockquote><p> </p><div><br></div>",
        '<p>Merci.</p><div class="gmail_quote">Le lundi, X a écrit :<blockquote>Bonjour</blockquote></div>',
        "<div>Merci.<div><span><blockquote>Un<blockquote>Deux</blockquote></blockquote></span></div></div>",
        "<p>Merci.<blockquote>Bonjour<table><tr><td>a",
    ],
)
def test_a_quote_behind_the_message_is_put_away(html: str) -> None:
    made = folded(html)
    assert made.count(FOLDED) == 1
    assert made.count("</details>") == 1
    assert (
        made.index("Merci.")
        < made.index(FOLDED)
        < made.index("Bonjour" if "Bonjour" in html else "Un")
    )


@pytest.mark.parametrize(
    "html",
    [
        "<blockquote>Un poème seul</blockquote>",
        "<p>Vous demandiez :</p><blockquote>Quand ?</blockquote><p>Mardi.</p>",
        "<p>Rien de cité</p>",
        '<p>Bonjour</p><div style="display:none"><blockquote>caché</blockquote></div><p>suite</p>',
    ],
)
def test_a_quote_that_belongs_to_the_message_stays(html: str) -> None:
    assert "<details" not in folded(html)


def test_folding_changes_no_word_of_the_text() -> None:
    html = "<p>Merci.</p><blockquote>Bonjour</blockquote>"
    assert clean(html, quote_label="Texte cité").text == clean(html).text


def trapped(academy: Academy, *, html: bool) -> EmailMessage:
    message = letter(
        academy.nadia, academy.camille, "Compte", f"Voir {TRAP} et https://education.gouv.fr/\n"
    )
    if html:
        message.add_alternative(
            f'<p><a href="{TRAP}">Portail</a> <a href="https://education.gouv.fr/">Ministère</a></p>',
            subtype="html",
        )
    return message


def links(client: Client, url: str) -> list[str]:
    body = client.get(url).context["reading"].body
    page = client.get(body.frame_url).content.decode() if body.frame_url else body.text_html
    return re.findall(r'<a href="([^"]+)" title', page)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("html", [True, False])
def test_a_link_that_may_deceive_leads_through_a_page_that_says_where(
    academy: Academy, html: bool
) -> None:
    put(academy.camille, trapped(academy, html=html))
    client = browser_of(academy.camille)
    url = open_message(client, academy.camille, "Compte")
    way, direct = links(client, url)
    assert direct == "https://education.gouv.fr/"
    assert way.startswith(url)
    page = client.get(way).content.decode()
    assert "https://<b>ac-normandle.fr</b>/connexion" in page
    assert f'href="{TRAP}"' in page


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://ac-normandie.fr@pirate.example/a?b#c", "pirate.example"),
        ("http://t/https://t/", "t"),
        ("https://192.0.2.7:8443/", "192.0.2.7:8443"),
        ("mailto:a@pirate.example?subject=b", "a@pirate.example"),
    ],
)
def test_what_stands_out_is_where_the_link_leads(url: str, host: str) -> None:
    target = Target.of(url)
    assert target.host == host
    assert target.before + target.host + target.after == url


@pytest.mark.django_db(transaction=True)
def test_the_page_before_leaving_is_made_by_us_alone_and_for_its_reader(academy: Academy) -> None:
    put(academy.camille, trapped(academy, html=True))
    put(academy.bastien, trapped(academy, html=True))
    client, stranger = browser_of(academy.camille), browser_of(academy.bastien)
    way = links(client, open_message(client, academy.camille, "Compte"))[0]
    own = links(stranger, open_message(stranger, academy.bastien, "Compte"))[0]
    assert stranger.get(way).status_code == 404
    assert stranger.get(own.rpartition("/")[0] + "/" + way.rpartition("/")[2]).status_code == 404
    assert client.get(f"{way}x").status_code == 404
    assert client.get(way.rpartition("/")[0] + "/https:%2F%2Fpirate.example").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_an_answer_quotes_links_as_they_were_written(academy: Academy) -> None:
    put(academy.camille, trapped(academy, html=False))
    client = browser_of(academy.camille)
    reading = client.get(open_message(client, academy.camille, "Compte")).context["reading"]
    assert TRAP in client.get(reading.reply_url).context["form"]["body"].value()


@pytest.mark.django_db(transaction=True)
def test_the_colours_of_mails_are_turned_for_who_asked(academy: Academy) -> None:
    put(academy.camille, trapped(academy, html=True))
    client = browser_of(academy.camille)
    url = open_message(client, academy.camille, "Compte")
    usual = client.get(client.get(url).context["reading"].body.frame_url).content.decode()
    assert "invert(" not in usual
    done = client.post(reverse("adapt_dark"), {"adapter": "oui", "retour": url})
    assert done["Location"] == url
    adapted = client.get(client.get(url).context["reading"].body.frame_url).content.decode()
    assert "(prefers-color-scheme:dark)" in adapted
    assert "invert(" in adapted
    client.post(reverse("adapt_dark"), {"adapter": "non", "retour": "https://pirate.example/"})
    assert Preferences.objects.get(person=academy.camille.user).adapts_dark is False


ENGLISH = "We hope that you and your pupils will be on the train to Leeds with the others.\n"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("html", [True, False])
def test_the_language_of_a_mail_is_told_to_screen_readers(academy: Academy, html: bool) -> None:
    message = letter(academy.nadia, academy.camille, "Exchange", ENGLISH)
    if html:
        message.add_alternative(f"<p>{ENGLISH}</p>", subtype="html")
    put(academy.camille, message)
    client = browser_of(academy.camille)
    page = client.get(open_message(client, academy.camille, "Exchange"))
    frame_url = page.context["reading"].body.frame_url
    told = client.get(frame_url) if html else page
    around = '<html lang="en"' if html else '<div class="plain" dir="auto" lang="en"'
    assert around in told.content.decode()


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Vous trouverez les documents dans la salle des professeurs et sur le site.", "fr"),
        (ENGLISH, "en"),
        ("Wir werden mit der Klasse auf die Reise gehen und sie ist nicht teuer.", "de"),
        (
            "Los alumnos que están en la lista tienen que venir con el pasaporte para el viaje.",
            "es",
        ),
        ("שלום נדיה, תודה על ההודעה.", "he"),
        ("السلام عليكم، أود أن أطلب موعدا.", "ar"),
        ("Доброго дня, її клас їде до музею.", "uk"),
        ("Добрый день, когда собрание?", "ru"),
        ("先生、明日は休みます。", "ja"),
        ("Le mot « שלום » est dans la liste des mots que vous avez vus pour la classe.", "fr"),
        ("OK", ""),
        ("", ""),
        ("12 34 56 http://x.example/", ""),
    ],
)
def test_a_language_is_told_when_it_is_clear(text: str, language: str) -> None:
    assert guessed(text) == language


def test_what_a_mail_says_of_its_language_counts_first() -> None:
    raw = (
        b"Content-Language: nl\nContent-Type: text/html\n\n<html lang='de-CH'><body>"
        + ENGLISH.encode()
    )
    told = prepare(mime.read_bytes(raw), (), inline_url=str)
    declared = prepare(mime.read_bytes(raw.partition(b"\n")[2]), (), inline_url=str)
    assert (told.language, declared.language) == ("nl", "de-CH")


@pytest.mark.django_db(transaction=True)
def test_paper_gets_the_heading_and_every_quote(academy: Academy) -> None:
    quoted = letter(academy.nadia, academy.camille, "Réunion", "Oui.\n\n> Mardi ?\n>> Lundi ?\n")
    quoted.add_attachment(b"x", maintype="text", subtype="plain", filename="ordre du jour.txt")
    put(academy.camille, quoted)
    client = browser_of(academy.camille)
    url = open_message(client, academy.camille, "Réunion")
    page = client.get(client.get(url).context["reading"].print_url)
    text = page.content.decode()
    assert "<title>Réunion</title>" in text
    assert academy.nadia.address in text
    assert "ordre du jour.txt" in text
    assert '<div dir="auto"><div class="pli-plain">' in text  # whatever way the heading is written
    assert text.count('<details class="pli-quote" open>') == 2
    assert "allow-scripts" not in page["Content-Security-Policy"]
    assert page["Content-Security-Policy"].endswith("allow-modals")
