"""Many people at once, and what the first visit of the mail page weighs."""

import asyncio
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
WEB_PROCESSES, WARM_UP = 2, 16
PAGES, READERS = 10_000, 8
LINKED = re.compile(rb'(?:src|href)="([^"]+\.(?:css|js|svg|png|webmanifest)[^"]*)"')


def many_sessions(bench: Bench) -> list[Result]:
    """Each session asks for the list again as soon as it has it; two processes, as docker-compose.yml starts."""
    url = reverse("folder", args=[bench.mailbox.pk, bench.inbox.pk])
    web = bench.start_web(WEB_PROCESSES)
    cookies = [bench.new_cookie() for _ in range(SESSIONS)]
    answers = asyncio.run(_visits(bench, url, cookies))
    times = [seconds * 1000 for seconds, status in answers if status == OK]
    errors = len(answers) - len(times)
    also = {"p95 ms": quantiles(times, n=20)[-1], "errors": errors, "web MB": resident_mb(web)}
    rate = len(times) / SECONDS
    what = f"list pages for {SESSIONS} sessions"
    return [Result(what, rate, "pages/s", 150, more_is_better=True, also=also)]


async def _visits(bench: Bench, url: str, cookies: list[str]) -> list[tuple[float, int]]:
    """(seconds, status) of all answers; by bare sockets, since who asks uses the same processors."""
    await asyncio.gather(*(_visit(bench, url, cookie, 0.0) for cookie in cookies[:WARM_UP]))
    until = time.monotonic() + SECONDS
    found = await asyncio.gather(*(_visit(bench, url, cookie, until) for cookie in cookies))
    return [answer for of_one in found for answer in of_one]


async def _visit(bench: Bench, url: str, cookie: str, until: float) -> list[tuple[float, int]]:
    """At least one answer."""
    port = bench.stack.state.ports["web"]
    reader, writer = await asyncio.open_connection("localhost", port)
    fields = f"Host: localhost:{port}\r\nCookie: {cookie}\r\nAccept-Encoding: gzip"
    request = f"GET {url} HTTP/1.1\r\n{fields}\r\n\r\n".encode()
    answers: list[tuple[float, int]] = []
    while not answers or time.monotonic() < until:
        started = time.perf_counter()
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        await reader.readexactly(int(head.partition(b"content-length:")[2].split(b"\r\n")[0]))
        answers.append((time.perf_counter() - started, int(head.split()[1])))
    writer.close()
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
