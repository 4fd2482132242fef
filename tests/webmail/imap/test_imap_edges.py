"""What the mail server may answer besides the usual: gone, rebuilt, full, cut off."""

import asyncio
import imaplib
import re
import socketserver
import ssl
import threading
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import reverse
from pytest_django import Settings

from mailboxes.models import Mailbox
from tests import mail_programs
from tests.people import Academy, Person
from tests.servers import RUN
from tests.webmail.test_first_mail import (
    browser_of,
    inbox_url,
    letter,
    open_message,
    put,
)
from webmail import imap, sync
from webmail.error_pages import MailServerMiddleware
from webmail.errors import MailboxFull, MailServerUnavailable
from webmail.files.file_responses import asynchronous
from webmail.models import Folder

pytestmark = pytest.mark.django_db(transaction=True)

DAY = 86400  # seconds


def inbox_of(person: Person) -> Folder:
    inbox_url(browser_of(person), person)
    return Folder.objects.get(mailbox=person.mailbox, special_use="inbox")


def put_days_ago(person: Person, subject: str, days: int) -> None:
    """A message that a program copied here with its old date."""
    program = mail_programs.signed_in(person.address, person.password)
    message = letter(person, person, subject)
    then = imaplib.Time2Internaldate(time.time() - days * DAY)
    program.append("INBOX", "", then, message.as_bytes())
    program.logout()


@pytest.mark.parametrize("uid", [0, 1 << 32])
@pytest.mark.parametrize("page", ["", "corps/", "source/", "image/1/", "piece/1/a.pdf"])
def test_a_number_no_message_has_is_a_message_gone(academy: Academy, uid: int, page: str) -> None:
    folder = inbox_of(academy.camille)
    url = reverse("message", args=[folder.mailbox_id, folder.pk, uid]) + page
    answer = browser_of(academy.camille).get(url)
    assert answer.status_code == 404
    assert "n’est plus ici" in answer.content.decode()


@pytest.mark.parametrize("page", ["", "corps/", "source/", "piece/1/a.txt"])
def test_an_old_link_into_a_rebuilt_folder_opens_no_other_message(
    academy: Academy, page: str
) -> None:
    put(academy.camille, letter(academy.nadia, academy.camille, "Un autre"))
    url = open_message(browser_of(academy.camille), academy.camille, "Un autre")
    rebuilt(academy.camille)
    answer = browser_of(academy.camille).get(url + page)
    assert answer.status_code == 404
    with imap.session(academy.camille.address, academy.camille.address) as mail:
        mail.select("INBOX")
        assert "\\Seen" not in mail.message(1).flags


def test_an_old_page_of_a_rebuilt_folder_deletes_no_other_message(academy: Academy) -> None:
    put(academy.camille, letter(academy.nadia, academy.camille, "Un autre"))
    client = browser_of(academy.camille)
    page = client.get(open_message(client, academy.camille, "Un autre"))
    rebuilt(academy.camille)
    answer = client.post(page.context["act_url"], {"uid": 1, "action": "delete"})
    assert answer.status_code == 404
    assert mail_programs.subjects(program_of(academy.camille)) == ["Un autre"]


def rebuilt(person: Person) -> None:
    """As if the server had made the INBOX anew since the last look at it."""
    inbox = person.mailbox.folders.get(special_use="inbox")
    inbox.uid_validity -= 1
    inbox.save()


def program_of(person: Person) -> imaplib.IMAP4_SSL:
    return mail_programs.signed_in(person.address, person.password)


@pytest.mark.parametrize("action", ["archive", "star", "unread"])
def test_what_is_done_to_a_message_that_left_is_not_said_to_be_done(
    academy: Academy, action: str
) -> None:
    folder = inbox_of(academy.camille)
    client = browser_of(academy.camille)
    url = reverse("act", args=[folder.mailbox_id, folder.pk])
    answer = client.post(url, {"uid": 4000, "action": action}, follow=True)
    assert answer.status_code == 404
    assert "n’est plus ici" in answer.content.decode()


def test_a_full_mailbox_is_called_full(academy: Academy) -> None:
    put(academy.camille, letter(academy.nadia, academy.camille, "Lourd", "Bonjour.\n" * 150_000))
    Mailbox.objects.filter(pk=academy.camille.mailbox.pk).update(quota_mb=1)
    with (
        pytest.raises(MailboxFull),
        imap.session(academy.camille.address, academy.camille.address) as mail,
    ):
        mail.append("INBOX", letter(academy.nadia, academy.camille, "De trop").as_bytes())


def test_whoever_finds_no_room_is_told_what_to_do(academy: Academy, rf: RequestFactory) -> None:
    request = rf.post("/")
    request.user = academy.camille.user
    request.session = SessionStore()
    answer = MailServerMiddleware(HttpResponse).process_exception(request, MailboxFull())
    assert answer is not None
    assert answer.status_code == 507
    assert "videz la corbeille" in answer.content.decode()


def test_each_heading_of_the_list_stands_once(academy: Academy) -> None:
    for subject, days in (("a", 0), ("b", 400), ("c", 0), ("d", 400)):
        put_days_ago(academy.camille, subject, days)
    client = browser_of(academy.camille)
    groups = client.get(inbox_url(client, academy.camille)).context["pane"].groups
    assert [[row.subject for row in group.rows] for group in groups] == [["c", "a"], ["d", "b"]]


def test_a_message_leads_to_the_one_before_and_the_one_after(academy: Academy) -> None:
    for subject in ("a", "b", "c"):
        put(academy.camille, letter(academy.nadia, academy.camille, subject))
    client = browser_of(academy.camille)
    urls = [open_message(client, academy.camille, subject) for subject in ("a", "b", "c")]
    panes = [client.get(url).context["conversation"] for url in urls]
    assert [pane.next_url for pane in panes] == ["", urls[0], urls[1]]
    assert [pane.previous_url for pane in panes] == [urls[1], urls[2], ""]


def test_two_pages_opened_at_once_know_the_same_folders(academy: Academy) -> None:
    with imap.session(academy.camille.address, academy.camille.address) as mail:
        statuses = mail.folders()
    both = threading.Barrier(2)
    failures: list[BaseException] = []

    def look() -> None:
        try:
            both.wait()
            sync.store_folders(academy.camille.mailbox, statuses)
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    for _round in range(10):
        academy.camille.mailbox.folders.all().delete()
        threads = [threading.Thread(target=look) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert failures == []
    assert academy.camille.mailbox.folders.count() == len(statuses)


class _CutOff(socketserver.StreamRequestHandler):
    """A mail server that goes away in the middle of a sign-in, or has trouble of its own."""

    last_words = b""

    def handle(self) -> None:
        files = RUN.state.mail / "tls"
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(files / "server.crt", files / "server.key")
        with context.wrap_socket(self.request, server_side=True) as client:
            client.sendall(b"* OK ready\r\n")
            lines = client.makefile("rb")
            tag = lines.readline().split()[0]
            known = b"* CAPABILITY IMAP4rev1 AUTH=OAUTHBEARER\r\n"
            client.sendall(known + tag + b" OK done\r\n")
            tag = lines.readline().split()[0]
            if self.last_words:
                client.sendall(tag + b" " + self.last_words + b"\r\n")


class _Troubled(_CutOff):
    last_words = b"NO [UNAVAILABLE] Temporary authentication failure."


@contextmanager
def server_of(handler: type[socketserver.BaseRequestHandler]) -> Iterator[int]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


@pytest.mark.parametrize("handler", [_CutOff, _Troubled])
def test_a_sign_in_that_the_server_could_not_finish_is_worth_another_try(
    academy: Academy, settings: Settings, handler: type[_CutOff]
) -> None:
    with server_of(handler) as settings.IMAP_PORT, pytest.raises(MailServerUnavailable):
        imap.connect(academy.camille.address, academy.camille.address)


class _Forgetful(socketserver.StreamRequestHandler):
    """A mail server that says OK to the second piece of a file without a word of it, once."""

    CONTENT = b"abcdefghij"
    remembers = False  # and tells it behind the third, as Dovecot may

    def handle(self) -> None:
        files, forgotten = RUN.state.mail / "tls", False
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(files / "server.crt", files / "server.key")
        with context.wrap_socket(self.request, server_side=True) as client:
            client.sendall(b"* OK [CAPABILITY IMAP4rev1 AUTH=OAUTHBEARER SASL-IR] ready\r\n")
            for line in client.makefile("rb"):
                asked = re.search(rb"BODY.PEEK\[1\]<(\d+)\.(\d+)>", line)
                start = int(asked[1]) if asked else 0
                if start == 4 and not forgotten:
                    forgotten = True
                elif asked:
                    piece = self.CONTENT[start : start + int(asked[2])]
                    told = b"* 1 FETCH (UID 1 BODY[1]<%d> {%d}\r\n%b)\r\n"
                    client.sendall(told % (start, len(piece), piece))
                    if start == 8 and self.remembers:
                        client.sendall(told % (4, 4, self.CONTENT[4:8]))
                elif b"CAPABILITY" in line:
                    client.sendall(b"* CAPABILITY IMAP4rev1 AUTH=OAUTHBEARER SASL-IR\r\n")
                client.sendall(line.split()[0] + b" OK done\r\n")


class _Unordered(_Forgetful):
    remembers = True


@pytest.mark.parametrize("handler", [_Forgetful, _Unordered])
def test_a_file_comes_whole_and_in_order_whatever_the_server_says_first(
    academy: Academy, settings: Settings, handler: type[_Forgetful]
) -> None:
    with server_of(handler) as settings.IMAP_PORT:
        mail = imap.connect(academy.camille.address, academy.camille.address)
        assert b"".join(mail.part_stream(1, "1", 4)) == handler.CONTENT
        assert mail.round_trips == (1 if handler.remembers else 2)
        mail.drop()


def test_a_download_given_up_ends_its_connection_beside_the_loop() -> None:
    ended_in: list[threading.Thread] = []

    def pieces() -> Generator[bytes, None, None]:
        try:
            while True:
                yield b"x"
        finally:
            ended_in.append(threading.current_thread())

    async def give_up_after_one_piece() -> threading.Thread:
        content = asynchronous(pieces)
        await anext(content)
        await content.aclose()
        return threading.current_thread()

    loop_thread = asyncio.run(give_up_after_one_piece())
    assert ended_in
    assert ended_in[0] is not loop_thread
