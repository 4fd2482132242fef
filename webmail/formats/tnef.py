"""Outlook's winmail.dat (MS-OXTNEF, MS-OXCDATA): its files and its text, in time linear in its
size.

tnefparse, the known library, believes the counts it reads: 60 octets keep it busy for hours.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from webmail.formats.unpack import MAX_FILES, File
from webmail.syntax import charsets

SIGNATURE = 0x223E9F78
BODY, MAPI_PROPS, OEM_CODEPAGE = 0x800C, 0x9003, 0x9007
ATTACH_DATA, ATTACH_TITLE, ATTACH_RENDERING, ATTACH_PROPS = 0x800F, 0x8010, 0x9002, 0x9005
# MAPI property tags (MS-OXPROPS).
TAG_BODY, TAG_HTML, TAG_CODEPAGE = 0x1000, 0x1013, 0x3FDE
TAG_DATA, TAG_NAME, TAG_LONG_NAME = 0x3701, 0x3704, 0x3707
FIXED = {
    0x02: 4,
    0x03: 4,
    0x04: 4,
    0x05: 8,
    0x06: 8,
    0x07: 8,
    0x0A: 4,
    0x0B: 4,
    0x14: 8,
    0x40: 8,
    0x48: 16,
}
VARIABLE = frozenset({0x0D, 0x1E, 0x1F, 0x102})
UNICODE, OBJECT, MULTIPLE, NAMED = 0x1F, 0x0D, 0x1000, 0x8000
OBJECT_ID = 16  # octets of the interface identifier before an embedded object's data


@dataclass(frozen=True)
class Tnef:
    """What a winmail.dat holds: its files, and the message's text if it has one."""

    files: tuple[File, ...] = ()
    html: str = ""
    text: str = ""


@dataclass
class _Attachment:
    title: bytes = b""
    content: bytes = b""
    properties: dict[int, tuple[int, bytes]] = field(default_factory=dict)

    def file(self, codepage: str) -> File:
        name = _text(self.properties, TAG_LONG_NAME, codepage) or _text(
            self.properties, TAG_NAME, codepage
        )
        kind, data = self.properties.get(TAG_DATA, (0, b""))
        embedded = data[OBJECT_ID:] if kind == OBJECT else data
        return File(
            name or charsets.decode(self.title, codepage).strip("\0"), self.content or embedded
        )


def read(data: bytes) -> Tnef:
    """The contents of a winmail.dat as far as they can be read; nothing for anything else."""
    attachments: list[_Attachment] = []
    properties: dict[int, tuple[int, bytes]] = {}
    body, codepage = b"", ""
    for name, content in _objects(data):
        if name == ATTACH_RENDERING and len(attachments) < MAX_FILES:
            attachments.append(_Attachment())
        elif name == OEM_CODEPAGE and len(content) >= 4:
            codepage = f"windows-{_uint32(content, 0)}"
        elif name == MAPI_PROPS:
            properties.update(_properties(content))
        elif name == BODY:
            body = content
        elif attachments:
            _add(attachments[-1], name, content)
    files = tuple(attachment.file(codepage) for attachment in attachments)
    return Tnef(
        files,
        _html(properties),
        _text(properties, TAG_BODY, codepage) or charsets.decode(body, codepage).strip("\0"),
    )


def is_tnef(data: bytes) -> bool:
    return len(data) >= 6 and _uint32(data, 0) == SIGNATURE


def _add(attachment: _Attachment, name: int, content: bytes) -> None:
    if name == ATTACH_TITLE:
        attachment.title = content
    elif name == ATTACH_DATA:
        attachment.content = content
    elif name == ATTACH_PROPS:
        attachment.properties.update(_properties(content))


def _objects(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Attribute name and content: level, name, type, length, content, checksum."""
    if not is_tnef(data):
        return
    at = 6
    while at + 9 <= len(data):
        name, length = _uint32(data, at + 1) & 0xFFFF, _uint32(data, at + 5)
        yield name, data[at + 9 : at + 9 + length]
        at += 9 + length + 2


def _properties(data: bytes) -> Iterator[tuple[int, tuple[int, bytes]]]:
    """Property number, then its type and its first value."""
    at = 4
    while at + 4 <= len(data):
        kind, number = struct.unpack_from("<HH", data, at)
        at += 4
        if number >= NAMED:
            at = _after_name(data, at)
        values, at = _values(data, at, kind)
        if values is None:
            return
        yield number, (kind & ~MULTIPLE, values)


def _after_name(data: bytes, at: int) -> int:
    at += 16
    if at + 8 > len(data):
        return len(data)
    if _uint32(data, at) == 0:
        return at + 8
    return at + 8 + _padded(_uint32(data, at + 4))


def _values(data: bytes, at: int, kind: int) -> tuple[bytes | None, int]:
    """The first of a property's values (None when the type is unknown or the data ends), and where
    the next property is.
    """
    single = kind & ~MULTIPLE
    if single not in VARIABLE and single not in FIXED:
        return None, at
    count = 1
    if kind & MULTIPLE or single in VARIABLE:
        if at + 4 > len(data):
            return None, at
        count, at = _uint32(data, at), at + 4
    if single in FIXED:
        size = FIXED[single]
        return data[at : at + size], at + size * count
    return _variable(data, at, count)


def _variable(data: bytes, at: int, count: int) -> tuple[bytes | None, int]:
    first: bytes | None = b"" if count == 0 else None
    for _ in range(count):
        if at + 4 > len(data):
            return None, at
        length = _uint32(data, at)
        first = data[at + 4 : at + 4 + length] if first is None else first
        at += 4 + _padded(length)
    return first, at


def _html(properties: dict[int, tuple[int, bytes]]) -> str:
    kind, content = properties.get(TAG_HTML, (0, b""))
    codepage = properties.get(TAG_CODEPAGE, (0, b""))[1]
    label = (
        "utf-16-le"
        if kind == UNICODE
        else f"windows-{_uint32(codepage, 0)}"
        if len(codepage) >= 4
        else ""
    )
    return charsets.decode(
        content, "utf-8" if label == "windows-65001" else label, is_html=True
    ).strip("\0")


def _text(properties: dict[int, tuple[int, bytes]], number: int, codepage: str) -> str:
    kind, content = properties.get(number, (0, b""))
    return charsets.decode(content, "utf-16-le" if kind == UNICODE else codepage).strip("\0")


def _uint32(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 4], "little")


def _padded(length: int) -> int:
    return -(-length // 4) * 4
