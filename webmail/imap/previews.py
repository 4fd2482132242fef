"""The first words of messages: the second pass of the index."""

from collections import defaultdict
from collections.abc import Iterator

from webmail.imap.replies import fetched, listed
from webmail.imap.rows import Rows
from webmail.imap.structures import first_text
from webmail.imap.uid_set import UidSet
from webmail.message import shown
from webmail.message.structure import Part
from webmail.readable import safe_html
from webmail.syntax import charsets, transfer

FIRST_OCTETS = 4096  # of a text, where the server makes no previews
PREVIEW_LENGTH = 200  # characters, as Dovecot's
CHUNK = 500


class Previews(Rows):
    """A folder is selected first."""

    def previews(self, uids: UidSet) -> Iterator[tuple[int, str]]:
        """(uid, first words) of those of `uids` that are there; "" for a message without text.

        The server's own (RFC 8970), else the beginning of the text that is read first. Cyrus says
        that it makes previews, and may have none: what is empty is looked at too.
        """
        without: list[int] = []
        if self.knows("PREVIEW"):
            for found in self._fetch(uids, b"UID PREVIEW"):
                if found.get(b"PREVIEW"):
                    yield found[b"UID"], found[b"PREVIEW"].decode("utf-8", "replace")
                elif b"PREVIEW" in found:
                    without.append(found[b"UID"])
        remaining = UidSet.of(without) if self.knows("PREVIEW") else self.present(uids)
        for chunk in remaining.chunks(CHUNK):
            yield from self._previews_of_texts(chunk)

    def _previews_of_texts(self, uids: UidSet) -> Iterator[tuple[int, str]]:
        texts = {
            found[b"UID"]: first_text(listed(found, b"BODYSTRUCTURE"))
            for found in self._fetch(uids, b"UID BODYSTRUCTURE")
            if b"BODYSTRUCTURE" in found
        }
        beginnings = self._beginnings(texts)
        for uid, part in texts.items():
            yield uid, first_words(beginnings.get(uid, b""), part) if part else ""

    def _beginnings(self, texts: dict[int, Part | None]) -> dict[int, bytes]:
        """One FETCH for all texts that stand at the same place of their messages."""
        places: dict[str, list[int]] = defaultdict(list)
        for uid, part in texts.items():
            if part:
                places[part.section].append(uid)
        commands = [
            b"UID FETCH %b (UID BODY.PEEK[%b]<0.%d>)"
            % (str(piece).encode(), place.encode(), FIRST_OCTETS)
            for place, numbers in places.items()
            for piece in UidSet.of(numbers).chunks(CHUNK)
        ]
        found: dict[int, bytes] = {}
        for item in filter(None, map(fetched, self.run(*commands) if commands else [])):
            octets = (value for name, value in item.items() if name.endswith(b"]<0>"))
            if b"UID" in item:
                found[item[b"UID"]] = next(octets, None) or found.get(item[b"UID"], b"")
        return found


def first_words(beginning: bytes, part: Part) -> str:
    """The first words of a text, of which `beginning` are the first transferred octets."""
    is_html = part.type in shown.HTML_TYPES
    text = charsets.decode(transfer.decode(beginning, part.encoding), part.charset, is_html=is_html)
    if is_html:
        text = safe_html.clean(text, inline={}).text
    else:
        text = " ".join(line for line in text.splitlines() if not line.startswith(">"))
    return " ".join(text.split())[:PREVIEW_LENGTH]
