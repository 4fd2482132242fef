"""Octets of a mail to text: by the WHATWG table, by a guess when the label is absent or wrong."""

import codecs
import re
from collections.abc import Iterator
from functools import lru_cache

import charset_normalizer
import webencodings

# The WHATWG encodings whose Python codec of the same name knows less than browsers do.
WIDER = {"gbk": "gb18030", "iso2022_jp": "iso2022_jp_ext", "x-user-defined": "cp1252"}
# Mail knows encodings that the WHATWG table dropped (RFC 2152, RFC 1557, RFC 1843, and DOS).
MAIL_ONLY = {
    "utf-7": "utf-7",
    "unicode-1-1-utf-7": "utf-7",
    "utf-32": "utf-32",
    "utf-32le": "utf-32-le",
    "utf-32be": "utf-32-be",
    "iso-2022-kr": "iso2022_kr",
    "hz-gb-2312": "hz",
    "ibm437": "cp437",
    "cp437": "cp437",
    "ibm850": "cp850",
    "cp850": "cp850",
    "cp858": "cp858",
    "ibm852": "cp852",
    "cp852": "cp852",
    "cp932": "cp932",
    "ms932": "cp932",
    "cp936": "gb18030",
    "cp949": "cp949",
    "cp950": "cp950",
    "utf8mb4": "utf-8",
}
# "us-ascii" over 8-bit octets is a wrong label, and servers write it where there was none.
NO_LABEL = frozenset(
    {"", "us-ascii", "ascii", "ansi_x3.4-1968", "unknown-8bit", "default", "binary"}
)
WESTERN = frozenset({"cp1252", "iso8859-15"})
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
META_CHARSET = re.compile(
    rb"<(?:meta\s|\?xml\s)[^>]{0,300}?(?:charset|encoding)\s*=\s*[\"']?\s*([\w.:-]{1,40})",
    re.IGNORECASE,
)
JAPANESE_ESCAPE = re.compile(rb"\x1b\$[@B]|\x1b\(J")
JAPANESE_RUN = re.compile(rb"\x1b(\$[@B]|\$\(D|\([BJI])([^\x1b]*)")
# What UTF-8 read as windows-1252 would show is never meant, if it would be one of these as UTF-8.
PLAUSIBLE = re.compile(r"[\x00-\x7f\u00a0-\u017f\u2010-\u2026\u2030-\u203a\u20ac\u2122]*\Z")
SAMPLE = 16 << 10
LONGEST_LABEL = 100  # characters of one
FEW = 8  # octets from which no script can be told
GUESSES = [
    "cp1251",
    "koi8_r",
    "gb18030",
    "big5",
    "cp932",
    "euc_jp",
    "cp949",
    "cp1253",
    "cp1255",
    "cp1256",
]


def decode(data: bytes, label: str = "", *, is_html: bool = False) -> str:
    """Text of `data`; never raises, U+FFFD stands for what cannot be read.

    `label` is the charset parameter, as sent. It wins over a `<meta>` (`is_html`), which wins over
    a guess.
    """
    for mark, name in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(name, "replace")
    codec = codec_of(label) or (_meta_codec(data) if is_html else None)
    if codec is None:
        return _guess(data)
    return _labelled(data, codec)


def codec_of(label: str) -> str | None:
    """Python codec for a charset label, or None when it says nothing: absent, us-ascii, unknown."""
    return _codec_of(label[:LONGEST_LABEL])


@lru_cache(maxsize=256)
def _codec_of(label: str) -> str | None:
    for name in _spellings(label):
        if name in NO_LABEL:
            return None
        if name in MAIL_ONLY:
            return MAIL_ONLY[name]
        encoding = webencodings.lookup(name)
        if encoding is not None:
            codec: str = encoding.codec_info.name
            return WIDER.get(codec, codec)
    return None


def _spellings(label: str) -> Iterator[str]:
    plain = label.strip(" \t\r\n\"';,").lower()
    yield plain
    first = re.split(r"[\s;,(*]", plain, maxsplit=1)[0].removeprefix("charset=")
    yield first
    dashed = first.replace("_", "-")
    yield dashed
    yield dashed.removeprefix("x-")
    yield re.sub(r"^iso-?8859-?", "iso-8859-", dashed)
    yield re.sub(r"^(?:cp-?|win-?|windows-?)(\d+)$", r"windows-\1", dashed)


def _meta_codec(data: bytes) -> str | None:
    found = META_CHARSET.search(data[:2048])
    codec = codec_of(found[1].decode("ascii", "replace")) if found else None
    # A <meta> that could be read as ASCII cannot mean UTF-16 (WHATWG HTML, 13.2.3.3).
    return "utf-8" if codec and codec.startswith("utf-16") else codec


def _labelled(data: bytes, codec: str) -> str:
    if codec in WESTERN:
        return _western(data, codec)
    if codec == "iso2022_jp_ext":
        return _iso_2022_jp(data)
    try:
        return data.decode(codec)
    except UnicodeError:
        return _damaged(data, codec)


def _western(data: bytes, codec: str) -> str:
    """A Latin label accepts any octets; sequences that are valid UTF-8 throughout betray a wrong
    one.
    """
    if not data.isascii():
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            return data.decode(codec, "replace")
        if PLAUSIBLE.match(text):
            return text
    return data.decode(codec, "replace")


def _damaged(data: bytes, codec: str) -> str:
    """The label stands when most of the text fits it: one bad octet must not spoil a page."""
    text = data.decode(codec, "replace")
    wrong = text.count("\ufffd")
    right = sum(1 for char in text[:SAMPLE] if char > "\x7f" and char != "\ufffd")
    return _guess(data) if wrong > right else text


def _guess(data: bytes) -> str:
    if data.isascii():
        return _iso_2022_jp(data) if JAPANESE_ESCAPE.search(data) else data.decode("ascii")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start >= len(data) - 3 and not data[: error.start].isascii():
            return data.decode("utf-8", "replace")
    return data.decode(_guessed_codec(data), "replace")


def _guessed_codec(data: bytes) -> str:
    """Few high octets: a Western text. Many: another script, left to charset-normalizer."""
    sample = data[:SAMPLE]
    high = sum(1 for octet in sample if octet > 0x7F)
    letters = sum(1 for octet in sample if octet > 0x40)
    if high < FEW or high * 2 < letters:
        return "cp1252"
    best = charset_normalizer.from_bytes(sample, cp_isolation=GUESSES).best()
    return best.encoding if best else "cp1252"


def _iso_2022_jp(data: bytes) -> str:
    try:
        return data.decode("iso2022_jp_ext")
    except UnicodeError:
        # Programs on Windows put NEC's and IBM's extra characters (①, 髙) under this label
        # (CP50221).
        return _jis_runs(data)


def _jis_runs(data: bytes) -> str:
    start = data.find(b"\x1b")
    before = data[: start if start >= 0 else None].decode("ascii", "replace")
    return before + "".join(_jis_run(run[1], run[2]) for run in JAPANESE_RUN.finditer(data))


def _jis_run(escape: bytes, octets: bytes) -> str:
    if escape in {b"(B", b"(J"}:
        return octets.decode("ascii", "replace")
    if escape == b"(I":
        return bytes(octet | 0x80 for octet in octets).decode("cp932", "replace")
    if escape == b"$(D":
        return octets.decode("ascii", "replace")
    return b"".join(_shifted(*octets[at : at + 2]) for at in range(0, len(octets) - 1, 2)).decode(
        "cp932", "replace"
    )


def _shifted(first: int, second: int) -> bytes:
    """JIS row and cell to Shift_JIS (JIS X 0208, annex 1)."""
    row, cell = first & 0x7F, second & 0x7F
    lead = (row + 1) // 2 + (0x70 if row < 0x5F else 0xB0)
    trail = cell + (0x1F + (cell >= 0x60) if row % 2 else 0x7E)
    return bytes((lead & 0xFF, trail & 0xFF))
