"""A gate in front of Postfix: it stops a message at a chosen moment, and then goes on or cuts."""

import socket
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ssl import PROTOCOL_TLS_SERVER, SSLContext

from django.conf import LazySettings
from django.conf import settings as usual

from tests import mail_programs
from tests.servers import RUN

PATIENCE = 20.0


class Cut(Exception):
    """Both connections end here."""


class Gate(socketserver.ThreadingTCPServer):
    """Speaks TLS to both sides, one line and one answer at a time (RFC 5321).

    `at` is called at the `moment`: "before DATA", "text" (before the first line of it), "before end"
    or "after end" (Postfix has answered, the worker has not heard it), once. It may raise Cut.
    """

    daemon_threads = True

    def __init__(self, moment: str, at: Callable[[], None]) -> None:
        self.postfix = (usual.SMTP_HOST, usual.SMTP_PORT)
        super().__init__(("127.0.0.1", 0), Passage)
        self.moment, self.at = moment, at
        folder = RUN.state.mail / "tls"
        context = SSLContext(PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "server.crt", folder / "server.key")
        self.socket = context.wrap_socket(self.socket, server_side=True)

    def reached(self, moment: str) -> None:
        if moment == self.moment:
            self.moment = ""
            self.at()


class Passage(socketserver.StreamRequestHandler):
    server: Gate

    def handle(self) -> None:
        plain = socket.create_connection(self.server.postfix)
        with mail_programs.trusting().wrap_socket(plain, server_hostname="localhost") as postfix:
            self.there = postfix.makefile("rwb", buffering=0)
            try:
                self._answer()
                self._pass_lines()
            except (Cut, OSError):
                return

    def _pass_lines(self) -> None:
        for line in self.rfile:
            verb = line.split()[0].upper()
            if verb == b"DATA":
                self.server.reached("before DATA")
            self.there.write(line)
            if not self._answer().startswith(b"354"):
                continue
            self._pass_text()

    def _pass_text(self) -> None:
        for number, line in enumerate(self.rfile):
            if number == 0:
                self.server.reached("text")
            if line == b".\r\n":
                self.server.reached("before end")
            self.there.write(line)
            if line == b".\r\n":
                break
        said = self._reply()
        self.server.reached("after end")
        self.wfile.write(said)

    def _answer(self) -> bytes:
        said = self._reply()
        self.wfile.write(said)
        return said

    def _reply(self) -> bytes:
        lines = [self.there.readline()]
        while lines[-1][3:4] == b"-":
            lines.append(self.there.readline())
        if not lines[-1]:
            raise Cut
        return b"".join(lines)


@contextmanager
def gate(settings: LazySettings, moment: str, at: Callable[[], None]) -> Iterator[Gate]:
    """Until the end of the ``with``, the site submits through it."""
    with Gate(moment, at) as server:
        threading.Thread(target=server.serve_forever, args=[0.05], daemon=True).start()
        settings.SMTP_PORT = server.server_address[1]
        yield server
        server.shutdown()
        settings.SMTP_PORT = server.postfix[1]


def cut() -> None:
    raise Cut
