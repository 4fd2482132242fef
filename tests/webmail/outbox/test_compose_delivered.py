"""What is written arrives as it was written, through the real Postfix and the real Dovecot."""

import imaplib
import smtplib
import time
from collections.abc import Iterable
from datetime import UTC, datetime

import pytest
from django.conf import settings
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tests.mail_programs import PATIENCE_SECONDS, signed_in, trusting
from tests.people import Academy, Person
from webmail.composing.compose import Attachment, ComposedMessage, Draft, compose
from webmail.html.outgoing import outgoing
from webmail.message.readable import ReadableMessage
from webmail.readable import mime
from webmail.syntax.addresses import Address

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
# A lone CR or LF, a zero, half a surrogate: no person types them, no message may hold them.
character = st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp", "Cf"))
line = st.text(character, max_size=120)
text = st.lists(st.one_of(line, st.sampled_from([".", "From me", "-- ", "> a"])), max_size=8).map(
    "\n".join
)
html = st.lists(line, min_size=1, max_size=5).map(
    lambda lines: "".join(f"<p>{it.replace('&', '&amp;').replace('<', '&lt;')}</p>" for it in lines)
)
file = st.builds(Attachment, line, st.just("application/pdf"), st.binary(max_size=300))
letters = st.tuples(line, line, text, st.none() | html, st.lists(file, max_size=2))


def drafts(
    camille: Person,
    nadia: Person,
    written: Iterable[tuple[str, str, str, str | None, list[Attachment]]],
) -> list[Draft]:
    return [
        Draft(
            Address(name.strip(), camille.address),
            [Address(name.strip(), nadia.address)],
            subject=subject,
            text=body,
            html=formed,
            attachments=files,
        )
        for subject, name, body, formed, files in written
    ]


def sent(person: Person, messages: list[ComposedMessage]) -> None:
    with smtplib.SMTP_SSL("localhost", settings.SMTP_PORT, context=trusting()) as connection:
        connection.login(person.address, person.password)
        for message in messages:
            connection.sendmail(message.sender, message.recipients, message.raw)


def arrived(person: Person, count: int) -> dict[str, ReadableMessage]:
    """By Message-ID, as soon as all are there."""
    mailbox = signed_in(person.address, person.password)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while int(mailbox.select("INBOX", readonly=True)[1][0] or b"0") < count:
        assert time.monotonic() < deadline
    found = map(mime.read_bytes, _fetched(mailbox))
    messages = {message.message_id: message for message in found}
    mailbox.logout()
    return messages


def _fetched(mailbox: imaplib.IMAP4) -> list[bytes]:
    _, answers = mailbox.fetch("1:*", "(BODY.PEEK[])")
    return [answer[1] for answer in answers if isinstance(answer, tuple)]


@hypothesis_settings(
    max_examples=1,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(written=st.lists(letters, min_size=30, max_size=30))
def test_any_message_arrives_as_it_was_written(
    academy: Academy,
    written: list[tuple[str, str, str, str | None, list[Attachment]]],
) -> None:
    composed = {
        draft.subject: (draft, compose(draft, NOW))
        for draft in drafts(academy.camille, academy.nadia, written)
    }
    sent(academy.camille, [message for _draft, message in composed.values()])
    messages = arrived(academy.nadia, len(composed))
    for draft, left in composed.values():
        came = messages[left.message_id.strip("<>")]
        assert (came.subject or "").split() == draft.subject.split()
        assert came.from_[0].name.split() == draft.sender.name.split()
        assert came.to[0].address == academy.nadia.address
        assert not came.problems
        told = draft.text if draft.html is None else outgoing(draft.html).html
        assert told.rstrip("\n") in (came.html or came.text)
        assert len(came.attachments) == len(draft.attachments)


def test_what_was_typed_into_fields_begins_no_header_and_ends_no_message(academy: Academy) -> None:
    evil = "a\r\nBcc: victime@x.fr\r\n\r\n.\r\nQUIT"
    draft = Draft(
        Address(evil, academy.camille.address),
        [Address(evil, academy.nadia.address)],
        subject=" ".join(evil.split()),
        html=f"<p>{evil}</p>",
        attachments=[Attachment(evil, evil, b".\r\n")],
    )
    sent(academy.camille, [compose(draft, NOW)])
    (came,) = arrived(academy.nadia, 1).values()
    assert not came.bcc
    assert "QUIT" in (came.html or "")
    assert len(came.attachments) == 1
