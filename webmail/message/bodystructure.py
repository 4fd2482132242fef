"""IMAP's BODYSTRUCTURE, as imapclient parses it, to a tree of parts (RFC 9051, 7.5.2)."""

import dataclasses
from typing import Any

from webmail.message import structure
from webmail.message.structure import Part, PartFields
from webmail.syntax import headers, parameters

SINGLE_EXTENSION = 7  # where the extension data of a plain part begins: its MD5
TEXT_EXTENSION = 8
MESSAGE_EXTENSION = 10


def structure_from_imap(body: Any) -> Part:
    """The tree of a whole message.

    `body` is nested tuples, lists, bytes, integers and None, from a server we do not control.
    """
    return _body(body, "", depth=1)


def _body(body: Any, message: str, depth: int) -> Part:
    section = structure.body_section(message, is_multipart=_is_multipart(body))
    return _part(body, section, depth)


def _part(body: Any, section: str, depth: int) -> Part:
    if not isinstance(body, tuple | list) or not body or depth > structure.MAX_DEPTH:
        return Part(section, "application/octet-stream", {"boundary": ""})
    return (
        _multipart(body, section, depth) if _is_multipart(body) else _single(body, section, depth)
    )


def _is_multipart(body: Any) -> bool:
    return isinstance(body, tuple | list) and bool(body) and isinstance(body[0], tuple | list)


def _multipart(body: Any, section: str, depth: int) -> Part:
    if isinstance(body[0], list):
        written, rest = body[0], body[1:]
    else:
        count = next((at for at, item in enumerate(body) if not isinstance(item, tuple)), len(body))
        written, rest = body[:count], body[count:]
    fields = PartFields(
        content_type=(_type(b"multipart", _at(rest, 0)), _pairs(_at(rest, 1))),
        disposition=_disposition(_at(rest, 2)),
        encoding="",
        content_id="",
        content_location=_text(_at(rest, 4)),
    )
    part = structure.described(section, fields)
    children = tuple(
        _part(child, structure.child_section(section, number), depth + 1)
        for number, child in enumerate(written, 1)
    )
    return dataclasses.replace(part, children=() if _is_placeholder(children) else children)


def _single(body: Any, section: str, depth: int) -> Part:
    main = _bytes(_at(body, 0)).lower()
    is_text = main == b"text"
    is_enclosure = main == b"message" and isinstance(_at(body, 7), tuple) and bool(_at(body, 8))
    extension = (
        MESSAGE_EXTENSION if is_enclosure else TEXT_EXTENSION if is_text else SINGLE_EXTENSION
    )
    fields = PartFields(
        content_type=(_type(main, _at(body, 1)), _pairs(_at(body, 2))),
        disposition=_disposition(_at(body, extension + 1)),
        encoding=_text(_at(body, 5)),
        content_id=_text(_at(body, 3)),
        content_location=_text(_at(body, extension + 3)),
    )
    part = structure.described(section, fields)
    size = _at(body, 6)
    part = dataclasses.replace(part, size=size if isinstance(size, int) else 0)
    is_readable = part.is_message and part.encoding in structure.IDENTITY_ENCODINGS
    return _enclosing(part, body, depth) if is_enclosure and is_readable else part


def _enclosing(part: Part, body: Any, depth: int) -> Part:
    envelope = _at(body, 7)
    subject = headers.text(_bytes(_at(envelope, 1))) if isinstance(envelope, tuple | list) else ""
    return dataclasses.replace(
        part, subject=subject, children=(_body(body[8], part.section, depth + 1),)
    )


def _type(main: bytes, subtype: Any) -> str:
    return f"{_text(main)}/{_text(subtype)}".lower()


def _disposition(written: Any) -> tuple[str, parameters.Pairs]:
    return _text(_at(written, 0)).strip().lower(), _pairs(_at(written, 1))


def _pairs(params: Any) -> parameters.Pairs:
    flat = [_bytes(item) for item in params] if isinstance(params, tuple | list) else []
    return [
        (name.decode("latin-1").lower(), content)
        for name, content in zip(flat[::2], flat[1::2], strict=False)
    ]


def _is_placeholder(children: tuple[Part, ...]) -> bool:
    """Dovecot describes a multipart without parts as holding one empty text."""
    return (
        len(children) == 1
        and children[0].type == "text/plain"
        and children[0].size == 0
        and not children[0].filename
    )


def _at(sequence: Any, index: int) -> Any:
    return sequence[index] if isinstance(sequence, tuple | list) and len(sequence) > index else None


def _bytes(value: Any) -> bytes:
    """imapclient gives bytes, but integers for atoms made of digits, and None for NIL."""
    if isinstance(value, bytes):
        return value
    return b"" if value is None or isinstance(value, tuple | list) else str(value).encode()


def _text(value: Any) -> str:
    return _bytes(value).decode("utf-8", "replace")
