"""Second factors at sign-in: codes, recovery codes, trusted devices, and what is stored of them."""

import json
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from io import StringIO
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.credentials.new_password import change_password
from accounts.models import User
from accounts.sealed.keyring import SealBroken
from accounts.second_factor import seals
from accounts.secrets import Password
from audit.models import Entry
from audit.parties import NOWHERE
from tests.accounts.conftest import RingWriter
from tests.people import PASSWORD, Person, open_account

LOGIN = reverse("account_login")
SECOND_STEP = reverse("mfa_authenticate")
TRUST = reverse("mfa_trust")
WRONG = "pas le bon code"
PERIOD = 30  # seconds (RFC 6238, §5.2)

Codes = Callable[..., str]
OnCommit = Callable[..., AbstractContextManager[list[Callable[[], object]]]]


@pytest.fixture
def camille(db: None) -> Person:
    return open_account("Camille", "Lefèvre", "camille.lefevre")


@pytest.fixture
def code(camille: Person) -> Codes:
    """``code(-1)`` is the code of the period before this one."""
    secret = generate_totp_secret()
    TOTP.activate(camille.user, secret)

    def of(period: int = 0) -> str:
        return code_of(secret, period)

    return of


def code_of(secret: str, period: int = 0) -> str:
    counter = int(time.time()) // PERIOD + period
    return str(format_hotp_value(hotp_value(secret, counter)))


def password_step(client: Client, camille: Person, **more: str) -> str:
    credentials = {"login": camille.login, "password": PASSWORD, **more}
    return client.post(LOGIN, credentials)["Location"]


def second_step(client: Client, code: str) -> str:
    """What the page says, or where a right code leads."""
    response = client.post(SECOND_STEP, {"code": code})
    return response["Location"] if response.status_code == 302 else response.content.decode()


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_the_password_alone_opens_nothing_once_there_is_a_second_factor(
    client: Client, camille: Person, code: Codes
) -> None:
    assert password_step(client, camille) == SECOND_STEP
    assert not signed_in(client)
    assert client.get("/").status_code == 302


def test_the_code_of_the_application_opens_the_page_asked_for(
    client: Client, camille: Person, code: Codes
) -> None:
    password_step(client, camille, next="/boite/")
    assert second_step(client, code()) == TRUST
    assert not signed_in(client)
    assert client.post(TRUST, {"action": "skip"})["Location"] == "/boite/"
    assert signed_in(client)


def test_a_wrong_code_keeps_the_password_step(client: Client, camille: Person, code: Codes) -> None:
    password_step(client, camille)
    assert WRONG in second_step(client, "000000" if code() != "000000" else "111111")
    assert second_step(client, f" {code()[:3]} {code()[3:]} ") == TRUST


def test_a_new_password_ends_a_sign_in_that_waits_for_its_code(
    client: Client, camille: Person, code: Codes
) -> None:
    password_step(client, camille)
    change_password(camille.user, Password("une baleine range quatre parapluies"), NOWHERE)
    second_step(client, code())
    client.post(TRUST, {"action": "trust"})
    assert not signed_in(client)


def test_a_telephone_whose_clock_is_half_a_minute_off_is_accepted(
    client: Client, camille: Person, code: Codes
) -> None:
    password_step(client, camille)
    assert second_step(client, code(-1)) == TRUST


def test_a_code_is_accepted_once(client: Client, camille: Person, code: Codes) -> None:
    now = code()
    password_step(client, camille)
    assert second_step(client, now) == TRUST
    thief = Client()
    password_step(thief, camille)
    assert WRONG in second_step(thief, now)
    assert WRONG in second_step(thief, code(-1))


def test_sign_in_needs_no_redis(
    client: Client, camille: Person, code: Codes, settings: Settings
) -> None:
    away = "redis://127.0.0.1:1/0"
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": away}}
    password_step(client, camille)
    assert WRONG in second_step(client, "abcdef")
    assert second_step(client, code()) == TRUST


def test_codes_cannot_be_guessed_from_one_new_browser_after_the_other(
    camille: Person, code: Codes
) -> None:
    for _ in range(5):
        guesser = Client()
        password_step(guesser, camille)
        assert "code" in second_step(guesser, "abcdef")
    guesser = Client()
    password_step(guesser, camille)
    assert "Trop d’essais de suite" in second_step(guesser, code())
    assert not signed_in(guesser)


def test_guessed_codes_do_not_lock_the_password(camille: Person, code: Codes) -> None:
    guesser = Client()
    password_step(guesser, camille)
    for _ in range(6):
        second_step(guesser, "abcdef")
    assert password_step(Client(), camille) == SECOND_STEP


def test_a_recovery_code_replaces_the_application_once(
    client: Client, camille: Person, code: Codes
) -> None:
    spare = RecoveryCodes.activate(camille.user).get_unused_codes()[0]
    password_step(client, camille)
    assert second_step(client, spare) == TRUST
    other = Client()
    password_step(other, camille)
    assert WRONG in second_step(other, spare)


def test_a_trusted_device_is_not_asked_again_until_the_password_changes(
    client: Client, camille: Person, code: Codes
) -> None:
    password_step(client, camille)
    second_step(client, code())
    client.post(TRUST, {"action": "trust"})
    client.post(reverse("account_logout"))
    assert password_step(client, camille) == "/"
    assert Entry.objects.filter(event="device_trusted").count() == 1

    client.post(reverse("account_logout"))
    camille.user.set_password(PASSWORD)
    camille.user.save()
    assert password_step(client, camille) == SECOND_STEP


def test_a_device_that_is_not_trusted_is_asked_again(
    client: Client, camille: Person, code: Codes
) -> None:
    password_step(client, camille)
    second_step(client, code(-1))
    client.post(TRUST, {"action": "skip"})
    client.post(reverse("account_logout"))
    assert password_step(client, camille) == SECOND_STEP


def test_a_temporary_password_is_replaced_after_the_second_factor(
    client: Client, camille: Person, code: Codes
) -> None:
    User.objects.filter(pk=camille.user.pk).update(must_change_password=True)
    assert password_step(client, camille) == SECOND_STEP
    replace = reverse("account_must_change_password")
    assert second_step(client, code()) == replace
    new = {"password": "une baleine range quatre parapluies"}
    assert client.post(replace, new)["Location"] == TRUST


def test_the_steps_are_closed_to_who_did_not_give_the_password(client: Client, db: None) -> None:
    assert client.get(SECOND_STEP)["Location"] == LOGIN
    assert client.post(SECOND_STEP, {"code": "123456"})["Location"] == LOGIN
    assert client.post(TRUST, {"action": "trust"})["Location"] == LOGIN


def test_the_journal_tells_both_factors_and_the_wrong_code(
    client: Client, camille: Person, code: Codes
) -> None:
    password_step(client, camille)
    second_step(client, "abcdef")
    second_step(client, code())
    client.post(TRUST, {"action": "skip"})
    entries = Entry.objects.order_by("number").values_list("event", "method", "factors", "result")
    assert list(entries) == [
        ("signed_in", "code", "", "refused"),
        ("signed_in", "password", "password totp", "success"),
    ]


def test_an_application_is_added_after_the_password_is_given_again(
    client: Client, camille: Person, django_capture_on_commit_callbacks: OnCommit
) -> None:
    password_step(client, camille)
    activate = reverse("mfa_activate_totp")
    confirm = client.get(activate)["Location"]
    assert confirm.startswith(reverse("account_reauthenticate"))
    wrong = client.post(confirm, {"password": "faux"}).content.decode()
    assert "pas le bon mot de passe" in wrong
    assert client.post(confirm, {"password": PASSWORD})["Location"] == activate

    shown = client.get(activate)
    secret = shown.context["secret"].replace("\u00a0", "")
    assert secret not in json.dumps(dict(client.session))
    assert WRONG in client.post(activate, {"code": "abcdef"}).content.decode()
    typed = code_of(secret)
    with django_capture_on_commit_callbacks(execute=True):
        done = client.post(activate, {"code": typed})
    assert done["Location"] == reverse("mfa_view_recovery_codes")

    codes = client.get(done["Location"]).content.decode()
    spare = RecoveryCodes.activate(camille.user).get_unused_codes()
    assert all(code in codes for code in spare)
    stored = json.dumps(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in stored
    assert spare[0] not in stored
    told = set(Entry.objects.values_list("event", flat=True))
    assert {"second_factor_added", "recovery_codes_made", "reauthenticated"} <= told


def test_confirming_a_password_is_throttled_too(client: Client, camille: Person) -> None:
    password_step(client, camille)
    confirm = reverse("account_reauthenticate")
    for _ in range(5):
        client.post(confirm, {"password": "faux"})
    assert "Trop d’essais" in client.post(confirm, {"password": PASSWORD}).content.decode()


def test_an_application_is_removed_and_its_codes_are_asked_no_more(
    client: Client, camille: Person, code: Codes
) -> None:
    password_step(client, camille)
    second_step(client, code())
    client.post(TRUST, {"action": "skip"})
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert client.post(reverse("mfa_deactivate_totp"))["Location"] == reverse("mfa_index")
    assert (
        "application d’authentification"
        in client.get(reverse("mfa_index")).content.decode().lower()
    )
    client.post(reverse("account_logout"))
    assert password_step(client, camille) == "/"
    assert Entry.objects.filter(event="second_factor_removed").count() == 1


def test_sealed_secrets_follow_the_current_key(write_ring: RingWriter, camille: Person) -> None:
    write_ring("k1", current="k1")
    TOTP.activate(camille.user, "JBSWY3DPEHPK3PXP")
    RecoveryCodes.activate(camille.user)
    write_ring("k1", "k2", current="k2")
    kept = rotate()
    assert "2 second factors sealed again" in kept
    assert "key k1 (old): 0 NUMEN, 0 second factors" in kept
    assert "Key k1 can leave the ring" in kept
    assert "0 second factors sealed again" in rotate()
    write_ring("k2", current="k2")
    row = Authenticator.objects.get(type=Authenticator.Type.TOTP)
    assert seals.unseal(row.data["secret"]) == "JBSWY3DPEHPK3PXP"


def test_no_key_leaves_the_ring_while_a_second_factor_needs_it(
    write_ring: RingWriter, camille: Person
) -> None:
    write_ring("k1", current="k1")
    TOTP.activate(camille.user, "JBSWY3DPEHPK3PXP")
    write_ring("k2", current="k2")
    with pytest.raises(CommandError, match="Second factors: 1"):
        rotate()
    write_ring("k1", "k2", current="k2")
    assert "can leave" not in rotate("--check")


def rotate(*arguments: str) -> str:
    out = StringIO()
    call_command("rotate_keys", *arguments, stdout=out, stderr=out)
    return out.getvalue()


@pytest.mark.parametrize("stored", ["JBSWY3DPEHPK3PXP", "k1:AAAA"])
def test_what_was_not_sealed_by_the_site_does_not_open(ring: Path, stored: str) -> None:
    with pytest.raises(SealBroken):
        seals.unseal(stored)


@pytest.mark.parametrize("credential", ["", "[]", "{}", '{"id": "x", "response": {}}', "\x00"])
def test_what_is_no_passkey_is_refused_with_a_sentence(
    client: Client, camille: Person, code: Codes, credential: str
) -> None:
    typed = {"credential": credential}
    assert client.post(reverse("mfa_login_webauthn"), typed)["Location"] == LOGIN
    password_step(client, camille)
    assert client.post(SECOND_STEP, typed).status_code == 200
    second_step(client, code())
    client.post(TRUST, {"action": "skip"})
    for page in ("mfa_reauthenticate_webauthn", "mfa_add_webauthn"):
        assert client.post(reverse(page), typed).status_code in {200, 302}
