"""Many people at once, and what the first visit of the mail page weighs."""

import gzip
import http.client
import re
import time
from concurrent.futures import ThreadPoolExecutor
from statistics import quantiles
from urllib.parse import urljoin

from django.urls import reverse

from bench.measures.base import OK, Bench
from bench.measures.files import resident_mb
from bench.results import Result

SESSIONS = 64
SECONDS = 10
PAGES, READERS = 10_000, 8
LINKED = re.compile(rb'(?:src|href)="([^"]+\.(?:css|js|svg|png|webmanifest)[^"]*)"')


def many_sessions(bench: Bench) -> list[Result]:
    """Each session asks for the list again as soon as it has it."""
    url = reverse("folder", args=[bench.mailbox.pk, bench.inbox.pk])
    web = bench.start_web()
    cookies = [bench.new_cookie() for _ in range(SESSIONS)]
    until = time.monotonic() + SECONDS
    with ThreadPoolExecutor(SESSIONS) as pool:
        answers = [
            it
            for of_one in pool.map(lambda c: _visit(bench, url, c, until), cookies)
            for it in of_one
        ]
    times = [seconds * 1000 for seconds, status in answers if status == OK]
    errors = len(answers) - len(times)
    return [
        Result(
            f"list pages for {SESSIONS} sessions",
            len(times) / SECONDS,
            "pages/s",
            150,
            more_is_better=True,
            also={
                "p95 ms": quantiles(times, n=20)[-1],
                "errors": errors,
                "web MB": resident_mb(web),
            },
        )
    ]


def _visit(bench: Bench, url: str, cookie: str, until: float) -> list[tuple[float, int]]:
    link = http.client.HTTPConnection("localhost", bench.stack.state.ports["web"], timeout=30)
    answers = []
    while time.monotonic() < until:
        started = time.perf_counter()
        link.request("GET", url, headers={"Cookie": cookie, "Accept-Encoding": "gzip"})
        answer = link.getresponse()
        answer.read()
        answers.append((time.perf_counter() - started, answer.status))
    link.close()
    return answers


def resident(bench: Bench) -> list[Result]:
    """The memory of the process that answers, after very many pages; its parent only watches."""
    url = reverse("folder", args=[bench.mailbox.pk, bench.inbox.pk])
    web = bench.start_web()[1:]
    before = resident_mb(web)
    with ThreadPoolExecutor(READERS) as pool:
        list(pool.map(lambda _reader: _read_pages(bench, url, PAGES // READERS), range(READERS)))
    also = {"before": before}
    return [Result(f"web worker after {PAGES:,} pages", resident_mb(web), "MB", 150, also=also)]


def _read_pages(bench: Bench, url: str, count: int) -> None:
    link = http.client.HTTPConnection("localhost", bench.stack.state.ports["web"], timeout=30)
    for _page in range(count):
        link.request("GET", url, headers={"Cookie": bench.cookie, "Accept-Encoding": "gzip"})
        answer = link.getresponse()
        answer.read()
        if answer.status != OK:
            raise RuntimeError(f"{url} answered {answer.status}")
    link.close()


def first_visit(bench: Bench) -> list[Result]:
    """The page and what it links to, gzipped; fonts come from the style sheets and do not count."""
    url = reverse("folder", args=[bench.mailbox.pk, bench.inbox.pk])
    page = bench.get(url).content
    bench.start_web()
    linked = sorted({link.decode().split("#")[0] for link in LINKED.findall(page)})
    size = len(gzip.compress(page))
    for link in linked:
        size += len(gzip.compress(_static(bench, urljoin(url, link))))
    return [
        Result(
            "first visit, without fonts", size / 1000, "kB", 60, also={"requests": 1 + len(linked)}
        )
    ]


def _static(bench: Bench, url: str) -> bytes:
    link = http.client.HTTPConnection("localhost", bench.stack.state.ports["web"])
    link.request("GET", url)
    answer = link.getresponse()
    content = answer.read()
    link.close()
    if answer.status != OK:
        raise RuntimeError(f"{url} answered {answer.status}")
    return content
