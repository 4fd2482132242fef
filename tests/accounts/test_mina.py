"""MINA's pages, as a browser without JavaScript uses them."""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from accounts.credentials.freezing import freeze, unfreeze
from accounts.models import Agent, ApplicationPassword, FreezeLink, Notice
from accounts.sealed.numen import keep_numen, read_numen
from audit.models import Entry
from audit.parties import NOWHERE, SYSTEM
from tests.people import PASSWORD, Person, open_account

HOME = reverse("mina")
CHANGE = reverse("mina_password")
APPLICATIONS = reverse("mina_applications")
NEW = "quatre trompettes vertes dans le grenier"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"
WISH = {"name": "Thunderbird", "reads": "on", "sends": "on", "days": "365"}


@pytest.fixture(autouse=True)
def _no_mail_server_is_asked(settings: Settings) -> None:
    settings.DOVEADM_URL = ""


@pytest.fixture
def camille(transactional_db: None) -> Person:
    return open_account("Camille", "Lefèvre", "camille.lefevre")


@pytest.fixture
def nadia(transactional_db: None) -> Person:
    return open_account("Nadia", "Benali", "nadia.benali")


def browser_of(person: Person, confirmed: bool = True, password: str = PASSWORD) -> Client:
    """Signed in, and having just confirmed the password unless told otherwise."""
    client = Client(headers={"user-agent": FIREFOX})
    client.post(reverse("account_login"), {"login": person.login, "password": password})
    if confirmed:
        client.post(reverse("account_reauthenticate"), {"password": password})
    return client


def text_of(client: Client, url: str) -> str:
    response = client.get(url, follow=True)
    assert response.status_code == 200
    return response.content.decode()


def is_signed_in(client: Client) -> bool:
    return client.get(reverse("mina_history")).status_code == 200


def change(client: Client, password: str = NEW) -> str:
    return client.post(CHANGE, {"password": password}, follow=True).content.decode()


def events() -> list[str]:
    return list(Entry.objects.order_by("number").values_list("event", flat=True))


def test_the_home_page_names_the_person_and_the_session(camille: Person) -> None:
    page = text_of(browser_of(camille), HOME)
    assert "Bonjour Camille" in page
    assert "camille.lefevre" in page
    assert "Firefox sur Windows" in page
    assert "Cette session" in page


def test_a_stranger_finds_the_ways_in(camille: Person) -> None:
    page = text_of(Client(), HOME)
    assert "Un souci de connexion" in page
    assert f"{reverse('account_login')}?next={HOME}" in page


@pytest.mark.parametrize("name", ["mina_history", "mina_data", "mina_password"])
def test_a_stranger_is_asked_to_sign_in(camille: Person, name: str) -> None:
    response = Client().get(reverse(name))
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("name", ["mina_password", "mina_applications", "mina_data_json"])
def test_sensitive_pages_ask_for_the_password_again(camille: Person, name: str) -> None:
    client = browser_of(camille, confirmed=False)
    for response in (client.get(reverse(name)), client.post(reverse(name), {"password": NEW})):
        assert response["Location"].startswith(reverse("account_reauthenticate"))
    assert NEW not in str([session.get_decoded() for session in Session.objects.all()])


def test_changing_the_password_keeps_this_session_and_ends_the_others(camille: Person) -> None:
    here, elsewhere = browser_of(camille), browser_of(camille)
    page = change(here)
    assert "est changé" in page
    assert page.count("Firefox sur Windows") == page.count("Cette session") == 1
    assert is_signed_in(here)
    assert not is_signed_in(elsewhere)
    assert is_signed_in(browser_of(camille, password=NEW))
    assert not is_signed_in(browser_of(camille))


def test_a_refused_password_says_why(camille: Person) -> None:
    page = change(browser_of(camille), "camille.lefevre 2026")
    assert "ressemble à votre identifiant" in page
    camille.user.refresh_from_db()
    assert camille.user.check_password(PASSWORD)


def test_the_present_password_is_not_a_new_one(camille: Person) -> None:
    assert "déjà votre mot de passe" in change(browser_of(camille), PASSWORD)


def test_the_meter_tells_the_strength_of_what_is_typed(camille: Person) -> None:
    client = browser_of(camille)
    weak = client.post(reverse("mina_strength"), {"password": "azerty"}).json()
    strong = client.post(reverse("mina_strength"), {"password": NEW}).json()
    assert weak["level"] < 3 <= strong["level"]
    assert weak["refusals"]
    assert strong["refusals"] == []


def test_a_changed_password_is_journalled_and_told(camille: Person) -> None:
    change(browser_of(camille))
    assert events()[-1] == "password_changed"
    notice = Notice.objects.get()
    assert notice.recipient == camille.address
    assert "Votre mot de passe a été changé" in notice.subject
    assert "127.0.0.1" in notice.text
    assert "/ce-n-est-pas-moi/" in notice.text
    assert "/ce-n-est-pas-moi/" in notice.html
    assert NEW not in notice.text + notice.html


def test_an_application_password_is_shown_once(camille: Person) -> None:
    client = browser_of(camille)
    page = client.post(APPLICATIONS, WISH).content.decode()
    found = re.search(r"<code data-made>(.*?)</code>", page)
    assert found
    password = re.sub("<.*?>", "", found[1])
    assert len(password) == 28
    again = text_of(client, APPLICATIONS)
    assert "Thunderbird" in again
    assert "data-made" not in again
    assert password not in again


def test_the_page_says_how_to_set_the_program_up(camille: Person, settings: Settings) -> None:
    settings.PUBLIC_IMAP_HOST, settings.PUBLIC_IMAP_PORT = "imap.ac-normandie.fr", 993
    settings.PUBLIC_SMTP_HOST, settings.PUBLIC_SMTP_PORT = "smtp.ac-normandie.fr", 465
    page = text_of(browser_of(camille), APPLICATIONS)
    assert "imap.ac-normandie.fr, port 993, SSL/TLS" in page
    assert "smtp.ac-normandie.fr, port 465, SSL/TLS" in page
    assert camille.address in page


def test_an_application_password_must_permit_something(camille: Person) -> None:
    page = browser_of(camille).post(APPLICATIONS, {"name": "Rien", "days": ""}).content.decode()
    assert "au moins une des deux" in page
    assert not ApplicationPassword.objects.exists()


def test_revoking_takes_it_off_the_list(camille: Person) -> None:
    client = browser_of(camille)
    client.post(APPLICATIONS, WISH)
    row = ApplicationPassword.objects.get()
    page = client.post(reverse("mina_revoke_application", args=[row.pk]), follow=True)
    assert "« Thunderbird » est révoqué" in page.content.decode()
    assert not ApplicationPassword.objects.exists()
    assert events()[-2:] == ["app_password_created", "app_password_revoked"]


def test_somebody_elses_application_password_is_not_found(camille: Person, nadia: Person) -> None:
    browser_of(camille).post(APPLICATIONS, WISH)
    url = reverse("mina_revoke_application", args=[ApplicationPassword.objects.get().pk])
    assert browser_of(nadia).post(url).status_code == 404
    assert ApplicationPassword.objects.exists()


def test_closing_another_session_ends_it(camille: Person) -> None:
    here, elsewhere = browser_of(camille), browser_of(camille)
    closing = re.search(r"/sessions/\d+/fermer/", text_of(here, HOME))
    assert closing
    prefix = HOME.rstrip("/")
    here.post(f"{prefix}{closing[0]}")
    assert not is_signed_in(elsewhere)
    assert is_signed_in(here)


def test_somebody_elses_session_is_not_found(camille: Person, nadia: Person) -> None:
    hers = browser_of(camille)
    browser_of(camille)
    closing = re.search(r"/sessions/\d+/fermer/", text_of(hers, HOME))
    assert closing
    url = f"{HOME.rstrip('/')}{closing[0]}"
    assert browser_of(nadia).post(url).status_code == 404


def test_all_other_sessions_close_at_once(camille: Person) -> None:
    here, first, second = (browser_of(camille) for _ in range(3))
    here.post(reverse("mina_end_sessions"))
    assert "Cette session" in text_of(here, HOME)
    assert not is_signed_in(first)
    assert not is_signed_in(second)


def test_the_history_tells_what_happened_but_no_inner_reason(camille: Person) -> None:
    client = browser_of(camille)
    client.post(APPLICATIONS, {**WISH, "name": "Le nom choisi"})
    page = text_of(client, reverse("mina_history"))
    assert "Mot de passe d’application créé." in page
    assert "Connexion." in page
    assert "Le nom choisi" not in page


def test_the_history_is_ones_own(camille: Person, nadia: Person) -> None:
    change(browser_of(camille))
    assert "Mot de passe changé" not in text_of(browser_of(nadia), reverse("mina_history"))


def test_ones_data_comes_as_json_without_any_secret(camille: Person) -> None:
    client = browser_of(camille)
    client.post(APPLICATIONS, WISH)
    response = client.get(reverse("mina_data_json"))
    data = json.loads(response.content)
    assert data["account"]["login"] == "camille.lefevre"
    assert data["addresses"] == [camille.address]
    assert camille.historic_address in [one["address"] for one in data["mailbox"]]
    assert data["application_passwords"][0]["name"] == "Thunderbird"
    assert data["history"]
    text = response.content.decode()
    assert ApplicationPassword.objects.get().hash not in text
    camille.user.refresh_from_db()
    assert camille.user.password not in text
    assert 'filename="camille.lefevre.json"' in response["Content-Disposition"]


def test_ones_data_holds_what_hr_told_and_no_numen_in_clear(camille: Person, ring: Path) -> None:
    camille.agent.personal_email, camille.agent.city = "camille@example.org", "ELBEUF"
    camille.agent.save()
    keep_numen(camille.agent, read_numen("17E9876543ABC"))
    text = browser_of(camille).get(reverse("mina_data_json")).content.decode()
    person = json.loads(text)["person"]
    assert person["personal_email"] == "camille@example.org"
    assert person["postal_address"]["city"] == "ELBEUF"
    assert person["numen"].startswith("17")
    assert "9876543" not in text


def test_ones_card_opens_in_an_address_book(camille: Person) -> None:
    camille.agent.post = "Professeure, classe de CE2; directrice adjointe de l’école"
    camille.agent.save()
    card = browser_of(camille).get(reverse("mina_data_vcard")).content
    lines = card.split(b"\r\n")
    unfolded = card.replace(b"\r\n ", b"").decode().split("\r\n")
    assert (lines[0], lines[-2], lines[-1]) == (b"BEGIN:VCARD", b"END:VCARD", b"")
    assert max(map(len, lines)) <= 75
    assert "FN:Camille Lefèvre" in unfolded
    assert "N:Lefèvre;Camille;;;" in unfolded
    assert "TITLE:Professeure\\, classe de CE2\\; directrice adjointe de l’école" in unfolded
    assert f"EMAIL;TYPE=work:{camille.address}" in unfolded


def link_in_the_notice() -> str:
    found = re.search(
        r"https?://[^/\s]+(/\S*ce-n-est-pas-moi/\S+)", Notice.objects.latest("pk").text
    )
    assert found
    return found[1]


def test_opening_the_link_of_a_notice_changes_nothing(camille: Person) -> None:
    client = browser_of(camille)
    change(client)
    assert "Geler mon compte" in text_of(Client(), link_in_the_notice())
    assert is_signed_in(client)


def test_its_button_freezes_the_account(camille: Person) -> None:
    client = browser_of(camille)
    client.post(APPLICATIONS, WISH)
    link = link_in_the_notice()
    page = Client().post(link).content.decode()
    assert "Votre compte est gelé" in page
    assert not is_signed_in(client)
    assert not is_signed_in(browser_of(camille))
    assert not ApplicationPassword.objects.exists()
    assert "account_frozen" in events()
    assert Client().get(link).status_code == 404


def test_an_old_or_forged_link_freezes_nobody(camille: Person) -> None:
    client = browser_of(camille)
    change(client)
    link = link_in_the_notice()
    FreezeLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    for url in (link, reverse("mina_freeze", args=["x" * 43])):
        assert Client().post(url).status_code == 404
    assert is_signed_in(client)


def test_an_account_that_is_reopened_has_no_password(camille: Person) -> None:
    freeze(camille.user, NOWHERE)
    unfreeze(camille.user, NOWHERE, SYSTEM, "Identité vérifiée au guichet")
    assert not is_signed_in(browser_of(camille))
    camille.agent.refresh_from_db()
    assert camille.agent.status == Agent.Status.ACTIVE
    entry = Entry.objects.get(event="account_unfrozen")
    assert entry.justification == "Identité vérifiée au guichet"


def test_notices_are_written_in_the_language_chosen(camille: Person) -> None:
    client = browser_of(camille)
    response = client.post(reverse("mina_language"), {"language": "en"}, follow=True)
    assert '<html lang="en"' in response.content.decode()
    client.post(APPLICATIONS, WISH)
    assert '<html lang="en"' in Notice.objects.get().html


def test_a_language_that_the_site_does_not_speak_is_refused(camille: Person) -> None:
    assert browser_of(camille).post(reverse("mina_language"), {"language": "xx"}).status_code == 404


def test_a_password_that_holds_the_numen_is_refused_by_the_page(camille: Person) -> None:
    keep_numen(camille.agent, read_numen("17E9876543ABC"))
    refused = change(browser_of(camille), "souliers 17E9876543ABC dans la bruyère")
    assert "NUMEN" in refused
    assert is_signed_in(browser_of(camille))
