"""A 25 MB attachment on its way down, through the real web server."""

import base64
import http.client
import os
import time
from pathlib import Path

from django.urls import reverse

from bench.mailbox import add_message
from bench.measures.base import Bench
from bench.results import Result
from bench.timing import timed

MEGABYTES = 25
FOLDER = "Classe 01"
HEAD = (
    b"From: Lycee <lycee@ecole-avenir.example>\r\nSubject: Un gros fichier\r\n"
    b"Message-ID: <gros.fichier@ecole-avenir.example>\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: application/octet-stream; name="film.bin"\r\n'
    b'Content-Disposition: attachment; filename="film.bin"\r\n'
    b"Content-Transfer-Encoding: base64\r\n\r\n"
)
CHUNK = 1 << 18


def attachment_down(bench: Bench) -> list[Result]:
    content = base64.encodebytes(os.urandom(MEGABYTES << 20)).replace(b"\n", b"\r\n")
    uid = add_message(bench.mailbox, FOLDER, HEAD + content)
    place = [bench.mailbox.pk, bench.folder(FOLDER).pk, uid, "1", "film.bin"]
    url = reverse("attachment", args=place)
    web = bench.start_web()
    before = resident_mb(web)
    seconds = min(_download(bench, url) for _ in range(3))
    with bench.raw() as mail:
        mail.select(FOLDER)
        floor = timed(lambda: sum(map(len, mail.part_stream(uid, "1"))), 3, warm_up=1)
    return [
        Result(
            f"download of {MEGABYTES} MB attached",
            MEGABYTES / seconds,
            "MB/s",
            100,
            MEGABYTES / (floor.wall / 1000),
            "FETCH of the part, not decoded",
            more_is_better=True,
            also={"web server grew by MB": resident_mb(web) - before},
        )
    ]


def _download(bench: Bench, url: str) -> float:
    """Seconds for all of it."""
    link = http.client.HTTPConnection("localhost", bench.stack.state.ports["web"])
    started = time.perf_counter()
    link.request("GET", url, headers={"Cookie": bench.cookie})
    answer = link.getresponse()
    received = 0
    while piece := answer.read(CHUNK):
        received += len(piece)
    link.close()
    if received != MEGABYTES << 20:
        raise RuntimeError(f"{received} octets came")
    return time.perf_counter() - started


def resident_mb(pids: list[int]) -> float:
    """Resident memory of these processes together."""
    pages = sum(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in pids)
    return pages * os.sysconf("SC_PAGE_SIZE") / (1 << 20)
