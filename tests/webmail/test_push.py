"""New mail by itself: from the SMTP port to what an open page hears, and what ends that hearing."""

import http.client
import json
import smtplib
import ssl
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db.models import F
from django.test import Client
from django.urls import reverse

from accounts.epoch import begin_epoch
from audit.parties import NOWHERE
from mailboxes.delegating import granting
from mailboxes.models import Mailbox, Right
from tests import mail_programs
from tests.mailboxes.delegating import granted, with_responsable
from tests.people import Academy, Person
from tests.servers import RUN
from tests.webmail.test_first_mail import browser_of, letter
from webmail.announcing import announce_change
from webmail.models import IndexedMessage, MailboxIndex
from webmail.push.asgi import ALL_STREAM, stream_url

pytestmark = pytest.mark.django_db(transaction=True)
LONG = 20.0  # seconds; two processes share two cores


class Stream:
    """What a page hears of a mailbox."""

    def __init__(self, live: str, client: Client, mailbox: Mailbox | None) -> None:
        place = urlsplit(live)
        self.link = http.client.HTTPConnection(str(place.hostname), place.port, timeout=LONG)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        headers = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={cookie}"}
        url = stream_url(mailbox.pk) if mailbox else ALL_STREAM
        self.link.request("GET", url, headers=headers)
        self.answer = self.link.getresponse()

    def next_event(self) -> tuple[str, str]:
        """(name, data) of the next event; ("", "") when the stream has ended."""
        fields: dict[str, str] = {}
        while line := self.answer.readline().decode():
            if line == "\n" and "event" in fields:
                return fields["event"], fields.get("data", "")
            name, _colon, value = line.rstrip("\n").partition(": ")
            fields[name] = value
        return "", ""

    def close(self) -> None:
        self.link.close()


@contextmanager
def listening(live: str, client: Client, mailbox: Mailbox | None) -> Iterator[Stream]:
    """To one mailbox, or to all that are read together."""
    stream = Stream(live, client, mailbox)
    try:
        yield stream
    finally:
        stream.close()


def deliver(author: Person, reader: Person, subject: str) -> None:
    """Through the submission port, as a mail program does."""
    context = ssl.create_default_context(cafile=str(RUN.state.authority))
    port = RUN.state.ports["submission"]
    with smtplib.SMTP_SSL("localhost", port, context=context, timeout=LONG) as submission:
        submission.login(author.address, author.password)
        submission.send_message(letter(author, reader, subject))


def hear_of(stream: Stream, reader: Person, subject: str) -> None:
    """Waits for the event after which the index holds the message."""
    until = time.monotonic() + LONG
    while time.monotonic() < until:
        name, _data = stream.next_event()
        assert name == "version"
        if IndexedMessage.objects.filter(mailbox=reader.mailbox, subject=subject).exists():
            return
    raise AssertionError("nothing was heard")


def open_page(client: Client, person: Person) -> None:
    """Makes the first sight of the mailbox, as a page does."""
    client.get(reverse("mailbox", args=[person.mailbox.pk]), follow=True)


def is_told(person: Person) -> bool:
    return Mailbox.objects.filter(pk=person.mailbox.pk, mail_index__is_told=True).exists()


def wait_until_told(person: Person) -> None:
    until = time.monotonic() + LONG
    while not is_told(person):
        assert time.monotonic() < until
        time.sleep(0.05)


def test_an_open_page_hears_of_new_mail(live: str, academy: Academy) -> None:
    client = browser_of(academy.camille)
    open_page(client, academy.camille)
    with listening(live, client, academy.camille.mailbox) as stream:
        assert stream.next_event()[0] == "version"
        wait_until_told(academy.camille)
        deliver(academy.nadia, academy.camille, "Réunion à l’instant")
        hear_of(stream, academy.camille, "Réunion à l’instant")


def test_somebody_elses_mailbox_answers_as_a_missing_one(live: str, academy: Academy) -> None:
    client = browser_of(academy.bastien)
    with listening(live, client, academy.camille.mailbox) as stream:
        assert stream.answer.status == 404


def test_signing_out_ends_the_stream(live: str, academy: Academy) -> None:
    client = browser_of(academy.camille)
    with listening(live, client, academy.camille.mailbox) as stream:
        stream.next_event()
        client.post(reverse("account_logout"))
        event = stream.next_event()
        while (
            event[0] == "version"
        ):  # the first may be told twice: what came while it began to listen
            event = stream.next_event()
        assert event == ("end", "")
        assert stream.next_event() == ("", "")


def test_a_new_epoch_ends_the_stream_within_seconds(live: str, academy: Academy) -> None:
    client = browser_of(academy.camille)
    with listening(live, client, academy.camille.mailbox) as stream:
        stream.next_event()
        started = time.monotonic()
        begin_epoch(academy.camille.user)
        assert stream.next_event() == ("end", "")
        assert time.monotonic() - started < 5


def test_a_page_hears_again_after_redis_was_away(live: str, academy: Academy) -> None:
    client = browser_of(academy.camille)
    open_page(client, academy.camille)
    with listening(live, client, academy.camille.mailbox) as stream:
        stream.next_event()
        wait_until_told(academy.camille)
        with RUN.without("redis"):
            pass
        deliver(academy.nadia, academy.camille, "Après la panne")
        hear_of(stream, academy.camille, "Après la panne")


def test_a_delivery_does_not_wait_for_a_site_that_is_away(live: str, academy: Academy) -> None:
    client = browser_of(academy.camille)
    open_page(client, academy.camille)
    with listening(live, client, academy.camille.mailbox):
        wait_until_told(academy.camille)
    with RUN.without("web"):
        started = time.monotonic()
        deliver(academy.nadia, academy.camille, "Sans le site")
        program = mail_programs.signed_in(academy.camille.address, academy.camille.password)
        mail_programs.wait_for(program, "Sans le site")
        assert time.monotonic() - started < LONG


def authorization(key: str) -> str:
    return f"Basic {b64encode(f'pli:{key}'.encode()).decode()}"


@pytest.mark.parametrize("key", ["", "autre", "pli"])
def test_nobody_else_announces_mail(client: Client, key: str) -> None:
    answer = client.put(
        reverse("new_mail"),
        json.dumps({"user": "1"}),
        content_type="application/json",
        headers={"authorization": authorization(key)},
    )
    assert answer.status_code == 404


@pytest.mark.parametrize(
    "body", ["", "{}", "[]", "null", '{"user": "x"}', '{"user": null}', "\x00"]
)
def test_what_is_not_news_is_refused(client: Client, body: str) -> None:
    answer = client.put(
        reverse("new_mail"),
        body,
        content_type="application/json",
        headers={"authorization": authorization(settings.MAIL_POLICY_KEY)},
    )
    assert answer.status_code == 400


def test_news_of_an_unknown_mailbox_changes_nothing(client: Client) -> None:
    answer = client.put(
        reverse("new_mail"),
        json.dumps({"user": "999999999999", "event": "messageNew"}),
        content_type="application/json",
        headers={"authorization": authorization(settings.MAIL_POLICY_KEY)},
    )
    assert answer.status_code == 204


def test_a_right_that_is_taken_back_ends_the_stream_within_seconds(
    live: str, academy: Academy
) -> None:
    office = with_responsable(academy)
    delegation = granted(academy.nadia, office, academy.camille, Right.READ)
    client = browser_of(academy.camille)
    with listening(live, client, office) as stream:
        assert stream.next_event()[0] == "version"
        started = time.monotonic()
        granting.revoke(academy.nadia.user, office, [delegation.pk], NOWHERE)
        while (event := stream.next_event())[0] == "version":
            pass
        assert event == ("end", "")
        assert time.monotonic() - started < 5


def test_an_open_page_hears_of_a_right_that_is_given_and_of_its_end(
    live: str, academy: Academy
) -> None:
    office = with_responsable(academy)
    client = browser_of(academy.camille)
    open_page(client, academy.camille)
    with listening(live, client, academy.camille.mailbox) as stream:
        alone = stream.next_event()[1]
        begun = time.monotonic()
        delegation = granted(academy.nadia, office, academy.camille, Right.READ)
        while (given := stream.next_event()[1]) == alone:
            assert time.monotonic() < begun + 5
        granting.revoke(academy.nadia.user, office, [delegation.pk], NOWHERE)
        while stream.next_event()[1] != alone:
            assert time.monotonic() < begun + 10
    page = client.get(reverse("mailbox", args=[academy.camille.mailbox.pk]), follow=True)
    assert page.context["live"].version == alone != given


def test_the_list_of_all_mailboxes_hears_of_each_of_them_and_of_no_other(
    live: str, academy: Academy
) -> None:
    office = with_responsable(academy)
    delegation = granted(academy.nadia, office, academy.camille, Right.READ)
    client = browser_of(academy.camille)
    open_page(client, academy.camille)
    client.get(reverse("mailbox", args=[office.pk]), follow=True)
    with listening(live, client, None) as stream:
        heard = stream.next_event()[1]
        announce_change(office.pk, 1)
        MailboxIndex.objects.filter(mailbox=office).update(changes=F("changes") + 1)
        announce_change(office.pk, 1)
        while (changed := stream.next_event()[1]) == heard:
            pass
        assert int(changed.partition("-")[0]) == int(heard.partition("-")[0]) + 1
        granting.revoke(academy.nadia.user, office, [delegation.pk], NOWHERE)
        while (alone := stream.next_event()[1]).partition("-")[2] == changed.partition("-")[2]:
            pass
        assert alone.endswith("-0")
    page = client.get(reverse("all_mail"))
    assert page.context["live"].version.endswith("-0")
