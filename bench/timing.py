"""Repeating something and saying how long it took."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

WARM_UP = 3


@dataclass(frozen=True)
class Time:
    """Medians over `runs`, in milliseconds; `cpu` is this process's own."""

    wall: float
    cpu: float
    worst: float
    runs: int


def timed(act: Callable[[], object], runs: int, warm_up: int = WARM_UP) -> Time:
    """Each run of `act` by itself; the first ones, which fill caches, do not count."""
    for _ in range(warm_up):
        act()
    walls, cpus = [], []
    for _ in range(runs):
        wall, cpu = time.perf_counter(), time.process_time()
        act()
        walls.append((time.perf_counter() - wall) * 1000)
        cpus.append((time.process_time() - cpu) * 1000)
    return Time(median(walls), median(cpus), max(walls), runs)
