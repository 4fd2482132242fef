"""What measures share: the mailbox, a signed-in browser without a network, a warm raw connection."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from bench.stack import Stack
from bench.timing import Time, timed
from deploy.supervisor import Program
from mailboxes.models import Mailbox
from webmail import imap, sync
from webmail.models import Folder
from webmail.sync import store_folders

OK = 200
LONGEST_STOP = 30.0  # seconds


@dataclass
class Bench:
    stack: Stack
    mailbox: Mailbox
    messages: int
    runs: int
    _web: Program | None = None
    _answering: int = 0  # processes of it

    @property
    def person(self) -> User:
        return User.objects.get(mailbox=self.mailbox)

    @cached_property
    def browser(self) -> Client:
        """Django's own client: all of the site's work for a page, without the sockets."""
        client = Client(HTTP_HOST=settings.BASE_URL.split("//")[1])
        client.force_login(self.person)
        return client

    @cached_property
    def inbox(self) -> Folder:
        return self.folder("INBOX")

    def folder(self, name: str) -> Folder:
        with self.raw() as mail:
            store_folders(self.mailbox, mail.folders())
        return self.mailbox.folders.get(name=name)

    @property
    def cookie(self) -> str:
        return _cookie_of(self.browser)

    def new_cookie(self) -> str:
        """Of another browser of the same person."""
        client = Client()
        client.force_login(self.person)
        return _cookie_of(client)

    def start_web(self, processes: int = 1) -> list[int]:
        """The ids of the web server: its own, which only watches, and those that answer. It goes on running."""
        if self._web is not None and self._answering != processes:
            self._web.ask_to_stop()
            self._web.end(time.monotonic() + LONGEST_STOP)
            self._web = None
        if self._web is None:
            self._web, self._answering = self.stack.start_web(processes), processes
        parent = self._web.process.pid
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        return [parent, *map(int, children)]

    def fill_index(self) -> None:
        """A worker's job; it does nothing when all is known."""
        with self.raw() as mail:
            while not sync.sync(mail, self.mailbox, seconds=60).complete:
                pass

    def get(self, url: str) -> HttpResponse:
        """The page, which must be there: a fast error is no result."""
        answer: HttpResponse = self.browser.get(url)  # type: ignore[assignment]
        if answer.status_code != OK:
            raise RuntimeError(
                f"{url} answered {answer.status_code} {answer.headers.get('Location', '')}"
            )
        return answer

    def page(self, url: str) -> Time:
        return timed(lambda: self.get(url), self.runs)

    def queries(self, url: str) -> int:
        """The fewest of some times: once in two seconds a page looks at the mail server too."""
        return min(self._queries(url) for _ in range(3))

    def _queries(self, url: str) -> int:
        with CaptureQueriesContext(connection) as caught:
            self.get(url)
        return len(caught)

    def round_trips(self, url: str) -> int:
        """Those of the page on the connection that waits for this person's requests."""
        with self.raw() as mail:
            before = mail.round_trips
        self.get(url)
        with self.raw() as mail:
            return mail.round_trips - before

    @contextmanager
    def raw(self) -> Iterator[imap.MailSession]:
        """A connection of its own, as a mail program would hold it."""
        with imap.session(self.mailbox.address, self.mailbox.address) as mail:
            yield mail


def _cookie_of(client: Client) -> str:
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
