"""Postfix away for an hour, many messages at once, two clicks at the same moment: one copy each. All is real."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest
from celery import current_app
from django.db.models import F
from django.utils import timezone

from tests import mail_programs
from tests.accounts.test_recovery_races import at_once
from tests.people import Academy
from tests.servers import RUN
from tests.webmail.outbox.test_outbox import Script, outbox_page, queued, script  # noqa: F401  (a fixture)
from tests.webmail.sync.test_index_workers import until
from tests.webmail.test_first_mail import browser_of, compose_page, filled
from webmail import outbox
from webmail.models import OutgoingMessage
from webmail.outbox import sending
from webmail.tasks import send_outgoing

pytestmark = pytest.mark.django_db(transaction=True)

State = OutgoingMessage.State
HOUR = timedelta(hours=1)
MANY = 150


def pass_over(message: OutgoingMessage, time: timedelta) -> None:
    """As if so much time had gone by: all that the row remembers is longer ago."""
    moments = ("created_at", "due_at", "tried_since")
    earlier = {name: F(name) - time for name in moments}
    OutgoingMessage.objects.filter(pk=message.pk).update(**earlier)


def waits(message: OutgoingMessage) -> Iterator[timedelta]:
    """How long it waits after each attempt that fails, for about an hour of its own time."""
    gone_by = timedelta()
    while gone_by < HOUR:
        outbox.send(message.pk)
        message.refresh_from_db()
        assert message.state == State.QUEUED
        yield (wait := message.due_at - timezone.now())
        pass_over(message, wait)
        gone_by += wait


def test_while_postfix_is_away_for_an_hour_a_message_waits_longer_and_longer_and_then_leaves(
    academy: Academy,
) -> None:
    message = queued(academy.camille, academy.nadia.address)
    with RUN.without("postfix"):
        waited = [round(wait.total_seconds()) for wait in waits(message)]
        assert waited == [15, 30, 60, 120, 240, 480, 960, 1800]
        assert "En attente du serveur depuis 61 min" in outbox_page(academy.camille)
    outbox.sweep()
    outbox.send(message.pk)
    message.refresh_from_db()
    assert (message.state, message.attempts) == (State.SENT, len(waited) + 1)
    assert message.filed_at is not None
    reader = mail_programs.signed_in(academy.nadia.address, academy.nadia.password)
    assert mail_programs.wait_for(reader, "Essai").count("Essai") == 1
    writer = mail_programs.signed_in(academy.camille.address, academy.camille.password)
    assert mail_programs.subjects(writer, "Envoy&AOk-s") == ["Essai"]


def test_a_message_that_waits_for_postfix_can_still_be_stopped(academy: Academy) -> None:
    message = queued(academy.camille, academy.nadia.address)
    with RUN.without("postfix"):
        outbox.send(message.pk)
        assert outbox.discard(message)
    outbox.sweep()
    outbox.send(message.pk)
    assert not OutgoingMessage.objects.exists()


def test_whoever_has_sent_enough_asks_another_to_go_on(
    academy: Academy,
    script: Script,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sending, "BATCH", 2)
    monkeypatch.setattr(sending, "BATCHES", 2)
    waiting = [queued(academy.camille, f"a{number}@x.fr") for number in range(6)]
    with current_app.connection_for_read() as broker:
        redis = broker.default_channel.client
        redis.delete("interactive")  # as if all hints were too old
        send_outgoing(waiting[0].pk)
        (hint,) = redis.lrange("interactive", 0, -1)
    assert str(waiting[3].pk).encode() in hint
    states = OutgoingMessage.objects.order_by("pk").values_list("state", "attempts")
    given_back = [(State.QUEUED, 0)] * 2
    assert list(states) == [(State.SENT, 1)] * 3 + given_back + [(State.HELD, 0)]


def test_two_clicks_at_the_same_moment_send_one_copy(academy: Academy) -> None:
    client = browser_of(academy.camille)
    url, form = compose_page(client, academy.camille)
    data = filled(form, to=academy.nadia.address, subject="Une fois", body="x")
    clicks = [browser_of(academy.camille) for _ in range(3)]
    said = at_once(*(lambda it=it: str(it.post(url, data).status_code) for it in clicks))
    assert set(said) == {"302"}
    outbox.send(OutgoingMessage.objects.get().pk)
    reader = mail_programs.signed_in(academy.nadia.address, academy.nadia.password)
    assert mail_programs.wait_for(reader, "Une fois").count("Une fois") == 1


def test_many_messages_queued_at_once_leave_once_each(academy: Academy, live: str) -> None:
    """Through the worker's two hands, which race for them."""
    for _ in range(MANY):
        queued(academy.camille, academy.nadia.address)
    until(lambda: not OutgoingMessage.objects.filter(filed_at=None).exists())
    assert set(OutgoingMessage.objects.values_list("state", "attempts")) == {(State.SENT, 1)}
    sent = set(OutgoingMessage.objects.values_list("message_id", flat=True))
    reader = mail_programs.signed_in(academy.nadia.address, academy.nadia.password)
    until(lambda: len(mail_programs.subjects(reader)) >= MANY)
    answers = reader.fetch("1:*", "(BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])")[1]
    came = Counter(it[1].decode().split()[1] for it in answers if isinstance(it, tuple))
    assert set(came) == sent
    assert set(came.values()) == {1}
