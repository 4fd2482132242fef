"""The sign-in page, as a browser without JavaScript uses it."""

import re
import time

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import NoReverseMatch, reverse
from pytest_django import Settings

from accounts.models import User
from audit.models import Entry
from mailboxes.institutional.provisioning import add_address, create_functional_mailbox
from mailboxes.models import Address
from tests.people import PASSWORD, Person, agree_to_terms, open_account

LOGIN = reverse("account_login")
WRONG = "pas le bon"
PAUSE = "Trop d’essais de suite"
NUMEN = "17E9876543ABC"


@pytest.fixture
def camille(db: None) -> Person:
    return open_account("Camille", "Lefèvre", "camille.lefevre")


def sign_in(client: Client, login: str, password: str = PASSWORD, **more: str) -> str:
    """What the page says, or the address that an open session leads to."""
    response = client.post(LOGIN, {"login": login, "password": password, **more})
    return response["Location"] if response.status_code == 302 else response.content.decode()


def signed_in(client: Client) -> bool:
    response = client.get("/")
    return not isinstance(response.wsgi_request.user, AnonymousUser)


@pytest.mark.parametrize(
    "typed",
    [
        "camille.lefevre",
        "Camille.LEFEVRE",
        "  camille.lefevre\u00a0",
        "camille . lefevre",
        "camille.lefèvre",
        "camille.lefevre@ac-normandie.fr",
        " Camille.Lefevre@AC-Rouen.fr ",
        "camille.lefevre@ac-caen.fr",
    ],
)
def test_an_agent_signs_in_with_the_login_as_people_type_it(
    client: Client, camille: Person, typed: str
) -> None:
    assert sign_in(client, typed) == "/"
    assert signed_in(client)


def test_an_address_of_a_former_name_opens_the_account(client: Client, db: None) -> None:

    camille = open_account("Camille", "Lefèvre", "camille.lefevre")
    add_address(camille.mailbox, "camille.durand@ac-caen.fr", Address.Kind.HISTORIC)
    assert sign_in(client, "Camille.Durand@ac-caen.fr") == "/"


def test_an_address_leads_to_whoever_receives_there_not_to_the_login_alike(
    client: Client, camille: Person
) -> None:

    nadia = open_account("Nadia", "Benali", "nadia.benali")
    add_address(nadia.mailbox, "camille.lefevre@ac-caen.fr", Address.Kind.HISTORIC)
    assert sign_in(client, "camille.lefevre@ac-caen.fr") == "/"
    assert client.get("/").wsgi_request.user == nadia.user


@pytest.mark.parametrize("typed", ["camille.lefevre@gmail.com", "camille.lefevre@", "@", "’"])
def test_other_spellings_open_nothing(client: Client, camille: Person, typed: str) -> None:
    assert WRONG in sign_in(client, typed)
    assert not signed_in(client)


def test_nobody_signs_in_to_a_functional_mailbox(client: Client, camille: Person) -> None:
    create_functional_mailbox("Direction", "ce.0760001n@ac-normandie.fr")
    assert WRONG in sign_in(client, "ce.0760001n@ac-normandie.fr")


def test_sign_in_returns_to_the_page_asked_for(client: Client, camille: Person) -> None:
    asked = f"{LOGIN}?next=/boite/?page=2"
    assert '<input type="hidden" name="next" value="/boite/?page=2">' in page(client, asked)
    assert sign_in(client, camille.login, next="/boite/?page=2") == "/boite/?page=2"


def test_sign_in_never_leads_to_another_site(client: Client, camille: Person) -> None:
    assert sign_in(client, camille.login, next="https://ailleurs.example/") == "/"


def test_a_wrong_password_and_an_unknown_login_get_the_same_page(
    client: Client, camille: Person
) -> None:
    known = client.post(LOGIN, {"login": camille.login, "password": "faux"})
    unknown = client.post(LOGIN, {"login": "personne.inconnue", "password": "faux"})
    assert known.status_code == unknown.status_code == 200
    assert said(known.content.decode(), camille.login) == said(
        unknown.content.decode(), "personne.inconnue"
    )


def test_a_numen_gets_a_hint_and_comes_back_nowhere(
    client: Client, camille: Person, caplog: pytest.LogCaptureFixture
) -> None:
    text = sign_in(client, " 17 e 98-76543 abc")
    assert "C’est un NUMEN" in text
    everything = text + caplog.text + str(dict(client.session)) + str(list(Entry.objects.values()))
    assert "98-76543" not in everything
    assert "9876543" not in everything


def test_a_numen_costs_no_try(client: Client, camille: Person, settings: Settings) -> None:
    for _ in range(settings.THROTTLE_FREE_FAILURES + 1):
        assert "C’est un NUMEN" in sign_in(client, NUMEN)


def test_advice_about_the_browser_comes_with_the_second_failure(
    client: Client, camille: Person
) -> None:
    first = sign_in(client, camille.login, "faux")
    assert "navigation privée" not in first
    assert '<input type="hidden" name="failures" value="1">' in first
    assert "navigation privée" in sign_in(client, camille.login, "faux", failures="1")
    assert "navigation privée" not in page(client, LOGIN)


def test_a_forged_count_of_failures_is_harmless(client: Client, camille: Person) -> None:
    for forged in ("²", "-1", "9" * 5000, "<b>"):
        assert WRONG in sign_in(client, camille.login, "faux", failures=forged)


def test_the_page_says_that_the_academy_never_asks_for_a_password(client: Client, db: None) -> None:
    assert "L’académie ne demande jamais votre mot de passe par courriel." in page(client, LOGIN)


def test_time_does_not_tell_a_known_login_from_an_unknown_one(
    client: Client, camille: Person, settings: Settings
) -> None:
    settings.THROTTLE_FREE_FAILURES = settings.THROTTLE_DAILY_FAILURES = 10_000
    settings.THROTTLE_DISABLE_AFTER = 10_000
    times: dict[str, list[float]] = {camille.login: [], "camille.lefebvre": []}
    for _ in range(100):
        for login, taken in times.items():
            start = time.perf_counter()
            sign_in(client, login, "faux")
            taken.append(time.perf_counter() - start)
    pairs = zip(*times.values(), strict=True)
    slower = sum(known > unknown for known, unknown in pairs)
    # Whoever bets on the slower one of two would be right one time in two, give or take.
    assert 25 <= slower <= 75


def test_a_browser_that_keeps_no_cookie_is_told_so(camille: Person) -> None:
    bare = Client(enforce_csrf_checks=True)
    response = bare.post(LOGIN, {"login": camille.login, "password": PASSWORD})
    assert response.status_code == 403
    assert "cookies" in response.content.decode()


@pytest.mark.parametrize("login", ["camille.lefevre", "personne.inconnue"])
def test_known_and_unknown_logins_wait_alike_after_five_failures(
    client: Client, camille: Person, login: str
) -> None:
    for _ in range(4):
        assert WRONG in sign_in(client, login, "faux")
    sign_in(client, login, "faux")
    assert PAUSE in sign_in(client, login, PASSWORD)
    assert not signed_in(client)


def test_another_spelling_of_the_login_gives_no_more_tries(client: Client, camille: Person) -> None:
    spellings = [camille.login, camille.address, camille.historic_address, camille.login.upper()]
    for spelling in [*spellings, camille.login]:
        sign_in(client, spelling, "faux")
    assert PAUSE in sign_in(client, camille.historic_address)


def test_strangers_do_not_lock_out_a_browser_that_signed_in_before(
    client: Client, camille: Person
) -> None:
    sign_in(client, camille.login)
    client.post(reverse("account_logout"))
    stranger = Client(REMOTE_ADDR="203.0.113.7")
    for _ in range(6):
        sign_in(stranger, camille.login, "faux")
    assert PAUSE in sign_in(stranger, camille.login)
    assert sign_in(client, camille.login) == "/"


def test_a_staff_room_behind_one_address_signs_in_on_the_same_morning(db: None) -> None:
    for number in range(40):
        login = f"agent.numero{number}"
        agree_to_terms(User.objects.create_user(login, PASSWORD, is_active=True))
        agent = Client(REMOTE_ADDR="198.51.100.20")
        sign_in(agent, login, "faux")
        assert sign_in(agent, login) == "/"


def test_an_account_that_is_not_open_is_told_so_only_with_its_password(
    client: Client, camille: Person
) -> None:
    User.objects.filter(pk=camille.user.pk).update(is_active=False)
    assert WRONG in sign_in(client, camille.login, "faux")
    response = client.post(LOGIN, {"login": camille.login, "password": PASSWORD}, follow=True)
    assert "n’est pas ouvert" in response.content.decode()
    assert not signed_in(client)


def test_the_journal_tells_who_signed_in_and_who_tried(client: Client, camille: Person) -> None:
    sign_in(client, camille.login, "faux")
    sign_in(client, "personne.inconnue", "faux")
    sign_in(client, camille.login)
    client.post(reverse("account_logout"))
    entries = list(Entry.objects.order_by("number").values_list("event", "subject_id", "result"))
    me = f"agent:{camille.agent.pk}"
    assert entries == [
        ("signed_in", me, "refused"),
        ("signed_in", "", "refused"),
        ("signed_in", me, "success"),
        ("signed_out", me, "success"),
    ]
    assert "inconnue" not in str(list(Entry.objects.values()))


def test_the_journal_tells_once_that_an_identity_must_wait(client: Client, camille: Person) -> None:
    for _ in range(9):
        sign_in(client, camille.login, "faux")
    assert Entry.objects.filter(event="sign_in_throttled").count() == 1
    assert Entry.objects.filter(event="signed_in").count() == 5


def test_a_temporary_password_opens_only_the_page_that_replaces_it(
    client: Client, camille: Person
) -> None:
    User.objects.filter(pk=camille.user.pk).update(must_change_password=True)
    replace = reverse("account_must_change_password")
    assert sign_in(client, camille.login, next="/boite/") == replace
    assert not signed_in(client)
    assert "mot de passe provisoire" in page(client, replace)

    again = client.post(replace, {"password": PASSWORD}).content.decode()
    assert "C’est déjà votre mot de passe" in again
    assert "au moins" in client.post(replace, {"password": "trop court"}).content.decode()

    new = "une baleine range quatre parapluies"
    assert client.post(replace, {"password": new})["Location"] == "/boite/"
    assert signed_in(client)
    assert Entry.objects.filter(event="password_changed").count() == 1

    elsewhere = Client()
    assert WRONG in sign_in(elsewhere, camille.login)
    assert sign_in(elsewhere, camille.login, new) == "/"


def test_the_page_of_the_temporary_password_is_closed_to_who_did_not_sign_in(
    client: Client, camille: Person
) -> None:
    replace = reverse("account_must_change_password")
    assert client.get(replace)["Location"] == LOGIN
    assert client.post(replace, {"password": "une baleine range tout"})["Location"] == LOGIN


def test_one_can_leave_a_sign_in_that_is_half_done(client: Client, camille: Person) -> None:
    User.objects.filter(pk=camille.user.pk).update(must_change_password=True)
    sign_in(client, camille.login)
    assert client.get(LOGIN).status_code == 302
    assert client.post(reverse("account_logout"), {"next": LOGIN})["Location"] == LOGIN
    assert client.get(LOGIN).status_code == 200


def page(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def said(text: str, login: str) -> str:
    """The page less what was typed and the token of its forms."""

    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text).replace(
        f'value="{login}"', ""
    )


@pytest.mark.parametrize(
    "path", ["inscription/", "signup/", "connexion/inscription/", "signup/passkey/", "email/"]
)
def test_nobody_signs_up_by_themselves(client: Client, db: None, path: str) -> None:
    for address in (f"/compte/{path}", f"/accounts/{path}"):
        assert client.get(address).status_code == 404
        assert client.post(address, {"username": "eve", "password1": PASSWORD}).status_code == 404
    assert not User.objects.exists()


def test_django_allauth_has_no_page_of_its_own_that_would_open_an_account(db: None) -> None:
    for name in ("account_signup", "account_signup_by_passkey", "mfa_signup_webauthn"):
        with pytest.raises(NoReverseMatch):
            reverse(name)
    for name in ("account_reset_password", "account_email", "account_set_password"):
        with pytest.raises(NoReverseMatch):
            reverse(name)
