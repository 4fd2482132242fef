"""The outbox against a submission server that misbehaves as told, which Postfix cannot do."""

import json
import os
import socketserver
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from ssl import PROTOCOL_TLS_SERVER, SSLContext
from uuid import uuid4

import pytest
from celery import current_app
from django.conf import LazySettings
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from mailboxes.models import Address
from tests.people import Academy, Person
from tests.servers import RUN
from tests.webmail.test_first_mail import browser_of
from webmail import outbox
from webmail.composing.compose import ComposedMessage
from webmail.composing.outgoing_parts import Octets
from webmail.imap import FolderStatus, MailSession, session
from webmail.models import OutgoingMessage
from webmail.outbox import claims, filing

pytestmark = pytest.mark.django_db(transaction=True)

State = OutgoingMessage.State
CUT = b""  # in place of an answer: the connection ends
GOOD = b"250 2.0.0 Ok"


@dataclass
class Script:
    """What the server answers, and the recipients of each message that it got."""

    to_rcpt: dict[str, bytes] = field(default_factory=dict)
    to_data: bytes = GOOD
    before_data_answer: Callable[[], object] = bool
    delivered: list[list[str]] = field(default_factory=list)
    connections: int = 0


class Handler(socketserver.StreamRequestHandler):
    """One SMTP connection (RFC 5321), as far as `smtp.deliver` goes."""

    server: "SubmissionServer"

    def handle(self) -> None:
        self.named: list[str] = []
        self.server.script.connections += 1
        self.say(b"220 fake ESMTP")
        for line in self.rfile:
            verb = line.split()[0].upper()
            answer = {
                b"EHLO": self.ehlo,
                b"AUTH": self.auth,
                b"RCPT": self.rcpt,
                b"DATA": self.data,
            }
            said = answer.get(verb, self.good)(line)
            if said == CUT:
                return
            self.say(said)

    def say(self, answer: bytes) -> None:
        self.wfile.write(answer + b"\r\n")

    def good(self, _line: bytes) -> bytes:
        return GOOD

    def ehlo(self, _line: bytes) -> bytes:
        return b"250-fake\r\n250-AUTH OAUTHBEARER\r\n250-SMTPUTF8\r\n250 SIZE"

    def auth(self, _line: bytes) -> bytes:
        return b"235 2.7.0 Ok"

    def rcpt(self, line: bytes) -> bytes:
        address = line.split(b"<")[1].split(b">")[0].decode()
        answer = self.server.script.to_rcpt.get(address, GOOD)
        if answer == GOOD:
            self.named.append(address)
        return answer

    def data(self, _line: bytes) -> bytes:
        self.say(b"354 Go on")
        for line in self.rfile:
            if line == b".\r\n":
                break
        self.server.script.before_data_answer()
        connection.close()  # this thread's own
        if self.server.script.to_data == GOOD:
            self.server.script.delivered.append(self.named)
        self.named = []
        return self.server.script.to_data


class SubmissionServer(socketserver.ThreadingTCPServer):
    """TLS from the first octet, with the certificate of the test's own servers."""

    daemon_threads = True

    def __init__(self, script: Script) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.script = script
        folder: Path = RUN.state.mail / "tls"
        context = SSLContext(PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "server.crt", folder / "server.key")
        self.socket = context.wrap_socket(self.socket, server_side=True)


@pytest.fixture
def script(settings: LazySettings) -> Iterator[Script]:
    """The script of a submission server that stands in Postfix's place."""
    script = Script()
    with SubmissionServer(script) as server:
        threading.Thread(target=server.serve_forever, args=[0.05], daemon=True).start()
        settings.SMTP_HOST, settings.SMTP_PORT = "127.0.0.1", server.server_address[1]
        yield script
        server.shutdown()


def queued(person: Person, *recipients: str, text: str = "Bonjour.\r\n") -> OutgoingMessage:
    message_id = f"<{uuid4()}@ac-normandie.fr>"
    raw = f"Message-ID: {message_id}\r\nSubject: Essai\r\n\r\n{text}".encode()
    composed = ComposedMessage(
        content=Octets(raw),
        message_id=message_id,
        sender=person.address,
        recipients=recipients,
        subject="Essai",
    )
    message = outbox.queue(person.mailbox, person.user, composed, str(uuid4()))
    assert message is not None
    return message


def send(message: OutgoingMessage) -> OutgoingMessage:
    """One attempt, as if it were due."""
    OutgoingMessage.objects.filter(pk=message.pk).update(due_at=timezone.now())
    outbox.send(message.pk)
    message.refresh_from_db()
    return message


def states(message: OutgoingMessage) -> list[str]:
    return [recipient.state for recipient in message.recipients.order_by("pk")]


def outbox_page(person: Person) -> str:
    page = browser_of(person).get(reverse("outbox", args=[person.mailbox.pk]))
    return page.content.decode()


def age(message: OutgoingMessage) -> None:
    before = timezone.now() - outbox.GIVE_UP_AFTER - timedelta(minutes=1)
    OutgoingMessage.objects.filter(pk=message.pk).update(tried_since=before)
    message.refresh_from_db()


def test_a_postponed_recipient_holds_up_nobody_and_gets_it_later(
    academy: Academy, script: Script
) -> None:
    script.to_rcpt["b@x.fr"] = b"451 4.7.1 Greylisted"
    message = send(queued(academy.camille, "a@x.fr", "b@x.fr"))
    assert (message.state, script.delivered) == (State.QUEUED, [["a@x.fr"]])
    page = outbox_page(academy.camille)
    assert "451 4.7.1 Greylisted" in page
    assert "Nous réessayons tout seuls" in page
    script.to_rcpt.clear()
    assert send(message).state == State.SENT
    assert script.delivered == [["a@x.fr"], ["b@x.fr"]]


def test_after_48_hours_only_the_postponed_recipient_is_refused(
    academy: Academy, script: Script
) -> None:
    script.to_rcpt["b@x.fr"] = b"451 4.7.1 Greylisted"
    message = send(queued(academy.camille, "a@x.fr", "b@x.fr"))
    age(message)
    assert send(message).state == State.SENT
    assert states(message) == ["accepted", "refused"]


@pytest.mark.parametrize("answer", [b"550 5.1.1 Unknown", b"451 4.7.1 Greylisted"])
def test_what_one_recipient_refused_is_shown_for_a_week(
    academy: Academy, script: Script, answer: bytes
) -> None:
    script.to_rcpt["b@x.fr"] = answer
    message = send(queued(academy.camille, "a@x.fr", "b@x.fr"))
    if answer.startswith(b"4"):
        age(message)
        send(message)
    assert "b@x.fr" in outbox_page(academy.camille)
    assert outbox.count_in_transit(academy.camille.mailbox) == 1
    eight_days_ago = timezone.now() - timedelta(days=8)
    OutgoingMessage.objects.filter(pk=message.pk).update(refused_at=eight_days_ago)
    assert "b@x.fr" not in outbox_page(academy.camille)


def test_what_reached_everybody_at_the_second_try_is_not_shown(
    academy: Academy, script: Script
) -> None:
    script.to_rcpt["b@x.fr"] = b"550 5.1.1 Unknown"
    message = send(queued(academy.camille, "b@x.fr"))
    assert outbox.count_in_transit(academy.camille.mailbox) == 1
    script.to_rcpt.clear()
    assert outbox.retry_now(message)
    assert send(message).state == State.SENT
    assert outbox.count_in_transit(academy.camille.mailbox) == 0


def test_a_message_given_up_says_why(academy: Academy, script: Script) -> None:
    script.to_rcpt["b@x.fr"] = b"451 4.7.1 Greylisted"
    message = queued(academy.camille, "b@x.fr")
    age(message)
    assert send(message).state == State.REFUSED
    page = outbox_page(academy.camille)
    assert "Abandonné après 48 heures" in page
    assert "451 4.7.1 Greylisted" in page


def test_a_message_postponed_after_data_stays_whole(academy: Academy, script: Script) -> None:
    script.to_data = b"452 4.3.1 Disk full"
    message = send(queued(academy.camille, "a@x.fr", "b@x.fr"))
    assert (message.state, states(message)) == (State.QUEUED, ["waiting", "waiting"])


def test_a_recipient_who_was_reached_earlier_makes_the_message_sent(
    academy: Academy, script: Script
) -> None:
    script.to_rcpt["b@x.fr"] = b"451 4.7.1 Greylisted"
    message = send(queued(academy.camille, "a@x.fr", "b@x.fr"))
    script.to_rcpt["b@x.fr"] = b"550 5.1.1 Unknown"
    assert send(message).state == State.SENT


def test_a_server_that_hangs_up_during_the_recipients_got_nothing(
    academy: Academy, script: Script
) -> None:
    script.to_rcpt["b@x.fr"] = b"421 4.3.2 Closing"
    message = send(queued(academy.camille, "a@x.fr", "b@x.fr"))
    assert (message.state, script.delivered) == (State.QUEUED, [])
    assert states(message) == ["waiting", "waiting"]


@pytest.mark.parametrize("answer", [CUT, b"What?", b"299 Perhaps"])
def test_without_a_clear_answer_to_data_it_is_uncertain(
    academy: Academy, script: Script, answer: bytes
) -> None:
    script.to_data = answer
    message = send(queued(academy.camille, "a@x.fr"))
    assert (message.state, states(message)) == (State.UNCERTAIN, ["waiting"])


def test_a_slow_answer_to_data_is_waited_for(
    academy: Academy, script: Script, settings: LazySettings
) -> None:
    settings.MAIL_TIMEOUT = 1
    script.before_data_answer = lambda: threading.Event().wait(1.5)
    assert send(queued(academy.camille, "a@x.fr")).state == State.SENT


def test_a_worker_taken_for_dead_still_reports(
    academy: Academy, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = queued(academy.camille, "a@x.fr")
    monkeypatch.setattr(claims, "ANSWER_LASTS", timedelta())
    seen: list[str] = []

    def sweep() -> None:
        outbox.sweep()
        seen.append(OutgoingMessage.objects.get(pk=message.pk).state)

    script.before_data_answer = sweep
    assert (send(message).state, seen) == (State.SENT, [State.UNCERTAIN])


def test_a_worker_whose_claim_another_took_reports_nothing(
    academy: Academy, script: Script
) -> None:
    message = queued(academy.camille, "a@x.fr")
    others = timezone.now() + timedelta(seconds=1)
    rows = OutgoingMessage.objects.filter(pk=message.pk)
    script.before_data_answer = lambda: rows.update(claimed_at=others)
    script.to_data = b"550 5.7.1 No"
    assert (send(message).state, states(message)) == (State.SENDING, ["waiting"])


def test_sending_again_what_was_uncertain_silences_the_worker_before(
    academy: Academy, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = queued(academy.camille, "a@x.fr")
    monkeypatch.setattr(claims, "ANSWER_LASTS", timedelta())

    def sweep_and_retry() -> None:
        outbox.sweep()
        outbox.retry_now(message)

    script.before_data_answer = sweep_and_retry
    script.to_data = b"550 5.7.1 No"
    assert (send(message).state, states(message)) == (State.QUEUED, ["waiting"])


def test_without_a_token_key_the_message_waits(
    academy: Academy, script: Script, settings: LazySettings, tmp_path: Path
) -> None:
    settings.TOKEN_KEY_FILE = str(tmp_path / "absent.pem")
    assert send(queued(academy.camille, "a@x.fr")).state == State.QUEUED


def test_a_mailbox_without_its_address_sends_nothing_and_says_so(
    academy: Academy, script: Script
) -> None:
    message = queued(academy.camille, "a@x.fr")
    Address.objects.filter(mailbox=academy.camille.mailbox, kind=Address.Kind.PRIMARY).delete()
    assert send(message).state == State.REFUSED
    assert "plus accessible" in message.detail


def test_an_address_with_a_control_character_is_refused_with_words(
    academy: Academy, script: Script
) -> None:
    message = send(queued(academy.camille, "a\x7f@x.fr"))
    assert message.state == State.REFUSED
    assert "caractère interdit" in outbox_page(academy.camille)


def test_a_refusal_in_odd_octets_can_be_read(academy: Academy, script: Script) -> None:
    script.to_rcpt["a@x.fr"] = b"550 5.1.1 Inconnu\xe9\0"
    assert send(queued(academy.camille, "a@x.fr")).state == State.REFUSED
    assert "5.1.1 Inconnu?" in outbox_page(academy.camille)


def test_deleting_what_some_already_have_keeps_it_as_sent_to_them(
    academy: Academy, script: Script
) -> None:
    script.to_rcpt["b@x.fr"] = b"451 4.7.1 Greylisted"
    message = send(queued(academy.camille, "a@x.fr", "b@x.fr"))
    url = reverse("outbox", args=[academy.camille.mailbox.pk])
    page = browser_of(academy.camille).post(
        url, {"id": message.pk, "action": "delete"}, follow=True
    )
    assert "aux autres destinataires" in page.content.decode()
    assert send(message).state == State.SENT
    assert message.filed_at is not None
    assert script.delivered == [["a@x.fr"]]


def test_a_number_that_is_none_is_not_found(academy: Academy) -> None:
    url = reverse("outbox", args=[academy.camille.mailbox.pk])
    page = browser_of(academy.camille).post(url, {"id": "²", "action": "delete"})
    assert page.status_code == 404


def test_filing_is_tried_less_and_less_often(
    academy: Academy, script: Script, settings: LazySettings
) -> None:
    settings.IMAP_PORT = 1  # nobody listens there
    message = send(queued(academy.camille, "a@x.fr"))
    waits = []
    for _attempt in range(3):
        send(message)
        waits.append(message.due_at - timezone.now())
    assert (message.state, message.filed_at) == (State.SENT, None)
    assert waits[0] * 1.5 < waits[1] < waits[2] / 1.5


def test_the_copy_of_somebody_who_lost_the_mailbox_waits(academy: Academy, script: Script) -> None:
    message = queued(academy.camille, "a@x.fr")
    mailbox = academy.camille.mailbox

    def lose_it() -> None:
        type(mailbox).objects.filter(pk=mailbox.pk).update(is_active=False)

    script.before_data_answer = lose_it
    assert send(message).state == State.SENT
    assert message.filed_at is None


class PlainSession(MailSession):
    """A server that does not know of special folders, nor makes any by itself."""

    def folders(self) -> list[FolderStatus]:
        return [folder for folder in super().folders() if not folder.special_use]


def test_a_mailbox_without_sent_gets_one_once(
    academy: Academy, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Dovecot always has the usual name.
    monkeypatch.setattr(filing, "SENT_NAME", "Copies envoyées")
    with session(academy.camille.address, academy.camille.address) as mail:
        plain = PlainSession(mail.client)
        names = {filing.sent_folder(plain), filing.sent_folder(plain)}
        assert names == {"Copies envoyées"}
        assert mail.select("Copies envoyées").exists == 0


def test_hints_do_not_outlive_the_next_sweep(academy: Academy) -> None:
    with current_app.connection_for_read() as broker:
        redis = broker.default_channel.client
        redis.delete("interactive")
        queued(academy.camille, "a@x.fr")
        hint = json.loads(redis.lrange("interactive", 0, -1)[0])
    assert hint["headers"]["expires"] is not None


def test_files_without_a_row_go_and_those_that_wait_stay(
    academy: Academy, settings: LazySettings, tmp_path: Path
) -> None:
    settings.SPOOL = tmp_path
    message = queued(academy.camille, "a@x.fr")
    outbox.spool.write([b"x"])
    files = list(tmp_path.glob("**/*.eml"))
    assert len(files) == 2
    long_ago = (timezone.now() - timedelta(days=2)).timestamp()
    for file in files:
        os.utime(file, (long_ago, long_ago))
    outbox.tidy()
    assert [file.stem for file in tmp_path.glob("**/*.eml")] == [str(message.spool)]


def test_what_left_long_ago_is_forgotten(academy: Academy, script: Script) -> None:
    message = send(queued(academy.camille, "a@x.fr"))
    outbox.tidy()
    assert OutgoingMessage.objects.filter(pk=message.pk).exists()
    OutgoingMessage.objects.update(filed_at=timezone.now() - timedelta(days=31))
    outbox.tidy()
    assert not OutgoingMessage.objects.exists()
