"""Connections that wait for the next request of the same person for the same mailbox.

Opening one costs several round trips and, on a large mailbox, the server's time to read its lists.
A connection is used again for as long as the token that opened it would be accepted, never longer;
what Pli's own gate refuses never gets as far as the pool, and what the server ended (an account that
was frozen, a right that was taken back) is seen before use.
"""

import os
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

IDLE_SECONDS = 60.0


class Connection(Protocol):
    """What the pool needs to know of a connection."""

    def is_quiet(self) -> bool: ...
    def end(self) -> None: ...


Kept = TypeVar("Kept", bound=Connection)


@dataclass(eq=False)
class _Waiting(Generic[Kept]):
    connection: Kept
    good_until: float  # of the monotonic clock: as long as its token
    idle_until: float

    def is_good(self, now: float) -> bool:
        return now < min(self.good_until, self.idle_until) and self.connection.is_quiet()


@dataclass
class Pool(Generic[Kept]):
    """At most `size` waiting connections in this process; safe between threads."""

    clock: Callable[[], float] = time.monotonic
    _waiting: dict[Hashable, deque[_Waiting[Kept]]] = field(
        default_factory=lambda: defaultdict(deque)
    )
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _sweeper: threading.Timer | None = None

    def __post_init__(self) -> None:
        # Two processes must not speak on one connection.
        os.register_at_fork(after_in_child=self._forget)

    def take(self, key: Hashable) -> tuple[Kept, float] | None:
        """A connection for `key` that is still good, with the moment its token ends; it is the
        caller's until given back.
        """
        while True:
            with self._lock:
                waiting = self._waiting.get(key)
                # The last one given back: the others may end for want of use.
                found = waiting.pop() if waiting else None
            if found is None:
                return None
            if found.is_good(self.clock()):
                return found.connection, found.good_until
            found.connection.end()

    def give_back(self, key: Hashable, connection: Kept, good_until: float, size: int) -> None:
        """For the next request; ends the connection instead when its time is over."""
        now = self.clock()
        found = _Waiting(connection, good_until, now + IDLE_SECONDS)
        surplus: list[_Waiting[Kept]] = [found]
        if size > 0 and found.is_good(now):
            with self._lock:
                self._waiting[key].append(found)
                surplus = self._surplus(size)
                self._sweep_later()
        for one in surplus:
            one.connection.end()

    def _surplus(self, size: int) -> list[_Waiting[Kept]]:
        """Takes out those that have waited longest, over `size`."""
        surplus = []
        while sum(map(len, self._waiting.values())) > size:
            eldest = min((each for each in self._waiting.values() if each), key=_idle_until)
            surplus.append(eldest.popleft())
        return surplus

    def sweep(self) -> None:
        """Ends what nobody asked for in time."""
        now = self.clock()
        with self._lock:
            self._sweeper = None
            ended = [one for each in self._waiting.values() for one in each if not one.is_good(now)]
            for key, each in list(self._waiting.items()):
                kept = deque(one for one in each if one not in ended)
                if kept:
                    self._waiting[key] = kept
                else:
                    del self._waiting[key]
            if self._waiting:
                self._sweep_later()
        for one in ended:
            one.connection.end()

    def _sweep_later(self) -> None:
        if self._sweeper is None:
            self._sweeper = threading.Timer(IDLE_SECONDS, self.sweep)
            self._sweeper.daemon = True
            self._sweeper.start()

    def close(self) -> None:
        """Ends all that waits."""
        with self._lock:
            all_of_them = [one for each in self._waiting.values() for one in each]
            self._waiting.clear()
        for one in all_of_them:
            one.connection.end()

    def _forget(self) -> None:
        self._waiting.clear()
        self._lock = threading.Lock()
        self._sweeper = None


def _idle_until(waiting: deque[_Waiting[Kept]]) -> float:
    return waiting[0].idle_until
