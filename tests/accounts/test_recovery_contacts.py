"""Questions, recovery address and telephone in MINA, and the identifier sent to them."""

import json
import re
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from accounts.models import Notice, RecoveryContact
from accounts.questions import has_registered
from accounts.recovery.identifier import send_identifiers
from accounts.recovery.phone_numbers import read_phone_number
from accounts.tasks import send_identifiers as task
from accounts.telling.sms import SmsGatewayUnavailable, send_sms
from audit.models import Entry
from audit.parties import NOWHERE
from tests.accounts.recovering import (
    ANSWERS,
    MOBILE,
    PERSONAL,
    mailed_code,
    texted_code,
    verified_address,
    verified_phone,
    with_questions,
)
from tests.people import PASSWORD, Person, open_account

OVERVIEW = reverse("mina_recovery")
QUESTIONS = reverse("mina_questions")
IDENTIFIER = reverse("mina_forgotten_identifier")
WRONG = "pas le bon code"


@pytest.fixture(autouse=True)
def messages(settings: Settings, tmp_path: Path) -> Path:
    """The file where text messages arrive."""
    settings.DOVEADM_URL = ""
    settings.SMS_GATEWAY, settings.SMS_FILE = "file", str(tmp_path / "sms.txt")
    return tmp_path / "sms.txt"


@pytest.fixture
def camille(transactional_db: None) -> Person:
    return open_account("Camille", "Lefèvre", "camille.lefevre")


@pytest.fixture
def client(camille: Person) -> Client:
    """Camille's browser, the password just confirmed."""
    client = Client()
    client.post(reverse("account_login"), {"login": camille.login, "password": PASSWORD})
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


def give(client: Client, kind: str, value: str) -> str:
    url = reverse("mina_recovery_give", args=[kind])
    return client.post(url, {"value": value}, follow=True).content.decode()


def type_code(client: Client, kind: str, code: str) -> str:
    url = reverse("mina_recovery_code", args=[kind])
    return client.post(url, {"code": code}, follow=True).content.decode()


def overview(client: Client) -> str:
    return client.get(OVERVIEW).content.decode()


def typed_questions(answers: dict[str, str] = ANSWERS) -> dict[str, str]:
    pairs = list(enumerate(answers.items(), 1))
    questions = {f"question_{number}": code for number, (code, _) in pairs}
    return questions | {f"answer_{number}": answer for number, (_, answer) in pairs}


def verified() -> list[str]:
    rows = RecoveryContact.objects.filter(verified_at__isnull=False)
    return list(rows.order_by("kind").values_list("value", flat=True))


def other_than(code: str) -> str:
    return "000000" if code != "000000" else "111111"


def test_an_address_counts_once_its_code_came_back(client: Client) -> None:
    assert PERSONAL in give(client, "address", f" {PERSONAL.upper()[:8]}exemple.fr ".lower())
    assert verified() == []
    assert "C’est vérifié" in type_code(client, "address", mailed_code())
    assert verified() == [PERSONAL]


def test_it_is_shown_masked(client: Client, camille: Person) -> None:
    verified_address(camille.user)
    verified_phone(camille.user)
    page = overview(client)
    assert "c•••@exemple.fr" in page
    assert "+33 ••• 78" in page
    assert PERSONAL not in page
    assert "345" not in page


def test_a_telephone_is_verified_by_text_message(client: Client, messages: Path) -> None:
    give(client, "phone", MOBILE)
    assert json.loads(messages.read_text())["to"] == "+33612345678"
    assert messages.stat().st_mode & 0o077 == 0
    type_code(client, "phone", texted_code(messages))
    assert verified() == ["+33612345678"]


def test_a_wrong_code_says_so_and_the_third_one_ends_it(client: Client) -> None:
    give(client, "address", PERSONAL)
    right = mailed_code()
    for _ in range(2):
        assert WRONG in type_code(client, "address", other_than(right))
    type_code(client, "address", other_than(right))
    assert WRONG in type_code(client, "address", right)
    assert verified() == []


def test_an_old_code_is_dead(client: Client) -> None:
    give(client, "address", PERSONAL)
    RecoveryContact.objects.update(code_expires_at=timezone.now() - timedelta(seconds=1))
    assert WRONG in type_code(client, "address", mailed_code())


def test_a_new_address_takes_the_place_of_the_old_one_which_is_told(
    client: Client, camille: Person
) -> None:
    verified_address(camille.user)
    give(client, "address", "nouvelle@exemple.fr")
    type_code(client, "address", mailed_code())
    assert verified() == ["nouvelle@exemple.fr"]
    told = Notice.objects.filter(subject__contains="adresse de secours a été changée")
    assert set(told.values_list("recipient", flat=True)) == {camille.address, PERSONAL}
    assert "nouvelle@exemple.fr" not in told[0].text
    assert Entry.objects.filter(event="recovery_address_changed").count() == 1


def test_what_is_removed_is_told_to_it_too(client: Client, camille: Person) -> None:
    verified_address(camille.user)
    client.post(reverse("mina_recovery_remove", args=["address"]))
    assert verified() == []
    assert set(Notice.objects.values_list("recipient", flat=True)) == {camille.address, PERSONAL}


@pytest.mark.parametrize("value", ["camille", "camille@ac-normandie.fr", "a@b", "é\x00@x.fr"])
def test_an_address_that_cannot_help_is_refused(client: Client, value: str) -> None:
    assert "fg--error" in give(client, "address", value)
    assert mail.outbox == []


def test_without_a_gateway_no_telephone_is_offered(client: Client, settings: Settings) -> None:
    settings.SMS_GATEWAY = ""
    assert "léphone de secours</b>" not in overview(client)
    assert client.get(reverse("mina_recovery_give", args=["phone"])).status_code == 404


def test_the_password_is_asked_before_any_change(camille: Person) -> None:
    client = Client()
    client.post(reverse("account_login"), {"login": camille.login, "password": PASSWORD})
    pages = [QUESTIONS, *(reverse(f"mina_recovery_{one}", args=["address"]) for one in VERBS)]
    for page in pages:
        response = client.post(page, {"value": PERSONAL, "code": "123456"})
        assert response["Location"].startswith(reverse("account_reauthenticate"))


VERBS = ("give", "code", "remove")


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("06 12 34 56 78", "+33612345678"),
        ("07.12.34.56.78", "+33712345678"),
        ("+33 (0)6 12 34 56 78", "+33612345678"),
        ("0033 6 12 34 56 78", "+33612345678"),
        ("0692 12 34 56", "+262692123456"),
        ("0690123456", "+590690123456"),
        ("+32 470 12 34 56", "+32470123456"),
    ],
)
def test_a_mobile_number_is_read_as_people_write_it(typed: str, number: str) -> None:
    assert read_phone_number(typed) == number


@pytest.mark.parametrize("typed", ["02 35 12 34 56", "+33235123456", "12", "06 12 34 56", "", "x"])
def test_what_cannot_receive_a_text_message_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError):
        read_phone_number(typed)


@given(st.from_regex(r"\A0[67][0-9]{8}\Z"), st.sampled_from([" ", ".", "-", "\u00a0", "\u202f"]))
def test_separators_do_not_change_a_number(digits: str, separator: str) -> None:
    spaced = separator.join(digits[i : i + 2] for i in range(0, 10, 2))
    assert read_phone_number(spaced) == read_phone_number(digits)
    assert read_phone_number(read_phone_number(digits)) == read_phone_number(digits)


def test_questions_are_registered_journalled_and_told(client: Client, camille: Person) -> None:
    page = client.post(QUESTIONS, typed_questions(), follow=True).content.decode()
    assert "sont enregistrées" in page
    assert has_registered(camille.user)
    assert Entry.objects.filter(event="questions_changed").count() == 1
    assert "questions de secours ont été modifiées" in Notice.objects.get().subject


def test_a_weak_answer_is_refused_with_its_reason(client: Client, camille: Person) -> None:
    answers = {**ANSWERS, "first_pet": "Camille"}
    page = client.post(QUESTIONS, typed_questions(answers)).content.decode()
    assert "Votre nom ou votre identifiant" in page
    assert not has_registered(camille.user)


def test_registered_answers_are_not_shown(client: Client, camille: Person) -> None:
    with_questions(camille)
    page = client.get(QUESTIONS).content.decode()
    assert "ne peuvent pas être relues" in page
    assert not any(answer in page for answer in ANSWERS.values())


def ask_identifier(contact: str) -> str:
    page = Client().post(IDENTIFIER, {"contact": contact}).content.decode()
    return re.sub(r'value="\w{64}"', "", page)


def test_the_answer_is_the_same_whoever_asks_for_an_identifier(camille: Person) -> None:
    verified_address(camille.user)
    known, unknown = ask_identifier(PERSONAL), ask_identifier("inconnue@exemple.fr")
    assert known == unknown
    assert "C’est noté" in known
    assert camille.login not in known


def test_the_identifier_goes_to_the_verified_address(camille: Person) -> None:
    verified_address(camille.user)
    task(PERSONAL.upper(), "192.0.2.1")
    assert mail.outbox[0].to == [PERSONAL]
    assert camille.login in str(mail.outbox[0].body)
    entry = Entry.objects.get(event="identifier_asked")
    assert entry.address == "192.0.2.1"
    assert PERSONAL not in str(entry.__dict__)


def test_the_identifier_goes_to_the_verified_telephone(camille: Person, messages: Path) -> None:
    verified_phone(camille.user)
    send_identifiers("+33612345678", NOWHERE)
    assert camille.login in messages.read_text()


def test_nothing_goes_to_an_address_that_was_not_verified(camille: Person) -> None:
    RecoveryContact.objects.create(user=camille.user, kind="address", value=PERSONAL)
    send_identifiers(PERSONAL, NOWHERE)
    assert mail.outbox == []


def test_two_people_who_share_an_address_both_get_theirs(camille: Person) -> None:
    nadia = open_account("Nadia", "Benali", "nadia.benali")
    for person in (camille, nadia):
        verified_address(person.user)
    send_identifiers(PERSONAL, NOWHERE)
    assert [camille.login in str(sent.body) for sent in mail.outbox] == [True, False]
    assert nadia.login in str(mail.outbox[1].body)


def test_an_identifier_is_not_sent_without_end(db: None) -> None:
    pages = [ask_identifier(PERSONAL) for _ in range(6)]
    assert "C’est noté" in pages[4]
    assert "Réessayez dans" in pages[5]


class Operator(BaseHTTPRequestHandler):
    """An SMS operator: keeps what it is asked to send; 429 once a day's quota is used up."""

    asked: list[tuple[str | None, dict[str, str]]]
    status = 202

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.asked.append((self.headers["Authorization"], json.loads(body)))
        self.send_response(self.status)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Tests are quiet."""


@pytest.fixture
def operator(settings: Settings) -> Iterator[type[Operator]]:
    handler = type("Mine", (Operator,), {"asked": []})
    server = HTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.SMS_GATEWAY, settings.SMS_KEY = "http", "clef"
    settings.SMS_URL = f"http://127.0.0.1:{server.server_port}/sms"
    yield handler
    server.shutdown()
    server.server_close()


def test_the_http_gateway_is_asked_as_documented(operator: type[Operator]) -> None:
    send_sms("+33612345678", "Votre code est là.")
    expected = {"to": "+33612345678", "text": "Votre code est là."}
    assert operator.asked == [("Bearer clef", expected)]


def test_a_gateway_that_refuses_is_unavailable(operator: type[Operator]) -> None:
    operator.status = 429
    with pytest.raises(SmsGatewayUnavailable):
        send_sms("+33612345678", "Votre code est là.")
