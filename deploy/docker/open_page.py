"""A page of the site that is left open, for the containers' test: it hears of new mail as live.js does."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, Queue
from threading import Thread

from deploy.docker.plain_browser import PageError


@dataclass
class OpenPage:
    """Versions of the mailbox (webmail/push/stream.py), as they come over ``stream``."""

    stream: Iterable[bytes]

    def __post_init__(self) -> None:
        self.heard: Queue[str] = Queue()
        Thread(target=self._listen, daemon=True).start()

    def hears(self, seconds: float) -> bool:
        """Whether the page is told of a new version within so many seconds."""
        try:
            self.heard.get(timeout=seconds)
        except Empty:
            return False
        return True

    def wait_for_silence(self, seconds: float) -> None:
        """Until nothing was told for so long: what comes next is news. Raises ``PageError``."""
        for _ in range(60):
            if not self.hears(seconds):
                return
        raise PageError("The page is told of new versions without end.")

    def _listen(self) -> None:
        with suppress(OSError):  # the site was started anew
            for version in versions(self.stream):
                self.heard.put(version)


def versions(lines: Iterable[bytes]) -> Iterator[str]:
    """The ``version`` events of a stream of server-sent events, until it ends."""
    event = b""
    for line in lines:
        name, _, value = line.strip().partition(b": ")
        if name == b"event":
            event = value
        elif name == b"data" and event == b"version":
            yield value.decode()
