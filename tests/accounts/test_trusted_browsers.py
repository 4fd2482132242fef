"""Browsers that need no second factor: seen, taken back, and ended by every new beginning."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from accounts.credentials.freezing import freeze, unfreeze
from accounts.credentials.new_password import change_password
from accounts.models import TrustedBrowser
from accounts.secrets import Password
from audit.models import Entry
from audit.parties import NOWHERE, SYSTEM
from tests.accounts.recovering import FACTOR, NEW, answered, choose, link_after, with_questions
from tests.accounts.test_signin_second_factor import code_of
from tests.people import PASSWORD, Person, open_account

LOGIN, SECOND_STEP, TRUST, SESSIONS = (
    reverse(name) for name in ("account_login", "mfa_authenticate", "mfa_trust", "mina_sessions")
)
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"

Codes = Callable[[], str]
Closes = Callable[[Person], None]


@pytest.fixture
def camille(transactional_db: None, settings: Settings) -> Person:
    settings.DOVEADM_URL = ""
    return with_questions(open_account("Camille", "Lefèvre", "camille.lefevre"))


@pytest.fixture
def code(camille: Person) -> Codes:
    """The next code of Camille's application: each serves once, so each is of a later period."""
    secret, periods = generate_totp_secret(), iter(range(-1, 2))
    TOTP.activate(camille.user, secret)
    return lambda: code_of(secret, next(periods))


@pytest.fixture
def browser(camille: Person, code: Codes) -> Client:
    """Camille's Firefox, trusted; nobody is signed in."""
    client = Client(headers={"User-Agent": FIREFOX}, REMOTE_ADDR="192.0.2.7")
    assert asks_for_second_factor(client, camille)
    client.post(SECOND_STEP, {"code": code()})
    client.post(TRUST, {"action": "trust"})
    client.post(reverse("account_logout"))
    return client


def asks_for_second_factor(client: Client, person: Person, password: str = PASSWORD) -> bool:
    answer = client.post(LOGIN, {"login": person.login, "password": password})
    assert answer.status_code == 302, answer.content.decode()
    return bool(answer["Location"] == SECOND_STEP)


def test_a_trusted_browser_is_listed_in_words_and_taken_back(
    browser: Client, camille: Person
) -> None:
    assert not asks_for_second_factor(browser, camille)
    page = browser.get(SESSIONS).content.decode()
    assert "Firefox sur Windows" in page
    assert "192.0.2.7" in page
    assert "Ce navigateur" in page
    taking_back = re.search(r"/mina/sessions/navigateurs/\d+/oublier/", page)
    assert taking_back
    assert browser.post(taking_back[0])["Location"] == SESSIONS
    assert "Aucun navigateur de confiance." in browser.get(SESSIONS).content.decode()
    assert Entry.objects.filter(event="device_forgotten").count() == 1
    browser.post(reverse("account_logout"))
    assert asks_for_second_factor(browser, camille)


def test_somebody_elses_trusted_browser_is_not_found(browser: Client, camille: Person) -> None:
    nadia = open_account("Nadia", "Benali", "nadia.benali")
    eve = Client()
    assert not asks_for_second_factor(eve, nadia)
    mine = TrustedBrowser.objects.get()
    assert eve.post(reverse("mina_end_trust", args=[mine.pk])).status_code == 404
    assert "Firefox" not in eve.get(SESSIONS).content.decode()
    assert not asks_for_second_factor(browser, camille)


def test_another_browser_is_not_trusted(browser: Client, camille: Person) -> None:
    assert asks_for_second_factor(Client(), camille)
    stranger = Client()
    stranger.cookies["pli_trust"] = "devinez"
    assert asks_for_second_factor(stranger, camille)


def test_trust_ends_after_thirty_days(browser: Client, camille: Person) -> None:
    TrustedBrowser.objects.update(trusted_at=timezone.now() - timedelta(days=30, minutes=1))
    assert asks_for_second_factor(browser, camille)


def close_all(camille: Person) -> None:
    here = Client()
    here.force_login(camille.user)
    here.post(reverse("mina_end_sessions"))


def new_password(camille: Person) -> None:
    change_password(camille.user, Password(PASSWORD), NOWHERE)


def add_a_factor(camille: Person) -> None:
    RecoveryCodes.activate(camille.user)


def freeze_and_reopen(camille: Person) -> None:
    freeze(camille.user, NOWHERE)
    unfreeze(camille.user, NOWHERE, SYSTEM, "identité vérifiée")
    camille.user.set_password(PASSWORD)
    camille.user.save()


@pytest.mark.parametrize("closes", [close_all, new_password, add_a_factor, freeze_and_reopen])
def test_every_new_beginning_ends_trust(browser: Client, camille: Person, closes: Closes) -> None:
    closes(camille)
    assert asks_for_second_factor(browser, camille)


def test_after_a_whole_reset_the_browser_is_asked_again(
    browser: Client, camille: Person, code: Codes
) -> None:
    at_home = answered(camille)
    choose(at_home, link_after(at_home, FACTOR, {"code": code()}))
    assert asks_for_second_factor(browser, camille, NEW)
    assert not TrustedBrowser.objects.exists()


def test_two_people_trust_one_browser(browser: Client, camille: Person) -> None:
    nadia = open_account("Nadia", "Benali", "nadia.benali")
    secret = generate_totp_secret()
    TOTP.activate(nadia.user, secret)
    assert asks_for_second_factor(browser, nadia)
    browser.post(SECOND_STEP, {"code": code_of(secret)})
    browser.post(TRUST, {"action": "trust"})
    for person in (nadia, camille):
        browser.post(reverse("account_logout"))
        assert not asks_for_second_factor(browser, person)


def test_a_browser_does_not_choose_the_name_it_is_trusted_under(
    camille: Person, code: Codes
) -> None:
    """Whoever planted a cookie before knows nothing of the one that is trusted."""
    client = Client()
    client.cookies["pli_trust"] = "connu-de-tous"
    asks_for_second_factor(client, camille)
    client.post(SECOND_STEP, {"code": code()})
    client.post(TRUST, {"action": "trust"})
    thief = Client()
    thief.cookies["pli_trust"] = "connu-de-tous"
    assert asks_for_second_factor(thief, camille)


def test_the_list_tells_when_and_whence_a_session_was_last_used(camille: Person) -> None:
    elsewhere = Client(headers={"User-Agent": FIREFOX}, REMOTE_ADDR="192.0.2.7")
    assert not asks_for_second_factor(elsewhere, camille)
    here = Client()
    assert not asks_for_second_factor(here, camille)
    UserSession.objects.update(last_seen_at=timezone.now() - timedelta(hours=2))
    assert "il y a 2" in here.get(SESSIONS).content.decode()
    cache.clear()  # five minutes have passed
    elsewhere.get("/mina/", REMOTE_ADDR="192.0.2.99")
    used = UserSession.objects.get(user_agent=FIREFOX)
    assert used.ip == "192.0.2.99"
    assert timezone.now() - used.last_seen_at < timedelta(minutes=1)


def test_activity_is_written_once_in_five_minutes(camille: Person) -> None:
    client = Client()
    assert not asks_for_second_factor(client, camille)
    client.get("/mina/")
    UserSession.objects.update(ip="192.0.2.1")
    client.get("/mina/", REMOTE_ADDR="192.0.2.99")
    assert UserSession.objects.get().ip == "192.0.2.1"
