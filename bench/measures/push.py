"""Very many open pages on one web process, and how long new mail takes to reach them."""

import asyncio
import http.client
import smtplib
import time
from email.message import EmailMessage
from email.utils import make_msgid
from pathlib import Path
from statistics import median

from django.urls import reverse

from bench.measures.base import Bench
from bench.measures.files import resident_mb
from bench.results import Result
from webmail import announcing
from webmail.imap import MailSession
from webmail.models import MailboxIndex
from webmail.push import registration
from webmail.push.asgi import stream_url
from webmail.views.browsing.lists import LIVE, PART

PAGES = 2000
AT_ONCE = 100  # pages that are opened together
LONGEST = 60.0  # seconds
MAILS = 5


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


def new_mail(bench: Bench) -> list[Result]:
    """From the SMTP port's "250" to the list of a page that was open."""
    bench.start_web()
    worker = bench.stack.start_worker()
    bench.fill_index()
    registration.register(bench.mailbox.pk)
    list_url, cookie = reverse("folder", args=[bench.mailbox.pk, bench.inbox.pk]), bench.cookie
    try:
        with bench.raw() as mail:
            took = [asyncio.run(_arrival(bench, mail, list_url, cookie)) for _ in range(MAILS)]
    finally:
        with bench.raw() as mail:
            mail.set_metadata(registration.ENTRY, "")
        MailboxIndex.objects.filter(mailbox=bench.mailbox).update(is_told=False)
        worker.process.terminate()
    shown, delivered = (median(times) for times in zip(*took, strict=True))
    return [
        Result(
            "new mail, from the SMTP port to the open page",
            shown * 1000,
            "ms",
            1000,
            delivered * 1000,
            "until an IMAP connection sees it",
        )
    ]


async def _arrival(
    bench: Bench, mail: MailSession, list_url: str, cookie: str
) -> tuple[float, float]:
    """Seconds until the page shows it, and until the mail server has it."""
    reader, writer = await _open(bench, cookie)
    subject = f"Nouvelle de {time.time():.6f}"

    async def shown() -> float:
        """The page asks for its list each time it hears of a change, as static/js/live.js does."""
        while time.perf_counter() - started < LONGEST:
            await _hear(reader)
            if subject.encode() in await asyncio.to_thread(_list_part, bench, list_url, cookie):
                return time.perf_counter() - started
        raise RuntimeError("new mail was not shown")

    before = await asyncio.to_thread(lambda: mail.select("INBOX").exists)
    await asyncio.to_thread(_send, bench, subject)
    started = time.perf_counter()
    seeing = asyncio.to_thread(_seconds_until_more, mail, before)
    seconds, delivered = await asyncio.gather(shown(), seeing)
    writer.close()
    return seconds, delivered


def _list_part(bench: Bench, url: str, cookie: str) -> bytes:
    link = http.client.HTTPConnection("localhost", bench.stack.state.ports["web"])
    link.request("GET", url, headers={"Cookie": cookie, PART: LIVE})
    content = link.getresponse().read()
    link.close()
    return content


def _send(bench: Bench, subject: str) -> None:
    message = EmailMessage()
    message["From"], message["To"] = "parent@ecole-avenir.example", bench.mailbox.address
    message["Subject"], message["Message-ID"] = subject, make_msgid()
    message.set_content("Bonjour")
    with smtplib.SMTP("localhost", bench.stack.state.ports["smtp"]) as postfix:
        postfix.send_message(message)


def _seconds_until_more(mail: MailSession, before: int) -> float:
    started = time.perf_counter()
    while time.perf_counter() - started < LONGEST:
        if mail.select("INBOX").exists > before:
            return time.perf_counter() - started
    raise RuntimeError("new mail was not delivered")


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
