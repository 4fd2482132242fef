"""Very many mails, cheaply: for measuring, not for reading closely.

Templates are filled by ``%`` and bodies are drawn once, so that more than twenty thousand
messages a second come out of one process.
"""

import base64
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.header import Header
from itertools import accumulate
from random import Random

from accounts.naming.login_names import login_name
from sample import vocabulary
from sample.chance import chance
from sample.letters import INBOX
from sample.mails import ANSWERED, FLAGGED, SEEN, SampleMail
from sample.typography import careful

MESSAGE_ID_START = "<lot."
YEARS = 4
TEXTS = 400  # different bodies
LONGEST_THREAD = 12
LETTERS = 120  # different correspondents
RECENT = 40  # conversations that may still go on

HEAD = (
    b"Received: from mail.%(domain)b (mail.%(domain)b [203.0.113.9])\r\n"
    b"\tby mx.ac-normandie.fr (Postfix) with ESMTPS id %(number)X;\r\n\t%(date)b\r\n"
    b"Date: %(date)b\r\nFrom: %(sender)b\r\nTo: %(reader)b\r\n"
    b"Subject: %(subject)b\r\nMessage-ID: %(id)b\r\n%(references)bMIME-Version: 1.0\r\n"
)
PLAIN = b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n%b"
HTML = PLAIN.replace(b"text/plain", b"text/html").replace(b"%b", b"<html><body>%b</body></html>")
FILE = (
    b"Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n"
    b'Content-Disposition: attachment; filename="donnees.bin"\r\n\r\n%b'
)
BOUNDARY = b"\r\n--=_suite"
MULTIPART = b'Content-Type: multipart/%b; boundary="=_suite"\r\n'
ALTERNATIVE = MULTIPART % b"alternative" + BOUNDARY.join(
    (b"", b"\r\n" + PLAIN, b"\r\n" + HTML, b"--\r\n")
)
WITH_FILE = MULTIPART % b"mixed" + BOUNDARY.join((b"", b"\r\n" + PLAIN, b"\r\n" + FILE, b"--\r\n"))
DAYS = b"Mon Tue Wed Thu Fri Sat Sun".split()
MONTHS = b"Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def generate_bulk(mailbox: str, count: int, *, seed: int, until: datetime) -> Iterator[SampleMail]:
    """That many mails for one INBOX, eldest first, over the four years before ``until`` (aware).

    Conversations have 1 to 12 messages; sizes go from 1 to 60 kB, about 5 kB on average.
    """
    rng = chance(seed, mailbox)
    stock = _Stock(rng)
    step = timedelta(days=365 * YEARS) / max(count, 1)
    moment = until.astimezone(UTC).replace(microsecond=0) - timedelta(days=365 * YEARS)
    threads = _Threads(rng, stock, seed)
    for number in range(count):
        moment += step
        yield stock.mail(mailbox, number, moment, threads.next_letter(number))


_Letter = tuple[bytes, bytes, bytes]  # subject, Message-ID, header lines naming those before


class _Stock:
    """What is drawn once and used again and again."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.senders = [_correspondent(rng) for _ in range(LETTERS)]
        self.bodies = [_body(rng, number) for number in range(TEXTS)]
        self.flags = [
            frozenset(flags)
            for flags in ({SEEN}, {SEEN}, {SEEN, ANSWERED}, {SEEN, FLAGGED}, set[str]())
        ]
        self.flag_weights = list(accumulate((52, 30, 10, 2, 6)))

    def mail(self, mailbox: str, number: int, moment: datetime, letter: _Letter) -> SampleMail:
        random = self.rng.random
        subject, message_id, references = letter
        name, address, domain = self.senders[int(random() * LETTERS)]
        head = HEAD % {
            b"domain": domain.encode(),
            b"number": 0x4000000 + number,
            b"date": _date(moment),
            b"sender": name,
            b"reader": mailbox.encode(),
            b"subject": subject,
            b"id": message_id,
            b"references": references,
        }
        raw = head + self.bodies[int(random() * TEXTS)]
        flags = self.rng.choices(self.flags, cum_weights=self.flag_weights)[0]
        return SampleMail(mailbox, address, INBOX, moment, flags, message_id.decode(), raw)


class _Threads:
    """Conversations under way: which one the next letter continues, or a new one."""

    def __init__(self, rng: Random, stock: _Stock, seed: int) -> None:
        self.rng, self.stock, self.seed = rng, stock, seed
        self.open: list[tuple[bytes, list[bytes], int]] = []

    def next_letter(self, number: int) -> _Letter:
        rng = self.rng
        message_id = f"{MESSAGE_ID_START}{self.seed}.{number}@ecole-avenir.example>".encode()
        if not self.open or rng.random() < 0.36:
            subject = _encoded(f"{rng.choice(vocabulary.BULK_SUBJECTS)} n° {number}")
            length = min(LONGEST_THREAD, int(rng.expovariate(0.35)) + 1)
            if length > 1:
                self.open.append((subject, [message_id], length))
            return subject, message_id, b""
        return self._continued(
            rng.randrange(max(0, len(self.open) - RECENT), len(self.open)), message_id
        )

    def _continued(self, position: int, message_id: bytes) -> _Letter:
        subject, ids, length = self.open[position]
        references = b"In-Reply-To: %b\r\nReferences: %b\r\n" % (ids[-1], b"\r\n ".join(ids))
        ids.append(message_id)
        if len(ids) >= length:
            self.open[position] = self.open[-1]
            self.open.pop()
        return b"Re: " + subject, message_id, references


def _date(moment: datetime) -> bytes:
    return b"%b, %d %b %d %02d:%02d:%02d +0000" % (
        DAYS[moment.weekday()], moment.day, MONTHS[moment.month - 1], moment.year,
        moment.hour, moment.minute, moment.second,
    )  # fmt: skip


def _correspondent(rng: Random) -> tuple[bytes, str, str]:
    """From header, address, domain."""
    first_name, surname = rng.choice(vocabulary.PARENTS), rng.choice(vocabulary.SURNAMES)
    domain = rng.choice(vocabulary.FREE_MAIL)
    address = f"{login_name(first_name, surname)}@{domain}"
    return b"%b <%b>" % (_encoded(f"{first_name} {surname}"), address.encode()), address, domain


def _encoded(text: str) -> bytes:
    return Header(text, "us-ascii" if text.isascii() else "utf-8", maxlinelen=998).encode().encode()


def _body(rng: Random, number: int) -> bytes:
    """One in eight carries a file, three in eight are HTML; lengths are skewed, as in life."""
    paragraphs = [
        careful(" ".join(rng.sample(vocabulary.BULK_SENTENCES, 4))) for _ in range(_length(rng))
    ]
    text = "\r\n\r\n".join(["Bonjour,", *paragraphs]).encode()
    if number % 8 == 0:
        content = base64.encodebytes(rng.randbytes(rng.randint(2000, 30000)))
        return WITH_FILE % (text, content.replace(b"\n", b"\r\n"))
    if number % 8 < 4:
        return ALTERNATIVE % (text, b"<p>" + text.replace(b"\r\n\r\n", b"</p>\r\n<p>") + b"</p>")
    return PLAIN % (text + b"\r\n")


def _length(rng: Random) -> int:
    return min(60, 1 + int(rng.expovariate(0.2)))
