"""The site's tokens at a real Dovecot: who opens what without any password."""

import imaplib
from pathlib import Path

import jwt
import pytest
from django.core.checks import run_checks
from pytest_django import Settings

from deploy.certificates import new_key, private_pem
from mailboxes.models import Mailbox
from mailboxes.tokens import mail_token, signing_key
from tests.mail_programs import signed_in, signed_in_by_token, subjects
from tests.people import Academy


def test_a_token_opens_the_persons_own_mailbox(academy: Academy) -> None:
    address = academy.camille.address
    assert subjects(signed_in_by_token(address, mail_token(address, address))) == []


def test_a_token_carries_the_quota_of_the_mailbox(academy: Academy) -> None:
    academy.camille.mailbox.quota_mb = 300
    academy.camille.mailbox.save()
    address = academy.camille.address
    connection = signed_in_by_token(address, mail_token(address, address))
    _, (_, quotas) = connection.getquotaroot("INBOX")
    assert quotas == [b'"User quota" (STORAGE 0 307200)']


def test_the_site_itself_opens_a_functional_mailbox(academy: Academy) -> None:
    address = academy.office_address
    assert subjects(signed_in_by_token(address, mail_token(address, address))) == []


def test_a_person_without_rights_sees_nothing_of_a_functional_mailbox(academy: Academy) -> None:
    address = academy.office_address
    connection = signed_in_by_token(address, mail_token(address, academy.bastien.address))
    assert connection.select("INBOX")[0] == "NO"


def test_a_token_signed_with_a_foreign_key_is_refused(academy: Academy) -> None:
    address = academy.camille.address
    claims = jwt.decode(str(mail_token(address, address)), options={"verify_signature": False})
    forged = jwt.encode(claims, new_key(), algorithm="ES256", headers={"kid": "k1"})
    with pytest.raises(imaplib.IMAP4.error, match="AUTHENTICATIONFAILED"):
        signed_in_by_token(address, forged)


def test_an_expired_token_is_refused(academy: Academy, settings: Settings) -> None:
    settings.TOKEN_SECONDS = -1
    address = academy.camille.address
    with pytest.raises(imaplib.IMAP4.error, match="AUTHENTICATIONFAILED"):
        signed_in_by_token(address, mail_token(address, address))


def test_a_token_opens_no_other_mailbox_than_its_own(academy: Academy) -> None:
    token = mail_token(academy.camille.address, academy.camille.address)
    with pytest.raises(imaplib.IMAP4.error, match="AUTHENTICATIONFAILED"):
        signed_in_by_token(academy.nadia.address, token)


def test_a_token_is_no_password(academy: Academy) -> None:
    token = mail_token(academy.camille.address, academy.camille.address)
    with pytest.raises(imaplib.IMAP4.error):
        signed_in(academy.camille.address, str(token))


def test_no_token_is_made_for_a_mailbox_that_does_not_exist(db: None) -> None:
    with pytest.raises(Mailbox.DoesNotExist):
        mail_token("personne@ac-normandie.fr", "personne@ac-normandie.fr")


def test_a_token_does_not_show_in_a_traceback(academy: Academy) -> None:
    assert repr(mail_token(academy.camille.address, academy.camille.address)) == "•••"


def test_the_claims_are_scalars_only(academy: Academy) -> None:
    """A null, or a list of two, crashes the auth process of Dovecot 2.3."""
    token = str(mail_token(academy.office_address, academy.camille.address))
    claims = jwt.decode(token, signing_key().public_key(), algorithms=["ES256"])
    assert {type(value) for value in claims.values()} == {str, int}


@pytest.mark.parametrize("content", [b"", b"not a key", None])
def test_an_unusable_key_is_said_before_the_site_starts(
    content: bytes | None, tmp_path: Path, settings: Settings
) -> None:
    path = tmp_path / "token.pem"
    if content is not None:
        path.write_bytes(content)
    settings.TOKEN_KEY_FILE = str(path)
    assert "mailboxes.E001" in {message.id for message in run_checks()}


def test_a_good_key_is_not_complained_about(tmp_path: Path, settings: Settings) -> None:
    path = tmp_path / "token.pem"
    path.write_bytes(private_pem(new_key()))
    settings.TOKEN_KEY_FILE = str(path)
    assert "mailboxes.E001" not in {message.id for message in run_checks()}
