"""The composer: how soon it opens, how soon what is written is kept, for one and for 64 at once."""

import time
from concurrent.futures import ThreadPoolExecutor
from statistics import quantiles
from uuid import uuid4

from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from bench.measures.base import OK, Bench
from bench.results import Result
from bench.timing import timed
from webmail.drafts import Written, save
from webmail.models import Draft, IndexedMessage

OPENS, SAVES = 60, 30  # milliseconds (DESIGN, issue 7)
WRITERS, SAVES_EACH = 64, 5
TEXT = "Chers collègues, le conseil de classe se tiendra mardi à 17 h 15.\n" * 40


def composer(bench: Bench) -> list[Result]:
    return [_opening(bench), _answering(bench), _saving(bench), _saving_together(bench)]


def _opening(bench: Bench) -> Result:
    url = reverse("compose", args=[bench.mailbox.pk])
    found = bench.page(url)
    also = {"queries": bench.queries(url), "CPU ms": found.cpu}
    return Result("open a blank composer", found.wall, "ms", budget=OPENS, also=also)


def _answering(bench: Bench) -> Result:
    """With the original quoted: one round trip to the mail server."""
    bench.fill_index()
    known = IndexedMessage.objects.filter(mailbox=bench.mailbox, folder=bench.inbox)
    uid = known.order_by("-uid").values_list("uid", flat=True)[0]
    url = f"{reverse('compose', args=[bench.mailbox.pk])}?mode=reply&dossier={bench.inbox.pk}&uid={uid}"
    with bench.raw() as mail:
        mail.select("INBOX")
        floor = timed(lambda: mail.section(uid, ""), bench.runs)
    found = bench.page(url)
    return Result(
        "open an answer", found.wall, "ms", budget=OPENS, floor=floor.wall, floor_is="raw FETCH",
        also={"CPU ms": found.cpu},
    )  # fmt: skip


def _saving(bench: Bench) -> Result:
    page = _Page(bench)
    found = timed(page.save, bench.runs)
    floor = timed(lambda: _raw_update(page), bench.runs)
    return Result(
        "save a draft", found.wall, "ms", budget=SAVES, floor=floor.wall,
        floor_is="the same UPDATE in a transaction", also={"CPU ms": found.cpu},
    )  # fmt: skip


class _Page:
    """An open page of the composer."""

    def __init__(self, bench: Bench) -> None:
        self.bench, self.token, self.page, self.version = bench, uuid4(), uuid4(), 0
        self.url = reverse("draft_save", args=[bench.mailbox.pk, self.token])

    def save(self) -> None:
        known = {"token": str(self.token), "version": str(self.version), "page": str(self.page)}
        answer = self.bench.browser.post(self.url, {**known, "subject": "Conseil", "body": TEXT})
        if answer.status_code != OK:
            raise RuntimeError(f"a save answered {answer.status_code}")
        self.version = answer.json()["version"]


def _raw_update(page: _Page) -> None:
    with transaction.atomic():
        Draft.objects.filter(pk=page.token).update(text=TEXT, changed_at=timezone.now())


def _saving_together(bench: Bench) -> Result:
    """64 people, each a thread with its own connection, as many as the site would have under way."""
    with ThreadPoolExecutor(WRITERS) as pool:
        waits = [wait for waits in pool.map(_writes, [bench] * WRITERS) for wait in waits]
    slowest = quantiles(waits, n=20)[-1]
    Draft.objects.filter(mailbox=bench.mailbox).delete()
    also = {"saves": len(waits), "longest ms": max(waits)}
    return Result("save, 64 people at once (p95)", slowest, "ms", also=also)


def _writes(bench: Bench) -> list[float]:
    """Milliseconds of each save."""
    token, page, waits = uuid4(), uuid4(), []
    person = bench.person
    for number in range(SAVES_EACH):
        start = time.perf_counter()
        save(bench.mailbox, person, token, Written(text=TEXT), expected=number, page=page)
        waits.append((time.perf_counter() - start) * 1000)
    connection.close()
    return waits
