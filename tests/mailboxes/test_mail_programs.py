"""The academy's address and password in any mail program, against real servers."""

import imaplib
import smtplib

import pytest

from tests.mail_programs import letter, send, signed_in, subjects, wait_for
from tests.people import Academy


def test_an_agent_reads_mail_with_address_and_password(academy: Academy) -> None:
    connection = signed_in(academy.camille.address, academy.camille.password)
    assert subjects(connection) == []


def test_the_folders_have_french_names_and_their_special_use(academy: Academy) -> None:
    connection = signed_in(academy.camille.address, academy.camille.password)
    lines = b"\n".join(line for line in connection.list()[1] if isinstance(line, bytes))
    for expected in (
        rb'\Drafts) "/" Brouillons',
        rb'\Sent) "/" Envoy&AOk-s',
        rb'\Archive) "/" Archives',
        rb'\Junk) "/" Ind&AOk-sirables',
        rb'\Trash) "/" Corbeille',
    ):
        assert expected in lines


def test_a_wrong_password_is_refused(academy: Academy) -> None:
    with pytest.raises(imaplib.IMAP4.error, match="AUTHENTICATIONFAILED"):
        signed_in(academy.camille.address, "quatre cartables bleus sous la pluie")


def test_nobody_logs_in_to_a_functional_mailbox(academy: Academy) -> None:
    for password in ("", academy.camille.password):
        with pytest.raises(imaplib.IMAP4.error):
            signed_in(academy.office_address, password)


def test_a_letter_reaches_a_colleague_at_an_historic_address(academy: Academy) -> None:
    message = letter(academy.camille.address, academy.nadia.historic_address, "Sortie au musée")
    refused = send(
        academy.camille.address,
        academy.camille.password,
        message,
        [academy.nadia.historic_address],
    )
    assert refused == {}
    inbox = signed_in(academy.nadia.address, academy.nadia.password)
    assert wait_for(inbox, "Sortie au musée") == ["Sortie au musée"]


def test_an_agent_sends_from_an_historic_address(academy: Academy) -> None:
    message = letter(academy.camille.historic_address, academy.nadia.address, "Ancien domaine")
    send(
        academy.camille.address,
        academy.camille.password,
        message,
        [academy.nadia.address],
        sender=academy.camille.historic_address,
    )
    inbox = signed_in(academy.nadia.address, academy.nadia.password)
    assert wait_for(inbox, "Ancien domaine") == ["Ancien domaine"]


def test_a_colleagues_address_is_refused_as_sender(academy: Academy) -> None:
    message = letter(academy.nadia.address, academy.camille.address, "Usurpation")
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refusal:
        send(
            academy.camille.address,
            academy.camille.password,
            message,
            [academy.camille.address],
            sender=academy.nadia.address,
        )
    [(code, words)] = refusal.value.recipients.values()
    assert code == 553
    assert b"not owned by user" in words


def test_an_unknown_colleague_is_refused_at_once(academy: Academy) -> None:
    message = letter(academy.camille.address, "personne@ac-normandie.fr", "Y a-t-il quelqu’un")
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refusal:
        send(
            academy.camille.address,
            academy.camille.password,
            message,
            ["personne@ac-normandie.fr"],
        )
    [(code, _)] = refusal.value.recipients.values()
    assert code == 550


def test_a_letter_to_a_stranger_is_accepted_and_never_leaves(academy: Academy) -> None:
    message = letter(academy.camille.address, "parent@famille.example", "Rendez-vous")
    refused = send(
        academy.camille.address, academy.camille.password, message, ["parent@famille.example"]
    )
    assert refused == {}
