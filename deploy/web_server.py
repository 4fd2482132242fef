"""How the web server is started on one machine; deploy/docker/web/Dockerfile says the same."""

import sys
from pathlib import Path

BIN = Path(sys.executable).parent
# Each open page holds one request that waits for news: not a thread, but one of these.
OPEN_PAGES = 8192
# Each thread would get memory of its own from glibc, and keep it: 11 MB more after a thousand pages.
FRUGAL = ("env", "MALLOC_ARENA_MAX=2")


def web_server(
    port: int, application: str = "config.asgi:application", processes: int = 1
) -> list[str]:
    """The command of web processes that listen on this machine only."""
    return [
        *FRUGAL,
        *(str(BIN / "granian"), "--interface", "asginl", "--no-ws"),
        *("--host", "127.0.0.1", "--port", str(port)),
        *("--backlog", "1024", "--backpressure", str(OPEN_PAGES)),
        *("--workers", str(processes), "--log-level", "warning", application),
    ]
