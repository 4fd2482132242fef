"""A thousand messages queued at once, on their way through one worker and Postfix to nowhere."""

import base64
import smtplib
import ssl
import time
from uuid import uuid4

from django.conf import settings

from bench.measures.base import Bench
from bench.results import Result
from mailboxes.tokens import mail_token
from webmail import outbox
from webmail.composing.compose import ComposedMessage
from webmail.composing.outgoing_parts import Octets
from webmail.models import Folder, IndexedMessage, OutgoingMessage

MESSAGES = 1000
SUBJECT = "Essai de cadence"
RECIPIENT = "quelquun@ecole-avenir.example"  # Postfix discards what goes out
LOOKED_EVERY = 0.05  # seconds
ACCEPTED = 235  # RFC 4954, section 4


def outbox_rate(bench: Bench) -> list[Result]:
    """With the copy in Sent of each."""
    floor = _floor(bench)
    one, cpu = _by_hand(bench)
    two = _by_worker(bench)
    _clear_away(bench)
    return [
        _rate("one hand", one, floor, {"CPU ms a message": cpu}),
        _rate("a worker with two hands", two, floor, {}),
    ]


def _clear_away(bench: Bench) -> None:
    """Other measures, and other runs, find the mailbox as its seed made it."""
    bench.mailbox.outgoing.filter(subject=SUBJECT).delete()
    sent = bench.mailbox.folders.get(special_use=Folder.Use.SENT)
    copies = IndexedMessage.objects.filter(
        mailbox=bench.mailbox, folder=sent, subject=SUBJECT
    ).values_list("uid", flat=True)
    with bench.raw() as mail:
        mail.select(sent.name, readonly=False)
        mail.expunge(copies)
    bench.fill_index()


def _rate(who: str, found: float, floor: float, also: dict[str, float]) -> Result:
    return Result(
        f"{MESSAGES} messages sent and filed, {who}", found, "messages/s", 50, floor,
        "smtplib over one connection, nothing filed", more_is_better=True, also=also,
    )  # fmt: skip


def _by_hand(bench: Bench) -> tuple[float, float]:
    """Messages a second, and this process's own time for each."""
    waiting = [_queued(bench) for _ in range(MESSAGES)]
    started, cpu = time.perf_counter(), time.process_time()
    for message_id in waiting:
        outbox.send(message_id)
    taken, spent = time.perf_counter() - started, time.process_time() - cpu
    if _unfiled(waiting):
        raise RuntimeError("a measure of half the work is none")
    return MESSAGES / taken, spent * 1000 / MESSAGES


def _by_worker(bench: Bench) -> float:
    """From the sweep that hints at all of them until the last copy is noted."""
    waiting = [_queued(bench) for _ in range(MESSAGES)]
    worker = bench.stack.start_worker()
    started = time.perf_counter()
    outbox.sweep()
    while _unfiled(waiting):
        time.sleep(LOOKED_EVERY)
    taken = time.perf_counter() - started
    worker.process.terminate()
    return MESSAGES / taken


def _unfiled(messages: list[int]) -> bool:
    return OutgoingMessage.objects.filter(pk__in=messages, filed_at=None).exists()


def _raw(bench: Bench) -> tuple[str, bytes]:
    message_id = f"<{uuid4()}@{settings.DOMAINS[0]}>"
    head = f"From: {bench.mailbox.address}\r\nTo: {RECIPIENT}\r\nMessage-ID: {message_id}\r\n"
    return message_id, f"{head}Subject: {SUBJECT}\r\n\r\n{'Bonjour. ' * 8}\r\n".encode()


def _queued(bench: Bench) -> int:
    message_id, raw = _raw(bench)
    composed = ComposedMessage(
        sender=bench.mailbox.address,
        recipients=(RECIPIENT,),
        message_id=message_id,
        subject=SUBJECT,
        content=Octets(raw),
    )
    message = outbox.queue(bench.mailbox, bench.person, composed, uuid4())
    assert message is not None  # noqa: S101  (tells mypy)
    return message.pk


def _floor(bench: Bench) -> float:
    address = bench.mailbox.address
    words = f"user={address}\x01auth=Bearer {mail_token(address, address)}\x01\x01"
    trusting = ssl.create_default_context(cafile=settings.MAIL_CA_FILE or None)
    with smtplib.SMTP_SSL(settings.SMTP_HOST, settings.SMTP_PORT, context=trusting) as server:
        server.ehlo()
        proof = base64.b64encode(words.encode()).decode()
        code, reply = server.docmd("AUTH", f"XOAUTH2 {proof}")
        if code != ACCEPTED:
            raise smtplib.SMTPAuthenticationError(code, reply)
        started = time.perf_counter()
        for _ in range(MESSAGES):
            server.sendmail(address, [RECIPIENT], _raw(bench)[1])
        return MESSAGES / (time.perf_counter() - started)
