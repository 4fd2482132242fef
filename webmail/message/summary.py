"""What the index keeps of a message's header block: who, what, when, and what it answers.

Tens of thousands of blocks are read in one go, nearly all plain ASCII and much alike: these take
short cuts past the careful readers in headers.py and addresses.py, to the same result. Pure, never raises.
"""

import re
import unicodedata
from binascii import a2b_qp
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from hashlib import blake2b

from webmail.syntax import addresses, headers
from webmail.syntax.addresses import Address

MAX_RECIPIENTS = 100
MAX_IDENTIFIERS = 50  # the message's own, the thread's first, and the latest
MAX_IDENTIFIER = 1000
MAX_KEY = 200  # characters
ACCENTS = re.compile("[\u0300-\u036f]+")  # combining, as they stand after decomposition
NO_IDENTIFIER = 0
# Field after field as they should be, in ASCII without other controls than tabs. Atomic groups: see
# headers.ENCODED_WORD.
PLAIN_BLOCK = re.compile(rb"(?>(?:[!-9;-~]++:[ -~\t]*+\r\n(?>(?:[ \t][ -~\t]*+\r\n)*))*)(?:\r\n)?")
FIELD = re.compile(r"^([^:]+):[ \t]*([^\r]*?)[ \t]*\r$", re.MULTILINE)
FOLD = re.compile(r"\r\n[ \t]+")
# All of a text but its beginning in one encoded word (RFC 2047), as most programs write it.
ONE_WORD = re.compile(r"([^=\s][^=]* |)=\?utf-8\?q\?([!->@-~]+)\?=", re.IGNORECASE)
SIMPLE_ID = re.compile(r"<([^<>\s]+)>")
SIMPLE_ADDRESS = re.compile(
    r'(?:(?:"([^"\\@,;:<>()]*)"|([A-Za-z0-9 .\'_-]*)) ?<([\w.+-]+@[\w.-]+)>|([\w.+-]+@[\w.-]+))',
    re.ASCII,
)
USUAL_DATE = re.compile(
    r"(?:[A-Z][a-z]{2}, )?(\d{1,2}) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)([0-5]\d)"
    r"(?: \([A-Z]{1,5}\))?"
)
MONTH_NAMES = " Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"
MONTHS = {name: number for number, name in enumerate(MONTH_NAMES.split(" ")) if name}
# How programs of the world announce an answer or a forward; some count: "Re[2]:", "AW(3):".
ANSWER = re.compile(
    r"\s*(?:re|ré|rép|aw|antw|sv|vs|ref|rif|r|odp|ynt|fwd?|tr|wg|rv|i|enc|回复|答复|转发)"
    r"\s*(?:[\[(]\d+[\])])?\s*[:：]",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Summary:
    """Texts are decoded and stand on one line. Hashes are 64 bits, signed.

    `identifiers` begins with the hash of the Message-ID (0 without one), then those it answers, the
    eldest first. `guess_key` is 0 unless the message names no other and could belong to one by its
    subject: equal keys are the same subject among the same people.
    """

    message_id: str
    identifiers: tuple[int, ...]
    subject: str
    subject_key: str
    sender: Address
    recipients: tuple[Address, ...]
    list_id: str
    sent_at: datetime | None
    guess_key: int


def summarise(block: bytes) -> Summary:
    """`block` is a header block, whole or of chosen fields."""
    fields = _fields(block)
    subject = _text(fields.get("subject", ""))
    subject_key = without_answer_marks(subject)
    sender = (_people(fields.get("from", "")) or (Address("", ""),))[0]
    recipients = _people(fields.get("to", "")) + _people(fields.get("cc", ""))
    own = _identifiers(fields.get("message-id", ""))[:1]
    answered = _answered(fields)
    return Summary(
        message_id=own[0] if own else "",
        identifiers=(hashed(own[0]) if own else NO_IDENTIFIER, *map(hashed, answered)),
        subject=subject,
        subject_key=folded(subject_key),
        sender=sender,
        recipients=recipients[:MAX_RECIPIENTS],
        list_id=_text(fields.get("list-id", "")),
        sent_at=_date(fields.get("date", "")),
        guess_key=0 if answered else _guess_key(subject_key, (sender, *recipients)),
    )


def hashed(identifier: str) -> int:
    """64 bits for an identifier, never 0."""
    octets = blake2b(identifier.encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(octets, signed=True) or 1


def without_answer_marks(subject: str) -> str:
    """`subject` without "Re:", "TR:" and their like at its start."""
    at = 0
    while mark := ANSWER.match(subject, at):
        at = mark.end()
    return subject[at:].strip()


@lru_cache(maxsize=4096)
def folded(text: str) -> str:
    """A key to sort and compare by: neither case nor accents, at most MAX_KEY characters."""
    if text.isascii():
        return text.lower()[:MAX_KEY]
    plain = unicodedata.normalize("NFKD", text.casefold())
    return ACCENTS.sub("", plain)[:MAX_KEY]


def _fields(block: bytes) -> dict[str, str]:
    """The first field of each name, undecoded."""
    if not PLAIN_BLOCK.fullmatch(block):
        return _fields_with_care(block)
    unfolded = FOLD.sub(" ", block.decode("ascii"))
    found = FIELD.findall(unfolded)
    found.reverse()  # of two fields of one name, the first is kept
    return {name.lower(): value for name, value in found}


def _fields_with_care(block: bytes) -> dict[str, str]:
    fields: dict[str, str] = {}
    for name, value in headers.split(block).fields:
        fields.setdefault(name, headers.raw_text(value))
    return fields


def _text(value: str) -> str:
    if "=?" not in value and value.isascii() and value.isprintable():
        return value[: headers.MAX_TEXT].strip()
    return _one_word(value) or headers.text(value)


def _one_word(value: str) -> str:
    """What `headers.text` answers for the usual shape; "" for any other."""
    found = ONE_WORD.fullmatch(value) if len(value) < headers.MAX_TEXT else None
    if found is None:
        return ""
    try:
        text = found[1] + a2b_qp(found[2], header=True).decode()
    except UnicodeDecodeError:
        return ""
    return text.strip() if text.isprintable() else ""


@lru_cache(maxsize=8192)
def _people(value: str) -> tuple[Address, ...]:
    """Most mail of a mailbox comes from the same people."""
    if not value:
        return ()
    simple = SIMPLE_ADDRESS.fullmatch(value)
    if simple and value.isascii():
        quoted, bare, angle, alone = simple.groups()
        return (Address((quoted or bare or "").strip(), angle or alone),)
    return addresses.parse(value.encode("utf-8", "surrogateescape"))


def _identifiers(value: str) -> tuple[str, ...]:
    if not value:
        return ()
    found = SIMPLE_ID.findall(value) if value.isascii() else ()
    return tuple(it[:MAX_IDENTIFIER] for it in found or headers.identifiers(value.encode()))


def _answered(fields: dict[str, str]) -> tuple[str, ...]:
    """References, then In-Reply-To when it adds anything; the first and the latest of very many."""
    references = _identifiers(fields.get("references", ""))
    parents = _identifiers(fields.get("in-reply-to", ""))
    found = tuple(dict.fromkeys((*references, *parents)))
    room = MAX_IDENTIFIERS - 1
    return found if len(found) <= room else (found[0], *found[1 - room :])


def _date(value: str) -> datetime | None:
    usual = USUAL_DATE.fullmatch(value)
    if usual is None:
        return headers.date(value.encode("utf-8", "replace")) if value else None
    day, month, year, hour, minute, second, sign, hours, minutes = usual.groups()
    try:
        zone = _zone(sign, int(hours), int(minutes))
        moment = datetime(
            int(year),
            MONTHS[month],
            int(day),
            int(hour),
            int(minute),
            min(int(second), 59),
            tzinfo=zone,
        )
        return moment.astimezone(UTC)
    except (ValueError, KeyError, OverflowError):
        return headers.date(value.encode("ascii"))


@lru_cache(maxsize=256)
def _zone(sign: str, hours: int, minutes: int) -> timezone:
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if sign == "-" else offset)


def _guess_key(subject: str, people: tuple[Address, ...]) -> int:
    """0 when the subject says nothing or nobody is named."""
    who = sorted({it.address.lower() for it in people if it.address})
    return hashed("\n".join((folded(subject), *who))) if subject and who else 0
