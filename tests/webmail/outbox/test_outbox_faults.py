"""Whatever breaks while a message leaves, its recipient gets one copy. The servers and processes are real."""

import os
import resource
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from celery import current_app
from django.conf import LazySettings
from django.db import DatabaseError, connection, connections
from django.db.backends.postgresql.base import DatabaseWrapper as PostgreSQL
from django.urls import reverse
from django.utils import timezone

from tests import mail_programs
from tests.people import Academy, Person
from tests.servers import POSTGRESQL, RUN
from tests.webmail.outbox.submission_gate import PATIENCE, cut, gate
from tests.webmail.outbox.test_outbox import Script, queued, script  # noqa: F401  (a fixture)
from tests.webmail.test_first_mail import browser_of, compose_page, filled
from webmail import outbox
from webmail.errors import SpoolFull
from webmail.models import OutgoingMessage

pytestmark = pytest.mark.django_db(transaction=True)

State = OutgoingMessage.State
SUBJECT = "Essai"
# More than sockets hold: who sends it is still at it while the other side has read the first line.
LONG = f"{'x' * 900}\r\n" * 14_000


def copies(reader: Person) -> int:
    """How many have arrived; waits for the first."""
    program = mail_programs.signed_in(reader.address, reader.password)
    return mail_programs.wait_for(program, SUBJECT).count(SUBJECT)


def state_of(message: OutgoingMessage) -> str:
    message.refresh_from_db()
    return message.state


def much_later(message: OutgoingMessage) -> None:
    """The sweep, once whoever claimed the message has been silent for too long."""
    past = timezone.now() - 2 * outbox.ANSWER_LASTS
    rows = OutgoingMessage.objects.filter(pk=message.pk)
    rows.update(claimed_at=past)
    rows.exclude(handed_at=None).update(handed_at=past)
    outbox.sweep()


class Worker:
    """A process of its own that sends one message."""

    def __init__(self, message: OutgoingMessage, port: int) -> None:
        environment = RUN.environment(RUN.url_of_database(str(connection.settings_dict["NAME"])))
        command = [sys.executable, "-m", "tests.webmail.outbox.outbox_worker", str(message.pk)]
        self.process = subprocess.Popen(  # noqa: S603
            command, env={**os.environ, **environment, "PLI_SMTP_PORT": str(port)}
        )

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


def killed(message: OutgoingMessage, settings: LazySettings, moment: str) -> None:
    """The worker is killed when the message has come to this moment."""
    there, dead = threading.Event(), threading.Event()

    def stop() -> None:
        there.set()
        dead.wait(PATIENCE)

    with gate(settings, moment, stop) as server:
        worker = Worker(message, server.server_address[1])
        assert there.wait(PATIENCE)
        worker.kill()
        dead.set()


@pytest.mark.parametrize("moment", ["before DATA", "text"])
def test_what_a_killed_worker_had_not_handed_over_leaves_once(
    academy: Academy, settings: LazySettings, moment: str
) -> None:
    message = queued(academy.camille, academy.nadia.address, text=LONG)
    killed(message, settings, moment)
    assert state_of(message) == State.SENDING
    much_later(message)
    outbox.send(message.pk)
    assert state_of(message) == State.SENT
    assert copies(academy.nadia) == 1


def test_what_a_killed_worker_had_handed_over_is_found_in_the_servers_log(
    academy: Academy, settings: LazySettings
) -> None:
    message = queued(academy.camille, academy.nadia.address)
    killed(message, settings, "after end")
    much_later(message)
    assert state_of(message) == State.UNCERTAIN
    outbox.send(message.pk)
    assert state_of(message) == State.SENT
    assert copies(academy.nadia) == 1


def test_a_connection_cut_before_the_answer_is_asked_about_and_not_sent_again(
    academy: Academy, settings: LazySettings
) -> None:
    message = queued(academy.camille, academy.nadia.address)
    with gate(settings, "after end", cut):
        outbox.send(message.pk)
    assert state_of(message) == State.UNCERTAIN
    outbox.send(message.pk)
    assert state_of(message) == State.SENT
    assert message.filed_at is not None
    assert copies(academy.nadia) == 1


def test_a_connection_cut_before_the_last_line_waits_for_the_person(
    academy: Academy, settings: LazySettings
) -> None:
    message = queued(academy.camille, academy.nadia.address)
    with gate(settings, "before end", cut):
        outbox.send(message.pk)
    outbox.send(message.pk)
    assert state_of(message) == State.UNCERTAIN
    url = reverse("outbox", args=[academy.camille.mailbox.pk])
    client = browser_of(academy.camille)
    assert "n’en a pas trace" in client.get(url).content.decode()
    client.post(url, {"id": message.pk, "action": "retry"})
    outbox.send(message.pk)
    assert state_of(message) == State.SENT
    assert copies(academy.nadia) == 1


def test_a_person_who_sends_again_what_has_left_is_told_so(
    academy: Academy, settings: LazySettings
) -> None:
    message = queued(academy.camille, academy.nadia.address)
    with gate(settings, "after end", cut):
        outbox.send(message.pk)
    url = reverse("outbox", args=[academy.camille.mailbox.pk])
    page = browser_of(academy.camille).post(url, {"id": message.pk, "action": "retry"}, follow=True)
    assert "était bien parti" in page.content.decode()
    outbox.send(message.pk)
    assert copies(academy.nadia) == 1


def test_while_nobody_can_tell_whether_it_left_it_is_not_sent_again(
    academy: Academy, settings: LazySettings
) -> None:
    settings.MAIL_LOG_FILE = ""
    message = queued(academy.camille, academy.nadia.address)
    with gate(settings, "after end", cut):
        outbox.send(message.pk)
    url = reverse("outbox", args=[academy.camille.mailbox.pk])
    with RUN.without("dovecot"):
        page = browser_of(academy.camille).post(
            url, {"id": message.pk, "action": "retry"}, follow=True
        )
    assert "ne répond pas" in page.content.decode()
    assert state_of(message) == State.UNCERTAIN


@pytest.mark.parametrize("moment", ["text", "after end"])
def test_a_database_that_restarts_meanwhile_costs_no_copy(
    academy: Academy, settings: LazySettings, moment: str
) -> None:
    message = queued(academy.camille, academy.nadia.address, text=LONG)
    used = connection.connection

    def lose_it() -> None:
        if moment == "after end":
            copies(academy.nadia)  # Postfix too asks the database whom it delivers to
        lose_the_database(used)

    with gate(settings, moment, lose_it), pytest.raises(DatabaseError):
        outbox.send(message.pk)
    find_the_database_again()
    assert state_of(message) == State.SENDING
    much_later(message)
    outbox.send(message.pk)
    assert state_of(message) == State.SENT
    assert copies(academy.nadia) == 1


def find_the_database_again() -> None:
    connection.close()
    here = connections["default"]
    if isinstance(here, PostgreSQL):
        here.close_pool()
        RUN.start("postgresql")
        # It asks a database that it could not reach once only after a minute again (pgsql_table(5)).
        with RUN.without("postfix"):
            pass


def lose_the_database(used: Any) -> None:
    """PostgreSQL is stopped; of SQLite, which has no server, the connection ends."""
    if POSTGRESQL:
        RUN.stop(RUN.program("postgresql"))
    else:
        used.close()


def test_an_emptied_redis_delays_but_loses_nothing(academy: Academy) -> None:
    message = queued(academy.camille, academy.nadia.address)
    with current_app.connection_for_read() as broker:
        redis = broker.default_channel.client
        redis.flushall()
        outbox.sweep()
        assert str(message.pk).encode() in b"".join(redis.lrange("interactive", 0, -1))
    outbox.send(message.pk)
    assert copies(academy.nadia) == 1


def test_two_workers_that_race_send_one_copy(academy: Academy) -> None:
    message = queued(academy.camille, academy.nadia.address)
    ready = threading.Barrier(2)

    def work() -> None:
        ready.wait(PATIENCE)
        outbox.send(message.pk)
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(PATIENCE)
    assert state_of(message) == State.SENT
    assert (message.attempts, copies(academy.nadia)) == (1, 1)


@contextmanager
def files_of_at_most(octets: int) -> Iterator[None]:
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (octets, usual[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)


def test_a_disk_that_fills_up_while_a_message_is_kept_holds_no_half_of_it(
    settings: LazySettings, tmp_path: Path
) -> None:
    settings.SPOOL = tmp_path
    with files_of_at_most(1 << 16), pytest.raises(SpoolFull):
        outbox.spool.write([b"x" * (1 << 15)] * 4)
    assert list(tmp_path.glob("**/*.eml")) == []


def test_without_room_on_the_disk_the_text_stays_on_the_page(
    academy: Academy, settings: LazySettings, tmp_path: Path
) -> None:
    client = browser_of(academy.camille)
    url, form = compose_page(client, academy.camille)
    settings.SPOOL = tmp_path / "file"
    settings.SPOOL.write_text("no folder")
    fields = filled(form, to=academy.nadia.address, subject=SUBJECT, body="Long travail")
    page = client.post(url, fields).content.decode()
    assert "Long travail" in page
    assert "plus de place" in page
    assert not OutgoingMessage.objects.exists()


def test_a_clock_set_back_keeps_nothing_waiting(academy: Academy) -> None:
    message = queued(academy.camille, academy.nadia.address)
    tomorrow = timezone.now() + timedelta(days=1)
    OutgoingMessage.objects.filter(pk=message.pk).update(due_at=tomorrow)
    outbox.send(message.pk)
    assert state_of(message) == State.SENT
    assert copies(academy.nadia) == 1


def test_a_clock_set_forward_takes_a_message_from_its_worker_without_a_second_copy(
    academy: Academy, settings: LazySettings
) -> None:
    message = queued(academy.camille, academy.nadia.address, text=LONG)

    def take_and_send() -> None:
        much_later(message)
        outbox.send(message.pk)
        connection.close()

    with gate(settings, "text", take_and_send):
        outbox.send(message.pk)
    assert (state_of(message), message.attempts) == (State.SENT, 2)
    assert copies(academy.nadia) == 1


def test_many_messages_leave_over_one_connection(academy: Academy, script: Script) -> None:  # noqa: F811
    waiting = [queued(academy.camille, f"a{number}@x.fr") for number in range(20)]
    outbox.send(waiting[7].pk)
    assert sorted(name for (name,) in script.delivered) == sorted(
        f"a{number}@x.fr" for number in range(20)
    )
    assert script.connections == 1
