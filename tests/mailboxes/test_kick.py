"""Ending what is open: real connections, a real Dovecot, a clock."""

import imaplib
import smtplib
import time
from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from pytest_django import Settings

from accounts.credentials import application_passwords
from accounts.credentials.application_passwords import Wish
from accounts.credentials.freezing import freeze
from accounts.credentials.new_password import change_password, reset_password
from accounts.models import ApplicationPassword
from accounts.secrets import Password
from audit.parties import NOWHERE
from mailboxes import kick
from mailboxes.checks import connections_can_be_ended
from mailboxes.models import ConnectionToEnd
from mailboxes.tasks import end_remaining_connections
from tests.accounts.recovering import (
    CONTACT,
    answered,
    ask_code,
    choose,
    link_after,
    mailed_code,
    verified_address,
    with_questions,
)
from tests.mail_programs import letter, signed_in, trusting
from tests.people import Academy, Person
from tests.servers import RUN

NEW = Password("quatre trompettes vertes dans le grenier")
PATIENCE_SECONDS = 5.0

Change = Callable[[Person], None]


def changed(person: Person) -> None:
    change_password(person.user, NEW, NOWHERE)


def was_reset(person: Person) -> None:
    reset_password(person.user, NEW, NOWHERE, method="questions", flow="test")


def frozen(person: Person) -> None:
    freeze(person.user, NOWHERE)


def ends(connection: imaplib.IMAP4_SSL) -> bool:
    """Whether the server closes the connection within the time allowed."""
    connection.sock.settimeout(PATIENCE_SECONDS)
    try:
        while connection.readline():
            pass
    except TimeoutError:
        return False
    except (OSError, imaplib.IMAP4.abort):
        return True
    return True


@pytest.mark.parametrize("change", [changed, was_reset, frozen])
def test_open_connections_end_within_five_seconds(academy: Academy, change: Change) -> None:
    connection = signed_in(academy.camille.address, academy.camille.password)
    other = signed_in(academy.nadia.address, academy.nadia.password)
    started = time.monotonic()
    change(academy.camille)
    assert ends(connection)
    assert time.monotonic() - started < PATIENCE_SECONDS
    assert other.noop()[0] == "OK"


@pytest.mark.parametrize("change", [changed, was_reset, frozen])
def test_the_old_password_opens_nothing_any_more(academy: Academy, change: Change) -> None:
    change(academy.camille)
    with pytest.raises(imaplib.IMAP4.error):
        signed_in(academy.camille.address, academy.camille.password)


def test_revoking_an_application_password_ends_what_it_opened(academy: Academy) -> None:
    camille = academy.camille
    wish = Wish("Téléphone", reads=True, sends=True, days=None)
    password = application_passwords.create(camille.user, wish, NOWHERE)
    connection = signed_in(camille.address, password.reveal())
    application_passwords.revoke(ApplicationPassword.objects.get(), NOWHERE)
    assert ends(connection)


def test_a_new_second_factor_ends_what_the_password_opened(academy: Academy) -> None:
    connection = signed_in(academy.camille.address, academy.camille.password)
    Authenticator.objects.create(user=academy.camille.user, type=Authenticator.Type.TOTP, data={})
    assert ends(connection)


def test_application_passwords_outlive_a_change_but_not_a_reset(academy: Academy) -> None:
    camille = academy.camille
    wish = Wish("Téléphone", reads=True, sends=True, days=None)
    password = application_passwords.create(camille.user, wish, NOWHERE)
    changed(camille)
    signed_in(camille.address, password.reveal()).logout()
    was_reset(camille)
    with pytest.raises(imaplib.IMAP4.error):
        signed_in(camille.address, password.reveal())


def test_a_whole_reset_cuts_what_is_open(academy: Academy) -> None:
    """Through the pages, by the person: questions, a code by mail, a new password."""
    camille = with_questions(academy.camille)
    contact = verified_address(camille.user)
    thief = signed_in(camille.address, camille.password)
    browser = answered(camille)
    ask_code(browser, contact)
    link = link_after(browser, CONTACT, {"code": mailed_code()})
    started = time.monotonic()
    choose(browser, link)
    assert ends(thief)
    assert time.monotonic() - started < PATIENCE_SECONDS
    with pytest.raises(imaplib.IMAP4.error):
        signed_in(camille.address, camille.password)
    signed_in(camille.address, NEW.reveal()).logout()


def test_a_frozen_account_sends_no_more_through_an_open_connection(academy: Academy) -> None:
    camille = academy.camille
    with smtplib.SMTP_SSL("localhost", settings.SMTP_PORT, context=trusting()) as connection:
        connection.login(camille.address, camille.password)
        freeze(camille.user, NOWHERE)
        message = letter(camille.address, academy.nadia.address, "Trop tard")
        with pytest.raises((smtplib.SMTPSenderRefused, smtplib.SMTPRecipientsRefused)):
            connection.send_message(message)


def test_the_key_opens_nothing_but_ending_connections(academy: Academy) -> None:
    answers = kick._ask([["who", {}, "1"]])  # noqa: SLF001  (the interface itself is tested)
    assert answers[0][1]["type"] == "unAuthorized"  # type: ignore[index]


def test_a_wrong_key_is_refused(academy: Academy, settings: Settings) -> None:
    settings.DOVEADM_KEY = "pas la clé"
    connection = signed_in(academy.camille.address, academy.camille.password)
    kick.end_when_committed(academy.camille.address)
    assert connection.noop()[0] == "OK"
    assert ConnectionToEnd.objects.exists()


def test_a_change_succeeds_while_dovecot_cannot_be_told(
    academy: Academy, settings: Settings
) -> None:
    settings.DOVEADM_URL = "http://127.0.0.1:1"
    changed(academy.camille)
    academy.camille.user.refresh_from_db()
    assert academy.camille.user.check_password(NEW.reveal())


def test_what_could_not_be_ended_ends_as_soon_as_dovecot_can_be_told(
    academy: Academy, settings: Settings
) -> None:
    connection = signed_in(academy.camille.address, academy.camille.password)
    other = signed_in(academy.nadia.address, academy.nadia.password)
    reachable, settings.DOVEADM_URL = settings.DOVEADM_URL, "http://127.0.0.1:1"
    with RUN.without("redis"):
        frozen(academy.camille)
    end_remaining_connections()
    assert connection.noop()[0] == "OK"
    settings.DOVEADM_URL = reachable
    started = time.monotonic()
    end_remaining_connections()
    assert ends(connection)
    assert time.monotonic() - started < PATIENCE_SECONDS
    assert other.noop()[0] == "OK"
    assert not ConnectionToEnd.objects.exists()


def test_what_one_change_closes_in_many_mailboxes_ends_by_one_request(
    academy: Academy, caplog: pytest.LogCaptureFixture
) -> None:
    people = (academy.camille, academy.nadia)
    connections = [signed_in(it.address, it.password) for it in people]
    with transaction.atomic():
        for number in range(3 * kick.AT_ONCE):
            kick.end_when_committed(f"personne.{number}@{people[0].address.partition('@')[2]}")
        for person in people:
            kick.end_when_committed(person.address)
    assert all(ends(it) for it in connections)
    assert not ConnectionToEnd.objects.exists()
    assert not caplog.records


def test_nothing_is_lost_while_dovecot_and_redis_are_both_away(academy: Academy) -> None:
    with RUN.without("redis"), RUN.without("dovecot"):
        changed(academy.camille)
        changed(academy.nadia)
        end_remaining_connections()
        assert ConnectionToEnd.objects.count() == 2
    end_remaining_connections()
    end_remaining_connections()
    assert not ConnectionToEnd.objects.exists()
    with pytest.raises(imaplib.IMAP4.error):
        signed_in(academy.camille.address, academy.camille.password)
    signed_in(academy.camille.address, NEW.reveal()).logout()


def test_a_change_that_is_undone_ends_nothing(academy: Academy) -> None:
    connection = signed_in(academy.camille.address, academy.camille.password)
    with transaction.atomic():
        frozen(academy.camille)
        transaction.set_rollback(True)
    end_remaining_connections()
    assert not ConnectionToEnd.objects.exists()
    assert connection.noop()[0] == "OK"


def test_workers_look_for_what_remains_every_few_seconds(settings: Settings) -> None:
    beat = settings.CELERY_BEAT_SCHEDULE["end connections that remain"]
    assert beat["task"] == end_remaining_connections.name
    assert beat["schedule"] <= PATIENCE_SECONDS


@pytest.mark.parametrize(
    ("url", "key", "said"),
    [("", "", ["mailboxes.W001"]), ("http://dovecot:10080", "", ["mailboxes.E002"])],
)
def test_a_site_that_could_not_end_connections_is_told_so(
    settings: Settings, url: str, key: str, said: list[str]
) -> None:
    settings.DOVEADM_URL, settings.DOVEADM_KEY = url, key
    assert [message.id for message in connections_can_be_ended(None)] == said
