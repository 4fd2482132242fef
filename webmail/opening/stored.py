"""A message of a mailbox, part by part: what was read a moment ago comes from the cache, the rest from
the mail server.
"""

import json
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db import connection

from webmail import imap
from webmail.message import shown
from webmail.message.bodystructure import structure_from_imap
from webmail.message.message_bytes import MessageBytes
from webmail.message.readable import ReadableMessage
from webmail.message.structure import Part
from webmail.models import Folder
from webmail.opening import sealed_cache
from webmail.readable import mime
from webmail.syntax import headers
from webmail.syntax.transfer import PIECE

# Fetched whole and parsed here: one round trip, and Dovecot 2.3 takes a text line for a boundary that is its beginning.
WHOLE_OCTETS = 192 << 10  # a usual newsletter too


@dataclass(frozen=True)
class _Known:
    """What was fetched of a message: all its octets, or its header, its structure and its texts."""

    headers: bytes
    structure: Any
    whole: bytes | None
    texts: Mapping[str, bytes] = field(default_factory=dict)


class StoredMessage:
    """`session` opens the mail server's view of the folder's mailbox for the person who reads.

    Who may read has been checked by the caller. Everything raises MessageGone when the message is away.
    """

    def __init__(self, folder: Folder, uid: int, session: Callable[[], imap.OpenSession]) -> None:
        self.folder = folder
        self.uid = uid
        self._session = session

    @property
    def place(self) -> list[int]:
        """Mailbox, folder and UID, as addresses of pages name them."""
        return [self.folder.mailbox_id, self.folder.pk, self.uid]

    @cached_property
    def tree(self) -> Part:
        whole = self._whole
        return whole.tree if whole else structure_from_imap(self._known.structure)

    @property
    def is_small(self) -> bool:
        """The whole of it is here: nothing more is ever fetched."""
        return self._known.whole is not None

    @property
    def subject(self) -> str:
        """As it is read, "" for none."""
        header = self._whole.fetch("HEADER") if self._whole else self._known.headers
        return headers.split(header).text("subject") or ""

    def readable(self) -> ReadableMessage:
        """The message as it is read; of a large one its texts are fetched."""
        if self._known.whole is not None:
            return mime.read_bytes(self._known.whole)
        self._prepare(shown.choose(self.tree).sections)
        return mime.read_message(self._known.headers, self.tree, self.fetch)

    def fetch(self, section: str) -> bytes:
        """The transferred octets of a section, held in memory; b"" when a small message has none."""
        if self._whole:
            return self._whole.fetch(section)
        if section not in self._known.texts:
            with self._selected() as mail:
                return mail.section(self.uid, section)
        return self._known.texts[section]

    def samples(self, part: Part, octets: int) -> list[bytes]:
        """The first and the last octets of a part as transferred, in one round trip."""
        spans = [(0, octets), (max(0, part.size - octets), octets)]
        with self._selected() as mail:
            return mail.part_pieces(self.uid, part.section, spans)

    def stream(
        self, section: str, *, start: int = 0, end: int = 0, chunk: int = PIECE
    ) -> Generator[bytes, None, None]:
        """The transferred octets of a section, piece by piece; `end` 0 is the section's own end."""
        with self._selected() as mail:
            # A slow download must not hold one of the database's few connections.
            connection.close()
            yield from mail.part_stream(self.uid, section, chunk, start=start, end=end)

    @contextmanager
    def _selected(self) -> Iterator[imap.MailSession]:
        with self._session() as mail:
            mail.select(self.folder.name, uid_validity=self.folder.uid_validity)
            yield mail

    @cached_property
    def _known(self) -> _Known:
        return _kept(self.folder, self.uid) or self._opened()

    @cached_property
    def _whole(self) -> MessageBytes | None:
        return MessageBytes(self._known.whole) if self._known.whole is not None else None

    def _opened(self) -> _Known:
        validity = self.folder.uid_validity
        with self._session() as mail:
            fetched = mail.open_message(
                self.folder.name, self.uid, uid_validity=validity, whole=WHOLE_OCTETS
            )
            whole = _whole(mail, fetched)
        known = (
            _Known(fetched.headers, fetched.structure, None)
            if whole is None
            else _Known(b"", None, whole)
        )
        _keep(self.folder, self.uid, known)
        return known

    def _prepare(self, sections: Sequence[str]) -> None:
        """Brings what is missing of these in one round trip."""
        missing = [section for section in sections if section not in self._known.texts]
        if missing:
            with self._selected() as mail:
                found = mail.sections(self.uid, missing)
            texts = {section: found.get(section, b"") for section in missing}
            known = self._known
            self._known = _Known(known.headers, known.structure, None, {**known.texts, **texts})
            _keep(self.folder, self.uid, self._known)


def read_opened(
    mail: imap.MailSession, folder: Folder, fetched: imap.FetchedMessage
) -> ReadableMessage:
    """The message that `mail` has just opened; of a large one its texts are fetched, in one round trip.

    What was fetched is kept for its frame, its pictures and its files.
    """
    whole = _whole(mail, fetched)
    if whole is not None:
        _keep(folder, fetched.uid, _Known(b"", None, whole))
        return mime.read_bytes(whole)
    tree = structure_from_imap(fetched.structure)
    texts = mail.sections(fetched.uid, shown.choose(tree).sections)
    _keep(folder, fetched.uid, _Known(fetched.headers, fetched.structure, None, texts))
    return mime.read_message(fetched.headers, tree, lambda section: texts.get(section, b""))


def _keep(folder: Folder, uid: int, known: _Known) -> None:
    written = json.dumps(vars(known), default=_as_text, ensure_ascii=False)
    sealed_cache.keep(_name(folder, uid), written.encode())


def _whole(mail: imap.MailSession, fetched: imap.FetchedMessage) -> bytes | None:
    """All octets of a small message, also where the server's word about its size was not exact."""
    if fetched.whole is None and fetched.size <= WHOLE_OCTETS:
        return mail.section(fetched.uid, "")
    return fetched.whole


def _kept(folder: Folder, uid: int) -> _Known | None:
    found = sealed_cache.kept(_name(folder, uid))
    return _Known(**_with_octets(json.loads(found))) if found else None


def _name(folder: Folder, uid: int) -> str:
    """A message never changes under one UIDVALIDITY and UID (RFC 9051 §2.3.1.1)."""
    return f"message:{folder.mailbox_id}:{folder.pk}:{folder.uid_validity}:{uid}"


def _as_text(value: Any) -> str:
    """Octets as the characters of the same numbers; JSON has no octets."""
    return bytes(value).decode("latin-1")


def _with_octets(value: Any) -> Any:
    match value:
        case str():
            return value.encode("latin-1")
        case list():
            return tuple(map(_with_octets, value))
        case dict():
            return {name: _with_octets(item) for name, item in value.items()}
    return value
