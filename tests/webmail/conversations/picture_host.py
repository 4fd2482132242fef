"""A server of remote pictures that behaves well, or badly in each way that one can, and notes who asks."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

PIXEL = bytes.fromhex(
    "47494638396101000100800000ffffff00000021f90401000000002c00000000010001000002024401003b"
)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@dataclass
class PictureHost:
    """`heard` holds each request's path and its header fields, names in lower case."""

    port: int
    heard: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)

    def url(self, path: str) -> str:
        return f"http://localhost:{self.port}{path}"

    @property
    def paths(self) -> list[str]:
        return [path for path, _fields in self.heard]


@contextmanager
def picture_host() -> Iterator[PictureHost]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            host.heard.append((self.path, {k.lower(): v for k, v in self.headers.items()}))
            place = urlsplit(self.path)
            answer = getattr(self, f"_{place.path.strip('/').partition('/')[0]}", self._pixel)
            answer(parse_qs(place.query))

        def _pixel(self, _query: dict[str, list[str]]) -> None:
            self._answer("image/gif", PIXEL)

        def _svg(self, _query: dict[str, list[str]]) -> None:
            self._answer("image/png", SVG)

        def _big(self, _query: dict[str, list[str]]) -> None:
            self._answer("image/gif", PIXEL + b"\0" * (3 << 20))

        def _packed(self, _query: dict[str, list[str]]) -> None:
            self._answer("image/gif", PIXEL, "gzip")

        def _to(self, query: dict[str, list[str]]) -> None:
            self.send_response(302)
            self.send_header("Location", query["url"][0])
            self.end_headers()

        def _round(self, _query: dict[str, list[str]]) -> None:
            self._to({"url": ["/round"]})

        def _drip(self, _query: dict[str, list[str]]) -> None:
            """An octet now and then, each within any pause that a socket allows."""
            self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
            while not host.stopping.wait(0.05):
                self.wfile.write(b"x")
                self.wfile.flush()

        def _answer(self, kind: str, content: bytes, encoding: str = "") -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.send_header("Set-Cookie", "pisteur=1")
            if encoding:
                self.send_header("Content-Encoding", encoding)
            self.end_headers()
            self.wfile.write(content)

        def handle(self) -> None:
            try:
                super().handle()
            except ConnectionError:
                return  # whoever asked had seen enough

        def log_message(self, *_args: object) -> None:
            """Nothing on the console."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), Handler) as server:
        host = PictureHost(server.server_address[1])
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield host
        host.stopping.set()
        server.shutdown()
