"""Very many open pages on one web process, and how long new mail takes to reach them."""

import asyncio
import time
from pathlib import Path

from bench.measures.base import Bench
from bench.measures.files import resident_mb
from bench.results import Result
from webmail import announcing
from webmail.models import MailboxIndex
from webmail.push.asgi import stream_url

PAGES = 2000
AT_ONCE = 100  # pages that are opened together
LONGEST = 60.0  # seconds


def open_pages(bench: Bench) -> list[Result]:
    """Each page holds its stream; then the mailbox changes, and each must hear of it."""
    web = bench.start_web()
    before = resident_mb(web)
    told, threads, after = asyncio.run(_listen(bench, bench.cookie, web))
    return [
        Result(
            f"a change reaches {PAGES} open pages",
            told * 1000,
            "ms",
            also={
                "web MB before": before,
                "with the pages": after,
                "kB a page": (after - before) * 1024 / PAGES,
                "threads of the web server": threads,
            },
        )
    ]


async def _listen(bench: Bench, cookie: str, web: list[int]) -> tuple[float, int, float]:
    """(seconds until the last page heard, threads, resident MB) with all pages open."""
    pages = []
    for _ in range(PAGES // AT_ONCE):
        pages += await asyncio.gather(*(_open(bench, cookie) for _ in range(AT_ONCE)))
    threads = sum(len(list(Path(f"/proc/{pid}/task").iterdir())) for pid in web)
    after = resident_mb(web)
    hearing = [asyncio.create_task(_hear(reader)) for reader, _writer in pages]
    await asyncio.sleep(0)
    started = time.perf_counter()
    await asyncio.to_thread(_change, bench)
    await asyncio.wait_for(asyncio.gather(*hearing), LONGEST)
    told = time.perf_counter() - started
    for _reader, writer in pages:
        writer.close()
    return told, threads, after


def _change(bench: Bench) -> None:
    """What a worker does at the end of a sync."""
    index = MailboxIndex.objects.get(mailbox=bench.mailbox)
    MailboxIndex.objects.filter(mailbox=bench.mailbox).update(changes=index.changes + 1)
    announcing.announce_change(bench.mailbox.pk, index.changes + 1)


Page = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def _open(bench: Bench, cookie: str) -> Page:
    """A page's stream, after its first event."""
    port = bench.stack.state.ports["web"]
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    path = stream_url(bench.mailbox.pk)
    head = f"GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nCookie: {cookie}\r\n\r\n"
    writer.write(head.encode())
    await _hear(reader)
    return reader, writer


async def _hear(reader: asyncio.StreamReader) -> None:
    while not (line := await reader.readline()).startswith(b"event: version"):
        if reader.at_eof():
            raise RuntimeError(f"a stream ended: {line!r}")
    await reader.readline()
