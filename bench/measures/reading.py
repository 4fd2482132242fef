"""Opening a message: the page and the frame its HTML stands in."""

from django.urls import reverse

from bench.mailbox import add_message
from bench.measures.base import Bench
from bench.results import Result
from bench.timing import timed

PARAGRAPH = (
    '<tr><td style="padding:8px;color:#333;font-family:Arial">Madame, Monsieur, la réunion de '
    'rentrée aura lieu <b>mardi</b> en salle 12. <a href="https://ecole-avenir.example/r/%d">'
    "Lire la suite</a></td></tr>\n"
)
STYLE = "<style>td { border-bottom: 1px solid #ccc } @media (max-width: 600px) { td { padding: 2px } }</style>"
MESSAGE = (
    "From: Lettre <lettre@ecole-avenir.example>\r\nTo: camille.mesure@ac-normandie.fr\r\n"
    "Subject: Lettre de {size} ko\r\nMessage-ID: <mesure.{size}@ecole-avenir.example>\r\n"
    "Date: Tue, 1 Sep 2026 08:00:00 +0200\r\nMIME-Version: 1.0\r\n"
    "Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{html}"
)
FOLDER = "Classe 00"


def open_html(bench: Bench) -> list[Result]:
    return [_opened(bench, kilobytes=50, budget=30)]


def open_newsletter(bench: Bench) -> list[Result]:
    return [_opened(bench, kilobytes=150, budget=60)]


def _opened(bench: Bench, kilobytes: int, budget: float) -> Result:
    uid = add_message(bench.mailbox, FOLDER, _letter(kilobytes))
    folder = bench.folder(FOLDER)
    place = [bench.mailbox.pk, folder.pk, uid]
    page, frame = reverse("message", args=place), reverse("body_frame", args=place)
    both = timed(lambda: (bench.get(page), bench.get(frame)), bench.runs)
    with bench.raw() as mail:
        mail.select(FOLDER)
        floor = timed(lambda: mail.section(uid, "1"), bench.runs)
    return Result(
        f"open a {kilobytes} kB HTML message (page and frame)",
        both.wall,
        "ms",
        budget,
        floor.wall,
        "FETCH of that part on a warm connection",
        also={
            "CPU ms": both.cpu,
            "page alone ms": bench.page(page).wall,
            "queries": bench.queries(page),
            "IMAP round trips": bench.round_trips(page) + bench.round_trips(frame),
        },
    )


def newsletter(kilobytes: int) -> str:
    rows = "".join(PARAGRAPH % number for number in range(kilobytes * 1000 // len(PARAGRAPH)))
    return f"<html><head>{STYLE}</head><body><table>{rows}</table></body></html>"


def _letter(kilobytes: int) -> bytes:
    html = newsletter(kilobytes).replace("\n", "\r\n")
    return MESSAGE.format(size=kilobytes, html=html).encode()
