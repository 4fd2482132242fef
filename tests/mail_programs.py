"""What a person's mail program does, with the standard library only."""

import imaplib
import smtplib
import ssl
import time
from collections.abc import Iterable
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from django.conf import settings

PATIENCE_SECONDS = 15.0


def trusting() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=settings.MAIL_CA_FILE)


def imap() -> imaplib.IMAP4_SSL:
    return imaplib.IMAP4_SSL("localhost", settings.IMAP_PORT, ssl_context=trusting())


def signed_in(address: str, password: str) -> imaplib.IMAP4_SSL:
    """Raises ``imaplib.IMAP4.error`` when the server refuses."""
    connection = imap()
    connection.login(address, password)
    return connection


def signed_in_by_token(address: str, token: str) -> imaplib.IMAP4_SSL:
    """OAUTHBEARER (RFC 7628). Raises ``imaplib.IMAP4.error`` when the server refuses."""
    connection = imap()
    answer = f"n,a={address},\x01auth=Bearer {token!s}\x01\x01".encode()
    connection.authenticate("OAUTHBEARER", lambda _: answer)
    return connection


def send(
    address: str, password: str, message: EmailMessage, recipients: Iterable[str], sender: str = ""
) -> dict[str, tuple[int, bytes]]:
    """Submit with the person's password; answers the refused recipients (smtplib's own form)."""
    context = trusting()
    with smtplib.SMTP_SSL("localhost", settings.SMTP_PORT, context=context) as connection:
        connection.login(address, password)
        return connection.send_message(message, sender or address, list(recipients))


def letter(sender: str, recipient: str, subject: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, recipient, subject
    message.set_content("Bonjour,\n\nBien à vous.\n")
    return message


def subjects(connection: imaplib.IMAP4_SSL, folder: str = "INBOX") -> list[str]:
    connection.select(folder, readonly=True)
    _, found = connection.search(None, "ALL")
    numbers = found[0].decode().replace(" ", ",")
    if not numbers:
        return []
    _, answers = connection.fetch(numbers, "(BODY.PEEK[HEADER.FIELDS (SUBJECT)])")
    headers = [answer[1] for answer in answers if isinstance(answer, tuple)]
    return [str(message_from_bytes(header, policy=default)["Subject"]) for header in headers]


def wait_for(connection: imaplib.IMAP4_SSL, subject: str, folder: str = "INBOX") -> list[str]:
    """The subjects in the folder, as soon as this one is there. Raises ``AssertionError``."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if subject in (present := subjects(connection, folder)):
            return present
    raise AssertionError(f"« {subject} » did not arrive; {folder} holds {present}")
