"""What a process of the suite shows, sends, logs and writes, beside the secrets it holds.

Each process that runs the site, the tests' own and the servers', watches itself and writes files
into one folder; tests/leaks/search.py looks for the secrets in the rest when the tests end. It only
watches: what the site does is not changed.

Files, one of each a process: ``secrets`` (JSON lines: kind, text), ``pages`` and ``urls`` (what was
answered, what was asked for), ``written`` (the values of each INSERT and UPDATE, sessions opened),
``logged``, ``mailed``.
"""

import json
import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from django.contrib.sessions.backends.db import SessionStore
from django.core.mail import EmailMessage
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.http import HttpRequest, HttpResponse

from accounts.secrets import Answer, Code, Numen, Password, Secret

KINDS = (Password, Code, Answer, Numen)
# Shorter ones, as codes of six digits, are in any log by chance.
SHORTEST = 9
# What tests type as a password or an answer although it is a login, or words of the pages.
NO_SECRETS = frozenset({"camille.lefevre1", "autre chose", "une autre", "pas le bon mot de passe"})
BEGINS = "\x1e"  # before the line that says what a record is
SESSIONS = '"django_session"'
WRITES = ("INSERT", "UPDATE")


class Records:
    """The files of this process."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self.folder = folder
        self.files: dict[str, IO[str]] = {}
        self.known: set[tuple[str, str]] = set()

    def add(self, name: str, title: str, text: str) -> None:
        self._file(name).write(f"{BEGINS}{title}\n{text}\n")

    def add_secret(self, secret: Secret) -> None:
        kind, text = type(secret).__name__, secret.reveal()
        if not isinstance(secret, KINDS) or len(text) < SHORTEST or text in NO_SECRETS:
            return
        if (kind, text) not in self.known:
            self.known.add((kind, text))
            self._file("secrets").write(f"{json.dumps([kind, text])}\n")

    def _file(self, name: str) -> IO[str]:
        """A forked process gets files of its own; what is killed must have written already."""
        path = f"{name}.{os.getpid()}"
        if path not in self.files:
            self.files[path] = (self.folder / path).open("a", 1, "utf-8", "backslashreplace")
        return self.files[path]


class Watcher:
    """Puts the records beside what the process does."""

    def __init__(self, records: Records) -> None:
        self.records = records

    def start(self) -> None:
        self._watch_secrets()
        connection_created.connect(self._watch_connection, weak=False)
        handler = logging.Handler()
        handler.emit = self._logged  # type: ignore[method-assign]
        logging.getLogger().addHandler(handler)

    def _watch_secrets(self) -> None:
        make, records = Secret.__init__, self.records

        def recorded(secret: Secret, text: str) -> None:
            make(secret, text)
            records.add_secret(secret)

        Secret.__init__ = recorded  # type: ignore[assignment, method-assign]

    def _watch_connection(self, connection: BaseDatabaseWrapper, **_: Any) -> None:
        if self.written not in connection.execute_wrappers:
            connection.execute_wrappers.append(self.written)

    def written(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        if sql.startswith(WRITES) and params:
            rows = params if many else [params]
            values = [str(value) for row in rows for value in row if isinstance(value, str | bytes)]
            if SESSIONS in sql:
                signed = (value for value in values if ":" in value)  # not the session's key
                values = [json.dumps(SessionStore().decode(value), default=str) for value in signed]
            self.records.add("written", sql[:60], "\n".join(values))
        return execute(sql, params, many, context)

    def _logged(self, record: logging.LogRecord) -> None:
        self.records.add("logged", record.name, logging.Formatter().format(record))

    def mailed(self, message: EmailMessage) -> None:
        alternatives = [str(body) for body, _ in getattr(message, "alternatives", [])]
        self.records.add(
            "mailed", str(message.subject), "\n".join([str(message.body), *alternatives])
        )


class PagesMiddleware:
    """Keeps each page, and each address asked for."""

    records: Records

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        url = request.get_full_path()
        self.records.add("urls", request.method or "", f"{url}\n{response.get('Location', '')}")
        if not response.streaming and response.get("Content-Type", "").startswith("text/"):
            page = response.content.decode(errors="replace")
            self.records.add("pages", f"{request.method} {request.path}", page)
        return response


def start(folder: Path, middleware: list[str]) -> Watcher:
    """Begins to record in ``folder``; ``middleware`` is the site's, before it was read."""
    records = Records(folder)
    PagesMiddleware.records = records
    middleware.insert(0, f"{PagesMiddleware.__module__}.{PagesMiddleware.__qualname__}")
    watcher = Watcher(records)
    watcher.start()
    return watcher
