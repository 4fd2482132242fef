"""A host page with mails in frames, and a canary that hears every connection to anywhere else.

The frames are answered with or without each wall, so that a test can take one away.
"""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from webmail.html.frame import SANDBOX, frame_csp

# A one-pixel GIF: what the picture path answers.
PIXEL = bytes.fromhex(
    "47494638396101000100800000ffffff00000021f90401000000002c00000000010001000002024401003b"
)
_HOST_SCRIPT = (
    "window.__alerts=[];window.alert=t=>__alerts.push(t);window.appConfig={apiUrl:'/api'};"
)
_HOST_STYLE = (
    "iframe{width:700px;height:500px} header,nav,footer{background:#dde} "
    "#box{position:absolute;left:200px;top:200px;width:600px;height:400px}"
)
_BOX = '<div id="box"></div>'


@dataclass(frozen=True)
class Walls:
    """Which of the three walls stand."""

    cleaning: bool = True
    sandbox: bool = True
    policy: bool = True

    @property
    def query(self) -> str:
        return f"cleaning={self.cleaning:d}&sandbox={self.sandbox:d}&policy={self.policy:d}"


@dataclass
class Heard:
    """What was asked for: of the host (paths) and of anybody else (first bytes)."""

    own: list[str] = field(default_factory=list)
    elsewhere: list[bytes] = field(default_factory=list)

    def forget(self) -> None:
        self.own.clear()
        self.elsewhere.clear()


@dataclass
class MailHost:
    """The running pair of servers. `documents` are frame documents by name: (cleaned, raw)."""

    url: str
    canary_port: int
    heard: Heard
    documents: dict[str, tuple[str, str]]

    def page(self, names: list[str], walls: Walls) -> str:
        """The address of a host page that frames these documents."""
        return f"{self.url}/page?{walls.query}&names={','.join(names)}"

    def asked_of_host(self) -> list[str]:
        """Paths asked for that are neither host page nor frame."""
        return [path for path in self.heard.own if not self._is_expected(path)]

    def _is_expected(self, path: str) -> bool:
        place = urlsplit(path).path
        known = place.removeprefix("/frame/") in self.documents and "cleaning=" in path
        return known or place in {"/page", "/favicon.ico"}


class _HostServer(ThreadingHTTPServer):
    daemon_threads = True
    mail: MailHost


class _CanaryServer(socketserver.ThreadingTCPServer):
    daemon_threads = True
    heard: Heard


class _Host(BaseHTTPRequestHandler):
    @property
    def host(self) -> MailHost:
        assert isinstance(self.server, _HostServer)
        return self.server.mail

    def do_GET(self) -> None:
        self.host.heard.own.append(self.path)
        url = urlsplit(self.path)
        wanted = {key: values[0] for key, values in parse_qs(url.query).items()}
        if url.path == "/page":
            self._answer(self._page(wanted))
        elif url.path.removeprefix("/frame/") in self.host.documents:
            self._frame(url.path.removeprefix("/frame/"), wanted)
        elif url.path.startswith("/pictures/"):
            self._answer_bytes(PIXEL, "image/gif", "")
        else:
            self.send_error(404)

    def do_POST(self) -> None:
        self.host.heard.own.append(self.path)
        self.send_error(405)

    def _page(self, wanted: dict[str, str]) -> str:
        sandbox = f' sandbox="{SANDBOX}"' if wanted["sandbox"] == "1" else ""
        query = escape(f"?cleaning={wanted['cleaning']}&policy={wanted['policy']}")
        frames = "".join(
            f'<iframe{sandbox} title="{name}" src="/frame/{name}{query}"></iframe>'
            for name in wanted.get("names", "").split(",")
            if name
        )
        return (
            '<!doctype html><meta charset="utf-8"><title>Host</title>'
            f"<style>{_HOST_STYLE}</style><script>{_HOST_SCRIPT}</script>"
            '<header id="toolbar">Pli</header><nav class="sidebar">Dossiers</nav>'
            '<form><input name="csrf" value="abc3"><button>Envoyer</button></form>'
            f"{frames or _BOX}<footer>Aide</footer>"
        )

    def _frame(self, name: str, wanted: dict[str, str]) -> None:
        clean, raw = self.host.documents[name]
        policy = frame_csp(f"{self.host.url}/pictures/") if wanted.get("policy") == "1" else ""
        self._answer(clean if wanted.get("cleaning") == "1" else raw, policy)

    def _answer(self, page: str, policy: str = "") -> None:
        self._answer_bytes(page.encode("utf-8", "replace"), "text/html; charset=utf-8", policy)

    def _answer_bytes(self, body: bytes, kind: str, policy: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-DNS-Prefetch-Control", "off")
        if policy:
            self.send_header("Content-Security-Policy", policy)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """The tests read `heard`."""


class _Canary(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        assert isinstance(self.server, _CanaryServer)
        self.request.settimeout(1)
        try:
            said = self.request.recv(300)
        except OSError:
            said = b""
        self.server.heard.elsewhere.append(said)
        self.request.close()


@contextmanager
def running_host() -> Iterator[MailHost]:
    """Starts both servers on free ports."""
    canary = _CanaryServer(("127.0.0.1", 0), _Canary)
    server = _HostServer(("127.0.0.1", 0), _Host)
    canary.heard = Heard()
    server.mail = MailHost(
        url=f"http://127.0.0.1:{server.server_address[1]}",
        canary_port=canary.server_address[1],
        heard=canary.heard,
        documents={},
    )
    for one in (canary, server):
        threading.Thread(target=one.serve_forever, daemon=True).start()
    yield server.mail
    for one in (canary, server):
        one.shutdown()
        one.server_close()
