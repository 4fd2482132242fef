"""A forgotten password: questions, then one of three second proofs, then a new password."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core import mail
from django.db.models import F
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from accounts.credentials import application_passwords
from accounts.credentials.application_passwords import Wish
from accounts.models import Agent, ApplicationPassword, HandedCode, Notice, Reset, School
from accounts.recovery.handed_codes import hand_out
from accounts.recovery.upkeep import prune
from audit.models import Entry
from audit.parties import NOWHERE
from tests.accounts.conftest import AgentMaker
from tests.accounts.recovering import (
    ANSWERS,
    CONTACT,
    FACTOR,
    HELD,
    MOBILE,
    NEITHER,
    NEW,
    PERSONAL,
    QUESTIONS,
    START,
    answer,
    answered,
    ask_code,
    choose,
    link_after,
    mailed_code,
    name,
    questions_in,
    texted_code,
    verified_address,
    verified_phone,
    with_questions,
)
from tests.accounts.test_signin_second_factor import code_of
from tests.people import PASSWORD, Person, open_account

DEAD = "Ce lien ne sert plus"
WRONG_CODE = "pas le bon code"
AGAIN = "Recommencez ici"

FACTOR_PAGES = [
    *(
        reverse(f"mfa_{name}")
        for name in (
            "activate_totp",
            "deactivate_totp",
            "view_recovery_codes",
            "generate_recovery_codes",
            "download_recovery_codes",
            "add_webauthn",
        )
    ),
    *(reverse(f"mfa_{name}_webauthn", args=[1]) for name in ("edit", "remove")),
]


@pytest.fixture(autouse=True)
def messages(settings: Settings, tmp_path: Path) -> Path:
    """The file where text messages arrive."""
    settings.DOVEADM_URL = ""
    settings.SMS_GATEWAY, settings.SMS_FILE = "file", str(tmp_path / "sms.txt")
    return tmp_path / "sms.txt"


@pytest.fixture
def camille(transactional_db: None) -> Person:
    return with_questions(open_account("Camille", "Lefèvre", "camille.lefevre"))


def signs_in(person: Person, password: str) -> bool:
    client = Client()
    client.post(reverse("account_login"), {"login": person.login, "password": password})
    return "_auth_user_id" in client.session


def signed_in(person: Person, password: str = PASSWORD) -> Client:
    client = Client()
    client.post(reverse("account_login"), {"login": person.login, "password": password})
    client.post(reverse("account_reauthenticate"), {"password": password})
    return client


def link_by_mail(person: Person) -> str:
    contact = person.user.recovery_contacts.first() or verified_address(person.user)
    client = answered(person)
    ask_code(client, contact)
    return link_after(client, CONTACT, {"code": mailed_code()})


def begin_wait(person: Person) -> Client:
    client = answered(person)
    client.post(NEITHER, {"wait": "1"})
    return client


def wait_a_day() -> None:
    """As if the wait had begun a day and a minute earlier."""
    day = timedelta(hours=24, minutes=1)
    Reset.objects.filter(held_until__isnull=False).update(
        held_until=F("held_until") - day, expires_at=F("expires_at") - day
    )


def older_by(time: timedelta) -> None:
    """As if the code had been sent that much earlier."""
    Reset.objects.update(code_expires_at=F("code_expires_at") - time)


def cancel_link() -> str:
    found = re.search(r"https?://[^/\s]+(/\S*/annuler/\S+/)", Notice.objects.latest("pk").text)
    assert found
    return found[1]


def events() -> list[str]:
    return list(Entry.objects.order_by("number").values_list("event", flat=True))


def test_right_answers_and_a_mailed_code_give_a_new_password(camille: Person) -> None:
    link = link_by_mail(camille)
    page = choose(Client(), link)
    assert "Connectez-vous avec le nouveau" in page
    assert signs_in(camille, NEW)
    assert not signs_in(camille, PASSWORD)
    assert events()[:3] == ["questions_answered", "reset_code_sent", "password_reset"]
    assert len({entry.flow for entry in Entry.objects.order_by("number")[:3]}) == 1


def test_a_code_by_text_message_does_too(camille: Person, messages: Path) -> None:
    contact = verified_phone(camille.user)
    client = answered(camille)
    page = ask_code(client, contact)
    assert "+33 ••• 78" in page
    assert "612345678" not in page
    assert "10 minutes" in page
    link = link_after(client, CONTACT, {"code": texted_code(messages)})
    choose(client, link)
    assert signs_in(camille, NEW)


def test_nobody_is_signed_in_by_a_reset(camille: Person) -> None:
    client = Client()
    choose(client, link_by_mail(camille))
    assert "_auth_user_id" not in client.session


def test_a_reset_ends_everything_and_tells_both_addresses(camille: Person) -> None:
    elsewhere = signed_in(camille)
    application_passwords.create(camille.user, Wish("Téléphone", True, True, None), NOWHERE)
    Notice.objects.all().delete()
    link = link_by_mail(camille)
    choose(Client(), link)
    assert elsewhere.get(reverse("mina_history")).status_code == 302
    assert not ApplicationPassword.objects.exists()
    assert set(Notice.objects.values_list("recipient", flat=True)) == {camille.address, PERSONAL}
    assert all("réinitialisé" in notice.subject for notice in Notice.objects.all())


def test_a_reset_opens_the_lock_of_sign_in(camille: Person) -> None:
    for _ in range(5):
        assert not signs_in(camille, "faux")
    assert not signs_in(camille, PASSWORD)
    choose(Client(), link_by_mail(camille))
    assert signs_in(camille, NEW)


def test_one_wrong_answer_of_three_leads_nowhere(camille: Person) -> None:
    verified_address(camille.user)
    client = Client()
    asked = questions_in(name(client, camille.login))
    assert len(asked) == 3
    assert answer(client, {**ANSWERS, asked[1]: "autre chose"}) == QUESTIONS
    assert answer(client) == CONTACT


def test_accents_capitals_and_spaces_do_not_count(camille: Person) -> None:
    verified_address(camille.user)
    client = Client()
    name(client, "  Camille.LEFÈVRE@ac-normandie.fr ")
    shouted = {code: f" {text.upper().replace('Â', 'A')} " for code, text in ANSWERS.items()}
    assert answer(client, shouted) == CONTACT


def test_an_unknown_name_is_asked_the_same_three_questions_each_time(camille: Person) -> None:
    first, second = (questions_in(name(Client(), "nemo.personne")) for _ in range(2))
    assert first == second
    assert len(first) == 3


def test_wrong_answers_read_the_same_for_known_and_unknown_names(camille: Person) -> None:
    pages = []
    for login in (camille.login, "nemo.personne"):
        client = Client()
        asked = questions_in(name(client, login))
        response = client.post(QUESTIONS, dict.fromkeys(asked, "patate"))
        assert response.status_code == 200
        pages.append(_without_what_differs(response.content.decode(), login))
    assert pages[0] == pages[1]


def _without_what_differs(page: str, login: str) -> str:
    page = re.sub(r'<div class="fg.*?</div>', "", page, flags=re.DOTALL)
    return re.sub(r'value="\w{64}"', "", page).replace(login, "")


def test_known_and_unknown_names_meet_the_same_pauses(camille: Person) -> None:
    for login in (camille.login, "nemo.personne"):
        client = Client()
        asked = questions_in(name(client, login))
        for _ in range(5):
            client.post(QUESTIONS, dict.fromkeys(asked, "patate"))
        page = client.post(QUESTIONS, ANSWERS).content.decode()
        assert "Réessayez dans 1 minute" in page


def test_answers_never_come_back_in_a_page(camille: Person) -> None:
    client = Client()
    name(client, camille.login)
    page = client.post(QUESTIONS, {"first_pet": "Rantanplan"}).content.decode()
    assert "Rantanplan" not in page


def test_a_numen_is_refused_and_not_shown_again(db: None) -> None:
    page = name(Client(), "17E9876543ABC")
    assert "C’est un NUMEN" in page
    assert "17E9876543ABC" not in page


def test_a_frozen_account_is_not_opened_by_answers(camille: Person) -> None:
    verified_address(camille.user)
    camille.user.is_active = False
    camille.user.save()
    client = Client()
    name(client, camille.login)
    assert answer(client) == START
    assert not Reset.objects.exists()


def test_after_three_wrong_codes_the_right_one_is_dead(camille: Person) -> None:
    contact = verified_address(camille.user)
    client = answered(camille)
    ask_code(client, contact)
    right = mailed_code()
    wrong = "000000" if right != "000000" else "111111"
    for _ in range(3):
        assert WRONG_CODE in client.post(CONTACT, {"code": wrong}).content.decode()
    assert link_after(client, CONTACT, {"code": right}) == ""


def test_a_code_dies_after_a_quarter_of_an_hour(camille: Person) -> None:
    contact = verified_address(camille.user)
    client = answered(camille)
    assert "15 minutes" in ask_code(client, contact)
    Reset.objects.update(code_expires_at=timezone.now() - timedelta(seconds=1))
    assert link_after(client, CONTACT, {"code": mailed_code()}) == ""


def test_a_code_by_text_message_dies_after_ten_minutes(camille: Person, messages: Path) -> None:
    contact = verified_phone(camille.user)
    client = answered(camille)
    ask_code(client, contact)
    older_by(timedelta(minutes=10, seconds=1))
    assert link_after(client, CONTACT, {"code": texted_code(messages)}) == ""


def test_until_then_it_serves(camille: Person, messages: Path) -> None:
    contact = verified_phone(camille.user)
    client = answered(camille)
    ask_code(client, contact)
    older_by(timedelta(minutes=9, seconds=30))
    assert link_after(client, CONTACT, {"code": texted_code(messages)})


def test_a_new_code_voids_the_one_before(camille: Person) -> None:
    contact = verified_address(camille.user)
    client = answered(camille)
    ask_code(client, contact)
    first = mailed_code()
    ask_code(client, contact)
    if first != mailed_code():
        assert link_after(client, CONTACT, {"code": first}) == ""


def test_codes_are_not_sent_without_end(camille: Person) -> None:
    contact = verified_address(camille.user)
    client = answered(camille)
    pages = [ask_code(client, contact) for _ in range(6)]
    assert "Réessayez dans" in pages[5]
    assert len(mail.outbox) == 5


def test_a_gateway_that_is_away_is_said(camille: Person, settings: Settings) -> None:
    contact = verified_phone(camille.user)
    client = answered(camille)
    settings.SMS_GATEWAY, settings.SMS_URL = "http", "http://127.0.0.1:9/sms"
    assert "n’a pas pu partir" in ask_code(client, contact)


def test_a_code_is_sent_to_ones_own_contacts_only(camille: Person) -> None:
    verified_address(camille.user)
    nadia = open_account("Nadia", "Benali", "nadia.benali")
    hers = verified_address(nadia.user, "nadia@exemple.fr")
    ask_code(answered(camille), hers)
    assert mail.outbox == []


def test_with_a_second_factor_only_that_factor_opens(camille: Person, ring: Path) -> None:
    verified_address(camille.user)
    secret = generate_totp_secret()
    TOTP.activate(camille.user, secret)
    client = answered(camille)
    assert client.get(CONTACT)["Location"] == FACTOR
    assert client.get(NEITHER)["Location"] == FACTOR
    assert WRONG_CODE in client.post(FACTOR, {"code": "000000"}).content.decode()
    choose(client, link_after(client, FACTOR, {"code": code_of(secret)}))
    assert Entry.objects.get(event="password_reset", result="success").method == (
        "questions, second factor"
    )


def test_a_recovery_code_is_a_second_factor(camille: Person, ring: Path) -> None:
    TOTP.activate(camille.user, generate_totp_secret())
    codes = RecoveryCodes.activate(camille.user).get_unused_codes()
    assert link_after(answered(camille), FACTOR, {"code": codes[0]})


@pytest.mark.parametrize("credential", ["", "{}", "[]", '{"id": "x", "response": {}}', "\x00"])
def test_what_is_no_passkey_proves_nothing(camille: Person, ring: Path, credential: str) -> None:
    TOTP.activate(camille.user, generate_totp_secret())
    page = answered(camille).post(FACTOR, {"credential": credential})
    assert 'role="alert"' in page.content.decode()
    assert not Reset.objects.exclude(step=Reset.Step.ANSWERED).exists()


def test_the_pages_after_the_questions_are_closed_to_who_did_not_answer(camille: Person) -> None:
    verified_address(camille.user)
    for page in (CONTACT, FACTOR, NEITHER, HELD):
        client = Client()
        name(client, camille.login)
        assert AGAIN in client.post(page, {"code": "123456"}, follow=True).content.decode()


def test_opening_the_link_uses_nothing_up(camille: Person) -> None:
    link = link_by_mail(camille)
    for _ in range(3):
        assert camille.login in Client().get(link).content.decode()
    choose(Client(), link)
    assert Client().get(link).status_code == 404
    assert DEAD in choose(Client(), link, "une autre phrase de passe possible")
    assert signs_in(camille, NEW)


def test_a_refused_password_says_why_and_leaves_the_link(camille: Person) -> None:
    link = link_by_mail(camille)
    assert "au moins 15" in choose(Client(), link, "court")
    assert "Connectez-vous" in choose(Client(), link)


def test_the_meter_answers_who_holds_the_link_only(camille: Person) -> None:
    link = link_by_mail(camille)
    measured = Client().post(f"{link}solidite/", {"password": "azerty"})
    assert measured.json()["level"] < 3
    forged = reverse("mina_reset_strength", args=["x" * 43])
    assert Client().post(forged, {"password": "azerty"}).status_code == 404


def test_a_link_dies_after_an_hour(camille: Person) -> None:
    link = link_by_mail(camille)
    Reset.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert DEAD in choose(Client(), link)
    assert signs_in(camille, PASSWORD)


def test_a_second_link_kills_the_first(camille: Person) -> None:
    first = link_by_mail(camille)
    second = link_by_mail(camille)
    assert DEAD in choose(Client(), first)
    assert "Connectez-vous" in choose(Client(), second)


def test_a_sign_in_kills_the_link(camille: Person) -> None:
    link = link_by_mail(camille)
    assert signs_in(camille, PASSWORD)
    assert DEAD in choose(Client(), link)


def test_a_new_password_kills_the_link(camille: Person) -> None:
    client = signed_in(camille)
    link = link_by_mail(camille)
    client.post(reverse("mina_password"), {"password": NEW})
    assert DEAD in choose(Client(), link, "encore une phrase assez longue")


def test_without_any_second_channel_a_wait_begins_and_the_address_is_told(camille: Person) -> None:
    client = begin_wait(camille)
    page = client.get(HELD).content.decode()
    assert "Votre demande attend" in page
    notice = Notice.objects.get()
    assert notice.recipient == camille.address
    assert "/annuler/" in notice.text
    assert 'href="' in notice.html
    assert "ce-n-est-pas-moi" in notice.text
    assert events() == ["questions_answered", "reset_held"]


def test_before_the_end_of_the_wait_nothing_opens(camille: Person) -> None:
    client = begin_wait(camille)
    assert "Votre demande attend" in client.post(HELD, follow=True).content.decode()
    again = Client()
    name(again, camille.login)
    assert answer(again) == HELD
    assert Reset.objects.count() == 1


def test_after_the_wait_the_questions_lead_to_a_new_password(camille: Person) -> None:
    begin_wait(camille)
    wait_a_day()
    client = answered(camille)
    assert "L’attente est finie" in client.get(HELD).content.decode()
    choose(client, client.post(HELD)["Location"])
    assert signs_in(camille, NEW)


def test_after_a_wait_the_account_is_restricted_for_three_days(camille: Person) -> None:
    begin_wait(camille)
    wait_a_day()
    client = answered(camille)
    choose(client, client.post(HELD)["Location"])
    client = signed_in(camille, NEW)
    closed = ["mina_applications", "mina_questions", "mina_data_json", "mina_data_vcard"]
    pages = [reverse(one) for one in closed] + [reverse("mina_recovery_give", args=["address"])]
    assert {client.get(page).status_code for page in pages} == {403}
    assert {client.get(page).status_code for page in FACTOR_PAGES} == {403}
    assert {client.post(page).status_code for page in FACTOR_PAGES} == {403}
    assert "restent fermés" in client.get(reverse("mina")).content.decode()
    camille.user.refresh_from_db()
    assert camille.user.restricted_until
    left = camille.user.restricted_until - timezone.now()
    assert timedelta(hours=71) < left <= timedelta(hours=72)
    camille.user.restricted_until = timezone.now()
    camille.user.save()
    assert {client.get(page).status_code for page in pages} == {200}
    assert 403 not in {client.get(page).status_code for page in FACTOR_PAGES}
    assert "restent fermés" not in client.get(reverse("mina")).content.decode()


def test_a_stronger_proof_restricts_nothing(camille: Person) -> None:
    choose(Client(), link_by_mail(camille))
    assert signed_in(camille, NEW).get(reverse("mina_applications")).status_code == 200


def test_the_owner_cancels_the_wait_with_the_link_of_the_notice(camille: Person) -> None:
    begin_wait(camille)
    link = cancel_link()
    assert "Annuler cette demande" in Client().get(link).content.decode()
    assert Reset.objects.get().step == Reset.Step.HELD
    assert "est annulée" in Client().post(link).content.decode()
    wait_a_day()
    assert NEITHER in str(answered(camille).get(NEITHER).request["PATH_INFO"])
    assert Client().get(link).status_code == 404
    assert events()[2] == "reset_cancelled"


def test_cancelling_kills_the_link_that_the_wait_has_given(camille: Person) -> None:
    begin_wait(camille)
    cancelling = cancel_link()
    wait_a_day()
    link = answered(camille).post(HELD)["Location"]
    Client().post(cancelling)
    assert DEAD in choose(Client(), link)


def test_a_sign_in_during_the_wait_ends_it(camille: Person) -> None:
    begin_wait(camille)
    assert signs_in(camille, PASSWORD)
    wait_a_day()
    client = Client()
    name(client, camille.login)
    assert answer(client) == NEITHER


def test_a_wait_that_nobody_comes_back_to_is_over_after_three_days(camille: Person) -> None:
    begin_wait(camille)
    for _ in range(5):
        wait_a_day()
    client = Client()
    name(client, camille.login)
    assert answer(client) == NEITHER


def secretary_of(camille: Person, make_agent: AgentMaker, school: School) -> Agent:
    camille.agent.school = school
    camille.agent.save()
    return make_agent("sophie", Agent.Role.SECRETARY, school)


def test_a_code_from_the_secretary_replaces_the_wait(
    camille: Person, make_agent: AgentMaker, moulin: School
) -> None:
    secretary = secretary_of(camille, make_agent, moulin).user
    assert secretary
    code = hand_out(secretary, camille.agent, NOWHERE, "carte d’identité vue").reveal()
    client = answered(camille)
    typed = f"{code[:4].lower()}-{code[4:]}"
    choose(client, link_after(client, NEITHER, {"code": typed}))
    assert signs_in(camille, NEW)
    assert "reset_code_handed_out" in events()


def test_a_handed_code_serves_once_and_one_person(
    camille: Person, make_agent: AgentMaker, moulin: School
) -> None:
    secretary = secretary_of(camille, make_agent, moulin).user
    assert secretary
    nadia = with_questions(open_account("Nadia", "Benali", "nadia.benali"))
    code = hand_out(secretary, camille.agent, NOWHERE, "").reveal()
    assert link_after(answered(nadia), NEITHER, {"code": code}) == ""
    assert link_after(answered(camille), NEITHER, {"code": code})
    assert link_after(answered(camille), NEITHER, {"code": code}) == ""


@pytest.mark.parametrize(("hours", "serves"), [(23.9, True), (24.1, False)])
def test_a_handed_code_serves_for_a_day(
    camille: Person, make_agent: AgentMaker, moulin: School, hours: float, serves: bool
) -> None:
    secretary = secretary_of(camille, make_agent, moulin).user
    assert secretary
    code = hand_out(secretary, camille.agent, NOWHERE, "").reveal()
    HandedCode.objects.update(expires_at=F("expires_at") - timedelta(hours=hours))
    assert bool(link_after(answered(camille), NEITHER, {"code": code})) == serves


def test_journeys_are_forgotten_a_month_after_their_end(camille: Person) -> None:
    begin_wait(camille)
    prune()
    assert Reset.objects.count() == 1
    Reset.objects.update(expires_at=timezone.now() - timedelta(days=31))
    prune()
    assert not Reset.objects.exists()


def test_no_code_answer_or_link_is_left_in_clear(camille: Person, messages: Path) -> None:
    contact = verified_phone(camille.user)
    client = answered(camille)
    ask_code(client, contact)
    code = texted_code(messages)
    rows = str(list(Reset.objects.values())) + str(list(Entry.objects.values()))
    link = link_after(client, CONTACT, {"code": code})
    rows += str(list(Reset.objects.values())) + str(dict(client.session))
    assert not re.search(rf"\b{code}\b", rows)
    assert link.rstrip("/").rpartition("/")[2] not in rows
    assert "Patapouf" not in rows
    assert MOBILE not in rows
