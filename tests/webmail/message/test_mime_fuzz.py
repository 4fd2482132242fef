"""Any bytes are a message that can be read: mutations of the corpus, and plain noise."""

import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from webmail.message.contents import attachment_content
from webmail.message.message_bytes import MessageBytes
from webmail.readable import cautions, mime

CORPUS = Path(__file__).parents[2] / "corpus" / "mime"
SEEDS = [file.read_bytes() for file in sorted(CORPUS.glob("*.eml")) if file.stat().st_size < 5_000]
SPLINTERS = [
    b"\r\n", b"\n\n", b"--", b"=?utf-8?B?", b"?=", b'"', b"(", b"<", b">", b",", b";", b":", b"*0*=",
    b"\x00", b"\xff", b"\x1b$B", b"=ybegin ", b"begin 644 a\n", b"end\n", b"multipart/mixed",
    b"message/rfc822", b"Content-Type: ", b"boundary=", b"base64", b"utf-7", b"+2AA-", b"@",
    b"BEGIN:VCALENDAR", b"\x78\x9f\x3e\x22", b"99999999999999999999",
]  # fmt: skip
# How many examples: the profile's choice, `--hypothesis-profile` for a long run.
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A message of the corpus with pieces cut out, put in or doubled."""
    raw = draw(st.sampled_from(SEEDS))
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(raw)))
        end = min(len(raw), start + draw(st.integers(0, 40)))
        inserted = draw(st.sampled_from(SPLINTERS) | st.binary(max_size=8) | st.just(raw[:end]))
        raw = raw[:start] + inserted + raw[end:]
    return raw


@PATIENT
@given(mutated() | st.binary(max_size=300))
def test_no_bytes_keep_a_message_from_being_read(raw: bytes) -> None:
    whole = MessageBytes(raw)
    message = mime.read_bytes(raw)
    cautions.flags(message, ["univ-lac.example"])
    for enclosed in message.enclosed:
        mime.read_enclosed(whole.tree, enclosed.section, whole.fetch)
    for part in message.attachments:
        content = attachment_content(whole.tree, part.section, whole.fetch)
        assert content is not None
        assert len(content) == part.size
    str(message).encode()  # no lone surrogate, which no page could be written with


def steps(work: Callable[[], object]) -> int:
    """Lines of Python that run: a measure of work that no busy machine changes."""
    count = 0

    def count_lines(_frame: FrameType, event: str, _argument: Any) -> Any:
        nonlocal count
        count += event == "line"
        return count_lines

    before = sys.gettrace()
    sys.settrace(count_lines)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


MULTIPART = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
GROWING: dict[str, Callable[[int], bytes]] = {
    "delimiters": lambda n: MULTIPART + b"--b\n" * n,
    "delimiters without blank lines": lambda n: MULTIPART + b"--b\nX: y\n" * n,
    "dashes": lambda n: MULTIPART + b"--\n" * n,
    "nested multiparts": lambda n: b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (i, i) for i in range(n)
    ),
    "one boundary nested": lambda n: (MULTIPART + b"--b\r\n") * n,
    "enclosed messages": lambda n: b"Content-Type: message/rfc822\r\n\r\n" * n,
    "encoded words": lambda n: b"Subject: " + b"=?a?q? " * n + b"\r\n\r\n",
    "open quotes": lambda n: b"To: " + b'"\\' * n + b"\r\n\r\n",
    "open comments": lambda n: b"To: " + b"(a" * n + b"\r\n\r\n",
    "at signs": lambda n: b"To: " + b"@ " * n + b"\r\n\r\n",
    "parameters": lambda n: b"Content-Type: text/plain; " + b'a="b;' * n + b"\r\n\r\n",
    "fields": lambda n: b"X: y\n" * n,
    "uuencode": lambda n: b"\r\n" + b"begin 644 a\n" * n + b"end\n",
    "flowed": lambda n: b"Content-Type: text/plain; format=flowed\r\n\r\n" + b"> a \n" * n,
    "report": lambda n: b"Content-Type: message/delivery-status\r\n\r\n" + b"Action: a\n\n" * n,
}


@pytest.mark.parametrize("kind", GROWING)
def test_twice_the_message_is_at_most_twice_the_work(kind: str) -> None:
    small, large = GROWING[kind](400), GROWING[kind](800)
    mime.read_bytes(small)
    assert steps(lambda: mime.read_bytes(large)) < 2.2 * steps(lambda: mime.read_bytes(small)) + 500
