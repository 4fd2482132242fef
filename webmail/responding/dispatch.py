"""Messages that Pli writes when a person presses a button: answers to invitations, receipts, reports."""

from collections.abc import Sequence
from datetime import datetime
from email import headerregistry
from email.message import EmailMessage
from email.utils import format_datetime
from uuid import UUID, uuid4, uuid5

from accounts.models import User
from mailboxes.models import Address as MailboxAddress
from mailboxes.models import Mailbox
from webmail import outbox
from webmail.composing.compose import POLICY, ComposedMessage
from webmail.composing.outgoing_parts import Octets
from webmail.syntax.addresses import Address
from webmail.syntax.headers import CONTROLS

DEEDS = UUID("5a0f6b52-6f0c-4d5c-9f5b-3a1d8a4e7b10")
CRLF = b"\r\n"
TEXT_HEADER = (
    b'Content-Type: text/plain; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable'
)


def headed(sender: Address, to: Sequence[Address], subject: str, now: datetime) -> EmailMessage:
    """A message without content; the Message-ID is made under the sender's domain."""
    message = EmailMessage(policy=POLICY)
    message["From"] = _header(sender)
    message["To"] = [_header(person) for person in to]
    message["Subject"] = CONTROLS.sub(" ", subject)
    message["Date"] = format_datetime(now)
    message["Message-ID"] = new_id(sender)
    return message


def new_id(sender: Address) -> str:
    return f"<{uuid4()}@{sender.address.rpartition('@')[2]}>"


def _header(person: Address) -> headerregistry.Address:
    local, _at, domain = person.address.rpartition("@")
    return headerregistry.Address(CONTROLS.sub(" ", person.name).strip(), local, domain)


def composed(
    message: EmailMessage, sender: str, recipients: Sequence[str], raw: bytes | None = None
) -> ComposedMessage:
    """Ready to leave; `sender` is of the envelope, "" for what nobody may answer (RFC 5321 §4.5.5).

    `raw` stands for the octets of `message` where they are not what it would write.
    """
    return ComposedMessage(
        sender=sender,
        recipients=tuple(recipients),
        message_id=str(message["Message-ID"]),
        subject=str(message["Subject"] or ""),
        content=Octets(message.as_bytes() if raw is None else raw),
    )


def with_original(message: EmailMessage, text: str, original: bytes) -> bytes:
    """The whole message: a text, and another message attached as it is, octet by octet."""
    boundary = f"=_{uuid4().hex}"
    message.set_content(text, cte="quoted-printable")
    body = message.as_bytes()
    del message["Content-Type"], message["Content-Transfer-Encoding"]
    message["Content-Type"] = f'multipart/mixed; boundary="{boundary}"'
    encoding = "7bit" if original.isascii() else "8bit"
    return CRLF.join(
        [
            header_of(message),
            b"",
            f"--{boundary}".encode(),
            TEXT_HEADER,
            b"",
            body.partition(CRLF + CRLF)[2],
            f"--{boundary}".encode(),
            b"Content-Type: message/rfc822",
            f"Content-Transfer-Encoding: {encoding}".encode(),
            b"Content-Disposition: attachment",
            b"",
            original,
            f"--{boundary}--".encode(),
            b"",
        ]
    )


def header_of(message: EmailMessage) -> bytes:
    """Its fields, without the line end of the last one."""
    return message.as_bytes().partition(CRLF + CRLF)[0]


def dispatch(mailbox: Mailbox, person: User, ready: ComposedMessage, token: UUID) -> None:
    """On its way; the same `token` again is the same message."""
    outbox.queue(mailbox, person, ready, token)


def senders(mailbox: Mailbox) -> list[Address]:
    """The addresses this mailbox may write from, the primary one first."""
    usable = mailbox.addresses.filter(can_send=True, is_active=True)
    ordered = sorted(usable, key=lambda it: it.kind != MailboxAddress.Kind.PRIMARY)
    return [Address(mailbox.name, it.address) for it in ordered]


def sender_for(mailbox: Mailbox, written_to: str) -> Address:
    """The address that was written to, if one may write from it, else the primary one."""
    usable = senders(mailbox) or [Address(mailbox.name, mailbox.address)]
    return next((it for it in usable if it.address == written_to.lower()), usable[0])


def new_token() -> UUID:
    """Of a form."""
    return uuid4()


def token_of(*said: object) -> UUID:
    """The same for the same deed: done twice, it is one message."""
    return uuid5(DEEDS, repr(said))
