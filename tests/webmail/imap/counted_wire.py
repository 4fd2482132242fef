"""A wire to the mail server that counts what comes over it."""

import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass
class CountedWire:
    """`received` octets came from the server; its TLS goes through unread."""

    port: int
    received: int = 0


@contextmanager
def counted_wire(server: tuple[str, int]) -> Iterator[CountedWire]:
    """A port of this machine that leads to `server`."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with socket.create_connection(server) as far:
                outward = threading.Thread(target=_pass_on, args=(self.request, far))
                outward.start()
                for octets in iter(lambda: far.recv(1 << 16), b""):
                    wire.received += len(octets)
                    self.request.sendall(octets)
                outward.join()

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as listening:
        listening.daemon_threads = True
        listening.block_on_close = False
        wire = CountedWire(listening.server_address[1])
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        yield wire
        listening.shutdown()


def _pass_on(near: socket.socket, far: socket.socket) -> None:
    try:
        for octets in iter(lambda: near.recv(1 << 16), b""):
            far.sendall(octets)
        far.shutdown(socket.SHUT_WR)
    except OSError:
        return  # the other side hung up first
