"""From the letter in one's hand to the account: what each person sees, and what goes wrong."""

from datetime import timedelta

import pytest
from django.http import Http404
from django.test import Client
from django.utils import timezone

from accounts.credentials.temporary_passwords import give_temporary_password, set_temporary_password
from accounts.models import Agent, Notice, School, TemporaryPassword, Throttle, User
from accounts.restriction import is_restricted
from accounts.secrets import Password
from accounts.terms import current_terms
from activation.journey.completion import activate
from activation.journey.progress import JourneyOver, end_expired
from activation.models import Journey, Letter
from audit.models import Entry
from audit.parties import NOWHERE
from tests.accounts.conftest import AgentMaker
from tests.activation.activating import (
    ANSWERED,
    CHOSEN,
    IDENTIFIER,
    LETTER,
    OPENING,
    OTHER,
    PASSWORD,
    QUESTIONS,
    READY,
    TEMPORARY,
    TERMS,
    TRANSFER,
    Newcomer,
    agree,
    expect,
    go_on,
    imported,
    newcomer,
    proved,
    where,
)

NEUTRAL = "n’ouvrent aucun compte"
WRONG_CODE = "BBBB-BBBB-BBBB-B"


def refused(page: str, typed: dict[str, str]) -> str:
    response = Client().post(page, typed)
    assert response.status_code == 200
    return response.content.decode()


def test_a_newcomer_is_active_with_the_password_they_chose(solene: Newcomer) -> None:
    go_on(proved(solene))
    account = User.objects.get(username=solene.login)
    assert account.is_active
    assert account.check_password(CHOSEN)
    solene.agent.refresh_from_db()
    assert solene.agent.status == Agent.Status.ACTIVE
    assert account.terms_acceptances.count() == 1
    assert account.security_answers.count() == 4
    solene.letter.refresh_from_db()
    assert solene.letter.state == Letter.State.REDEEMED


def test_the_mailbox_has_an_address_in_each_domain(solene: Newcomer) -> None:
    go_on(proved(solene))
    mailbox = User.objects.get(username=solene.login).mailbox
    assert mailbox.address == solene.address
    assert sorted(mailbox.addresses.values_list("address", flat=True)) == sorted(
        f"{solene.login}@{domain}" for domain in ("ac-normandie.fr", "ac-rouen.fr", "ac-caen.fr")
    )


def test_spaces_and_lower_case_are_read_as_the_letter_prints_them(solene: Newcomer) -> None:
    typed = {
        "numen": " ".join(solene.numen).lower(),
        "code": solene.code.replace("-", " ").lower(),
    }
    assert Client().post(LETTER, typed).headers["Location"] == PASSWORD


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("numen", "17E12", "13 caractères"),
        ("code", "BCDF-GHJK-LMNP-B", "faute de frappe"),
        ("code", "AEIO-UAEI-OUAE-I", "faute de frappe"),
        ("code", "", "obligatoire"),
    ],
)
def test_a_slip_of_the_finger_is_told_and_costs_no_try(
    solene: Newcomer, field: str, typed: str, said: str
) -> None:
    for _ in range(30):
        assert said in refused(LETTER, solene.typed | {field: typed})
    assert not Throttle.objects.exists()
    proved(solene)


def test_what_was_typed_is_in_no_page_that_comes_back(solene: Newcomer) -> None:
    page = refused(LETTER, solene.typed | {"code": WRONG_CODE})
    assert solene.numen not in page
    assert WRONG_CODE not in page


@pytest.fixture(params=["unknown", "wrong code", "used", "voided", "expired", "active", "frozen"])
def refused_letter(request: pytest.FixtureRequest, solene: Newcomer) -> dict[str, str]:
    """What somebody types who can activate nothing, for each of the reasons."""
    letters = Letter.objects.filter(pk=solene.letter.pk)
    now = timezone.now()
    match request.param:
        case "unknown":
            return solene.typed | {"numen": "99E9999999ZZZ"}
        case "wrong code":
            return solene.typed | {"code": WRONG_CODE}
        case "used":
            letters.update(state=Letter.State.REDEEMED, ended_at=now)
        case "voided":
            letters.update(state=Letter.State.VOIDED, ended_at=now)
        case "expired":
            letters.update(expires_at=now - timedelta(seconds=1))
        case "active":
            Agent.objects.update(status=Agent.Status.ACTIVE)
        case "frozen":
            Agent.objects.update(status=Agent.Status.FROZEN)
    return solene.typed


def test_every_refusal_is_the_same_page(refused_letter: dict[str, str]) -> None:
    page = refused(LETTER, refused_letter)
    assert NEUTRAL in page
    assert "Me connecter" in page
    elsewhere = refused(LETTER, {"numen": "88E8888888ZZZ", "code": WRONG_CODE})
    assert _without_token(page) == _without_token(elsewhere)
    assert not Journey.objects.exists()


def test_tries_are_counted_for_known_and_unknown_alike(solene: Newcomer) -> None:
    for numen in (solene.numen, "88E8888888ZZZ"):
        wrong = {"numen": numen, "code": WRONG_CODE}
        pages = [refused(LETTER, wrong) for _ in range(6)]
        assert [NEUTRAL in page for page in pages] == [True] * 5 + [False]
        assert "Trop d’essais de suite" in pages[-1]
    assert "Trop d’essais de suite" in refused(LETTER, solene.typed)


def test_the_identifier_the_code_and_the_birth_date_do_as_well(solene: Newcomer) -> None:
    typed = {"login": f" {solene.login.upper()}@ac-rouen.fr", "code": solene.code}
    client = Client()
    assert NEUTRAL in refused(IDENTIFIER, typed | {"birth_date": "15/03/1986"})
    client.post(IDENTIFIER, typed | {"birth_date": "14/03/1986"})
    assert "Votre compte est prêt" in go_on(client)


@pytest.mark.parametrize("typed", ["14 3 1986", "14031986", "1986-03-14", "14.03.1986"])
def test_a_birth_date_is_understood_as_people_write_it(solene: Newcomer, typed: str) -> None:
    fields = {"login": solene.login, "code": solene.code, "birth_date": typed}
    assert Client().post(IDENTIFIER, fields).headers["Location"] == PASSWORD


@pytest.mark.parametrize("typed", ["31/02/1986", "mars 1986", "14/03/86", "0/0/0000"])
def test_a_birth_date_that_is_none_is_told(solene: Newcomer, typed: str) -> None:
    fields = {"login": solene.login, "code": solene.code, "birth_date": typed}
    assert "par exemple 14/03/1986" in refused(IDENTIFIER, fields)
    assert not Throttle.objects.exists()


def test_a_numen_typed_as_identifier_is_told_and_not_shown(solene: Newcomer) -> None:
    fields = {"login": solene.numen, "code": solene.code, "birth_date": "14/03/1986"}
    page = refused(IDENTIFIER, fields)
    assert "C’est un NUMEN" in page
    assert solene.numen not in page


def test_an_announced_arrival_needs_no_letter_and_is_restricted_for_three_days(db: None) -> None:
    agent = imported(personal_email="solene@exemple.fr")
    expect(agent, "solene@ac-rennes.fr")
    client = Client()
    numen = f"17E{int(agent.usual_name.removeprefix('Lecœur')):07d}XYZ"
    typed = {"numen": numen, "birth_date": "14/03/1986"}
    assert NEUTRAL in refused(TRANSFER, typed | {"birth_date": "14/03/1987"})
    client.post(TRANSFER, typed)
    go_on(client)
    agent.refresh_from_db()
    assert agent.user
    assert is_restricted(agent.user)
    told = set(Notice.objects.filter(user=agent.user).values_list("recipient", flat=True))
    assert {"solene@exemple.fr", "solene@ac-rennes.fr"} <= told
    assert NEUTRAL in refused(TRANSFER, typed)


@pytest.mark.parametrize("days", [-61, 61])
def test_an_arrival_far_from_its_day_needs_a_letter(db: None, days: int) -> None:
    agent = imported()
    transfer = expect(agent)
    transfer.on += timedelta(days=days)
    transfer.save()
    numen = f"17E{int(agent.usual_name.removeprefix('Lecœur')):07d}XYZ"
    assert NEUTRAL in refused(TRANSFER, {"numen": numen, "birth_date": "14/03/1986"})


def test_without_an_announced_arrival_numen_and_birth_date_open_nothing(solene: Newcomer) -> None:
    typed = {"numen": solene.numen, "birth_date": "14/03/1986"}
    assert NEUTRAL in refused(TRANSFER, typed)


def test_a_temporary_password_leads_to_ones_own(solene: Newcomer) -> None:
    account = User.objects.get(username=solene.login)
    set_temporary_password(account, Password("provisoire de quatre mots"))
    typed = {"login": solene.login, "password": "provisoire de quatre mots"}
    client = Client()
    assert NEUTRAL in refused(TEMPORARY, typed | {"password": "autre chose"})
    assert client.post(TEMPORARY, typed).headers["Location"] == PASSWORD
    assert "Votre compte est prêt" in go_on(client)
    account.refresh_from_db()
    assert account.check_password(CHOSEN)
    assert not account.must_change_password
    solene.letter.refresh_from_db()
    assert solene.letter.state == Letter.State.VOIDED
    page = client.post(TEMPORARY, typed | {"password": CHOSEN}, follow=True).content.decode()
    assert "déjà activé" in page


def test_a_temporary_password_typed_on_the_sign_in_page_activates_too(solene: Newcomer) -> None:
    account = User.objects.get(username=solene.login)
    set_temporary_password(account, Password("provisoire de quatre mots"))
    client = Client()
    typed = {"login": solene.login, "password": "provisoire de quatre mots"}
    assert client.post("/compte/connexion/", typed).headers["Location"] == PASSWORD
    assert "Votre compte est prêt" in go_on(client)


def test_a_temporary_password_that_expired_activates_nothing(solene: Newcomer) -> None:
    account = User.objects.get(username=solene.login)
    set_temporary_password(account, Password("provisoire de quatre mots"))
    TemporaryPassword.objects.update(expires_at=timezone.now())
    typed = {"login": solene.login, "password": "provisoire de quatre mots"}
    assert NEUTRAL in refused(TEMPORARY, typed)


def test_a_temporary_password_that_was_replaced_ends_what_began_with_it(solene: Newcomer) -> None:
    account = User.objects.get(username=solene.login)
    set_temporary_password(account, Password("provisoire de quatre mots"))
    typed = {"login": solene.login, "password": "provisoire de quatre mots"}
    client = Client()
    client.post(TEMPORARY, typed)
    set_temporary_password(account, Password("un autre pour la bonne personne"))
    assert "Votre compte est prêt" not in go_on(client)
    account.refresh_from_db()
    assert not account.is_active


def test_the_secretary_gives_a_first_password_to_their_school_only(
    solene: Newcomer, make_agent: AgentMaker, moulin: School, prevert: School
) -> None:
    Agent.objects.filter(pk=solene.agent.pk).update(school=moulin)
    solene.agent.refresh_from_db()
    here, elsewhere = (
        make_agent(name, Agent.Role.SECRETARY, school).user
        for name, school in (("sylvie", moulin), ("odile", prevert))
    )
    assert here
    assert elsewhere
    with pytest.raises(Http404):
        give_temporary_password(elsewhere, solene.agent, NOWHERE, "à l’accueil")
    password = give_temporary_password(here, solene.agent, NOWHERE, "à l’accueil").reveal()
    typed = {"login": solene.login, "password": password}
    assert Client().post(TEMPORARY, typed).headers["Location"] == PASSWORD


def test_somebody_who_closes_the_browser_comes_back_with_the_same_letter(solene: Newcomer) -> None:
    first = proved(solene)
    first.post(PASSWORD, {"password": OTHER})
    again = proved(solene)
    assert "Votre compte est prêt" in go_on(again)
    assert User.objects.get(username=solene.login).check_password(CHOSEN)
    assert where(first, QUESTIONS) == LETTER


def test_of_two_people_with_one_letter_one_wins(solene: Newcomer) -> None:
    first, second = proved(solene), proved(solene)
    assert "Votre compte est prêt" not in go_on(first, OTHER)
    assert "Votre compte est prêt" in go_on(second)
    assert not User.objects.get(username=solene.login).check_password(OTHER)


def test_a_step_cannot_be_jumped(solene: Newcomer) -> None:
    client = proved(solene)
    for page in (QUESTIONS, TERMS, READY):
        assert where(client, page) == PASSWORD
    agree(client)
    assert not User.objects.get(username=solene.login).is_active


def test_an_account_opens_only_after_every_step(solene: Newcomer) -> None:
    proved(solene)
    with pytest.raises(JourneyOver):
        activate(Journey.objects.get(), current_terms(), NOWHERE)
    assert not User.objects.get(username=solene.login).is_active


def test_a_first_temporary_password_is_told_where_hr_knows_the_person(
    make_agent: AgentMaker, moulin: School, ring: None
) -> None:
    one = newcomer(moulin, personal_email="solene@exemple.fr")
    secretary = make_agent("sylvie", Agent.Role.SECRETARY, moulin).user
    assert secretary
    give_temporary_password(secretary, one.agent, NOWHERE, "à l’accueil")
    notice = Notice.objects.get(recipient="solene@exemple.fr")
    assert notice.subject == "Un mot de passe provisoire vous a été remis"
    assert "/geler/" not in notice.text


def test_two_tabs_a_reload_and_the_back_button_lose_nothing(solene: Newcomer) -> None:
    client = proved(solene)
    client.post(PASSWORD, {"password": OTHER})
    assert where(client, QUESTIONS) == QUESTIONS
    back = client.get(PASSWORD).content.decode()
    assert "gardez-le et continuez" in back
    client.post(QUESTIONS, ANSWERED)
    client.post(PASSWORD, {"password": CHOSEN})
    assert "Votre compte est prêt" in agree(client)
    assert User.objects.get(username=solene.login).check_password(CHOSEN)
    for page in (PASSWORD, QUESTIONS, TERMS, READY):
        assert where(client, page) in {OPENING, READY}  # as a worker has opened the mailbox or not


def test_the_first_page_offers_to_go_on_where_one_was(solene: Newcomer) -> None:
    client = proved(solene)
    client.post(PASSWORD, {"password": CHOSEN})
    page = client.get(LETTER).content.decode()
    assert f'href="{QUESTIONS}"' in page


def test_half_an_hour_away_changes_nothing_and_two_hours_end_it_safely(solene: Newcomer) -> None:
    client = proved(solene)
    client.post(PASSWORD, {"password": CHOSEN})
    let_pass(minutes=90)
    client.post(QUESTIONS, ANSWERED)
    let_pass(minutes=121)
    assert "Le temps est passé" in agree(client)
    account = User.objects.get(username=solene.login)
    assert not account.is_active
    end_expired()
    assert not account.security_answers.exists()
    assert Journey.objects.get().password_hash == ""
    assert "Votre compte est prêt" in go_on(proved(solene))


def test_a_weak_password_is_refused_with_its_reason(solene: Newcomer) -> None:
    client = proved(solene)
    page = client.post(PASSWORD, {"password": solene.login}).content.decode()
    assert "ressemble à votre identifiant" in page
    numen = client.post(PASSWORD, {"password": f"{solene.numen} mouette"}).content.decode()
    assert "contient votre NUMEN" in numen
    assert where(client, QUESTIONS) == PASSWORD


def test_terms_must_be_agreed_to(solene: Newcomer) -> None:
    client = proved(solene)
    client.post(PASSWORD, {"password": CHOSEN})
    client.post(QUESTIONS, ANSWERED)
    assert "Cochez la case" in client.post(TERMS, {"number": 1}).content.decode()
    late = client.post(TERMS, {"number": 999, "accepted": "on"}).content.decode()
    assert "nouvelle version" in late
    assert not User.objects.get(username=solene.login).is_active


def test_nothing_chosen_counts_before_the_end(solene: Newcomer) -> None:
    client = proved(solene)
    client.post(PASSWORD, {"password": CHOSEN})
    client.post(QUESTIONS, ANSWERED)
    account = User.objects.get(username=solene.login)
    assert not account.has_usable_password()
    assert not account.is_active


def test_the_journal_tells_the_way_without_its_secrets(solene: Newcomer) -> None:
    refused(LETTER, solene.typed | {"code": WRONG_CODE})
    go_on(proved(solene))
    entries = Entry.objects.filter(event__in=["activation_started", "account_activated"])
    assert list(entries.order_by("pk").values_list("event", "result", "method")) == [
        ("activation_started", "refused", "letter"),
        ("activation_started", "success", "letter"),
        ("account_activated", "success", "letter"),
    ]
    assert {entry.subject_id for entry in entries} == {solene.agent.party.id}


def test_the_personal_address_that_hr_knows_is_told(db: None) -> None:
    one = newcomer(personal_email="solene@exemple.fr")
    go_on(proved(one))
    told = Notice.objects.filter(recipient="solene@exemple.fr")
    assert [notice.subject for notice in told] == ["Votre compte académique est activé"]


def let_pass(minutes: int) -> None:
    for journey in Journey.objects.all():
        journey.expires_at -= timedelta(minutes=minutes)
        journey.save()


def _without_token(page: str) -> str:
    return "\n".join(line for line in page.splitlines() if "csrfmiddlewaretoken" not in line)
