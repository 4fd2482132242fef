"""Application passwords in a person's mail program, against real servers."""

import imaplib
import smtplib
import time
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.utils import timezone

from accounts.credentials import application_passwords
from accounts.credentials.application_passwords import Wish
from accounts.models import ApplicationPassword
from audit.parties import NOWHERE
from tests.mail_programs import PATIENCE_SECONDS, letter, send, signed_in, subjects
from tests.people import Academy, Person

EVERYTHING = Wish("Thunderbird", reads=True, sends=True, days=365)


def made_for(person: Person, wish: Wish = EVERYTHING) -> str:
    return application_passwords.create(person.user, wish, NOWHERE).reveal()


def sends_with(person: Person, password: str) -> bool:
    message = letter(person.address, person.address, "Essai")
    try:
        send(person.address, password, message, [person.address])
    except smtplib.SMTPAuthenticationError:
        return False
    return True


def reads_with(person: Person, password: str) -> bool:
    try:
        signed_in(person.address, password).logout()
    except imaplib.IMAP4.error:
        return False
    return True


def test_it_opens_both_servers_at_once(academy: Academy) -> None:
    password = made_for(academy.camille)
    assert reads_with(academy.camille, password)
    assert sends_with(academy.camille, password)


def test_it_opens_nobody_elses_mailbox(academy: Academy) -> None:
    assert not reads_with(academy.nadia, made_for(academy.camille))


def test_one_for_reading_does_not_send(academy: Academy) -> None:
    password = made_for(academy.camille, Wish("Liseuse", reads=True, sends=False, days=None))
    assert reads_with(academy.camille, password)
    assert not sends_with(academy.camille, password)


def test_one_for_sending_does_not_read(academy: Academy) -> None:
    password = made_for(academy.camille, Wish("Copieur", reads=False, sends=True, days=None))
    assert sends_with(academy.camille, password)
    assert not reads_with(academy.camille, password)


def test_once_revoked_it_is_refused_at_once(academy: Academy) -> None:
    password = made_for(academy.camille)
    application_passwords.revoke(ApplicationPassword.objects.get(), NOWHERE)
    assert not reads_with(academy.camille, password)
    assert not sends_with(academy.camille, password)


def test_once_expired_it_is_refused(academy: Academy) -> None:
    password = made_for(academy.camille)
    row = ApplicationPassword.objects.get()
    row.expires_at = timezone.now() - timedelta(seconds=1)
    row.save()
    assert not reads_with(academy.camille, password)


def test_with_a_second_factor_only_they_open_mail_programs(academy: Academy) -> None:
    camille = academy.camille
    password = made_for(camille)
    Authenticator.objects.create(user=camille.user, type=Authenticator.Type.TOTP, data={})
    assert reads_with(camille, password)
    assert not reads_with(camille, camille.password)
    assert not sends_with(camille, camille.password)


def test_recovery_codes_alone_change_nothing(academy: Academy) -> None:
    camille = academy.camille
    Authenticator.objects.create(user=camille.user, type=Authenticator.Type.RECOVERY_CODES, data={})
    assert subjects(signed_in(camille.address, camille.password)) == []


@pytest.mark.parametrize("change", [{"is_active": False}, {"must_change_password": True}])
def test_a_closed_account_is_refused(academy: Academy, change: dict[str, bool]) -> None:
    camille = academy.camille
    password = made_for(camille)
    for field, value in change.items():
        setattr(camille.user, field, value)
    camille.user.save(update_fields=list(change))
    assert not reads_with(camille, password)


def test_its_last_use_is_known(academy: Academy, live: str) -> None:
    password = made_for(academy.camille)
    reads_with(academy.camille, password)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while ApplicationPassword.objects.get().last_used_at is None:
        assert time.monotonic() < deadline
    assert ApplicationPassword.objects.get().last_used_from == "127.0.0.1"


def test_only_its_hash_is_kept(academy: Academy) -> None:
    password = made_for(academy.camille)
    assert password not in str(ApplicationPassword.objects.values_list())
    assert len(password) * 5 >= 128  # five bits a letter
