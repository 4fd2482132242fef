"""The mail servers know at once what the site decides, on both databases."""

import imaplib
import smtplib
import sqlite3
from contextlib import closing

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction

from accounts.credentials import application_passwords
from accounts.credentials.application_passwords import Wish
from accounts.models import User
from accounts.throttling import Reason, Refusal, mail_pauses
from audit.parties import NOWHERE
from mailboxes import lookup
from mailboxes.institutional import responsables
from mailboxes.institutional.provisioning import add_address
from mailboxes.models import Address
from tests.mail_programs import letter, send, signed_in, subjects
from tests.people import Academy, open_account


def accepted(academy: Academy, recipient: str) -> bool:
    """Whether Postfix takes a letter for this address."""
    camille = academy.camille
    message = letter(camille.address, recipient, "Essai")
    try:
        send(camille.address, camille.password, message, [recipient])
    except smtplib.SMTPRecipientsRefused:
        return False
    return True


def test_a_new_agent_reads_mail_at_once(academy: Academy) -> None:
    zoe = open_account("Zoé", "Martin", "zoe.martin")
    assert subjects(signed_in(zoe.address, zoe.password)) == []


def test_a_new_alias_receives_at_once(academy: Academy) -> None:
    alias = f"alias.{academy.nadia.login}@ac-normandie.fr"
    assert not accepted(academy, alias)
    add_address(academy.nadia.mailbox, alias, Address.Kind.ALIAS)
    assert accepted(academy, alias)


def test_a_closed_mailbox_receives_no_more(academy: Academy) -> None:
    assert accepted(academy, academy.nadia.address)
    academy.nadia.mailbox.is_active = False
    academy.nadia.mailbox.save()
    assert not accepted(academy, academy.nadia.address)


@pytest.mark.parametrize("change", [{"is_active": False}, {"must_change_password": True}])
def test_a_frozen_account_is_refused_but_still_receives(
    academy: Academy, change: dict[str, bool]
) -> None:
    nadia = academy.nadia
    for field, value in change.items():
        setattr(nadia.user, field, value)
    nadia.user.save(update_fields=list(change))
    with pytest.raises(imaplib.IMAP4.error):
        signed_in(nadia.address, nadia.password)
    assert accepted(academy, nadia.address)


def test_a_new_password_replaces_the_old_one_at_once(academy: Academy) -> None:
    nadia = academy.nadia
    nadia.user.set_password("le vent souffle sur la lande")
    nadia.user.save()
    assert subjects(signed_in(nadia.address, "le vent souffle sur la lande")) == []
    with pytest.raises(imaplib.IMAP4.error):
        signed_in(nadia.address, nadia.password)


def test_an_address_that_may_not_send_still_receives(academy: Academy) -> None:
    nadia = academy.nadia
    historic = Address.objects.get(address=nadia.historic_address)
    historic.can_send = False
    historic.save()
    message = letter(nadia.historic_address, academy.camille.address, "Ancienne adresse")
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        send(
            nadia.address,
            nadia.password,
            message,
            [academy.camille.address],
            sender=nadia.historic_address,
        )
    assert accepted(academy, nadia.historic_address)


def test_what_is_rolled_back_never_reaches_the_servers(academy: Academy) -> None:
    alias = f"jamais.{academy.nadia.login}@ac-normandie.fr"
    with transaction.atomic():
        add_address(academy.nadia.mailbox, alias, Address.Kind.ALIAS)
        transaction.set_rollback(True)
    assert not accepted(academy, alias)


def test_the_views_show_no_password_of_a_functional_mailbox(academy: Academy) -> None:
    addresses = {row[0] for row in lookup.rows_of_view("mail_passwords")}
    assert academy.camille.address in addresses
    assert academy.office_address not in addresses
    assert (academy.office_address, 2048) in lookup.rows_of_view("mail_users")


def test_a_hash_that_the_mail_servers_cannot_check_is_not_shown_to_them(academy: Academy) -> None:
    User.objects.filter(pk=academy.nadia.user.pk).update(password="pbkdf2_sha256$1$salt$hash")
    addresses = {row[0] for row in lookup.rows_of_view("mail_passwords")}
    assert academy.nadia.address not in addresses


def test_the_command_repairs_what_bulk_operations_left_behind(academy: Academy) -> None:
    """Bulk operations send no signal; PostgreSQL's servers read the views and need no repair."""
    Address.objects.filter(address=academy.nadia.historic_address).update(is_active=False)
    call_command("refresh_mail_lookup")
    assert not accepted(academy, academy.nadia.historic_address)


def test_the_copy_equals_the_views(academy: Academy) -> None:
    everything = Wish("Thunderbird", reads=True, sends=True, days=30)
    application_passwords.create(academy.camille.user, everything, NOWHERE)
    mail_pauses.know(academy.camille.user, "192.0.2.7")
    mail_pauses.begin(academy.camille.user, Refusal(Reason.WAIT, 60, ""))
    responsables.name(academy.office, academy.nadia.user, None)
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(settings.MAIL_LOOKUP_FILE)) as copy:
            for view in lookup.COLUMNS:
                rows = set(copy.execute(f"SELECT * FROM {view}"))  # noqa: S608
                assert rows == lookup.rows_of_view(view) != set()
    else:
        assert lookup.refresh() == 0


def test_signing_in_does_not_disturb_the_servers(academy: Academy) -> None:
    with transaction.atomic():
        academy.camille.user.save(update_fields=["last_login"])
        assert connection.run_on_commit == []
