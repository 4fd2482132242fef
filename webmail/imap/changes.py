"""What happened in a folder since the last look, in as few words as the server allows.

QRESYNC (RFC 7162) says it all in the answer to SELECT; CONDSTORE names changed flags, and the UIDs
that are left tell what has gone; plain IMAP is asked for the UIDs and for the flags of a window.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from webmail.imap.channel import Selected
from webmail.imap.replies import Reply, fetched
from webmail.imap.rows import FlagRow, Rows, flag_row, found_by_search
from webmail.imap.uid_set import UidSet

# Where flags must be asked one by one: what people see first. The rest is up to `flag_rows`.
WINDOW = 2000


@dataclass(frozen=True)
class Changes:
    """`arrived` are UIDs above the last known one; `vanished` known ones that are gone; `flags` how
    known ones stand now, of those whose flags may have changed.

    `is_rebuilt`: the folder is another one than that of the UIDVALIDITY given: all that was known of
    it means nothing, and the rest of this says what is there now, without flags.
    """

    uid_validity: int
    uid_next: int
    highest_modseq: int
    exists: int
    vanished: UidSet
    arrived: UidSet
    flags: Sequence[FlagRow]
    is_rebuilt: bool = False


class Following(Rows):
    """The story of a folder that goes on. Leaves the folder selected, read-only."""

    def changes(
        self,
        folder: str,
        uid_validity: int,
        modseq: int,
        known: UidSet,
        window: int = WINDOW,
    ) -> Changes:
        """Since `modseq`; `known` are the UIDs that the caller has. Raises MessageGone.

        One round trip with QRESYNC, two otherwise, and one more to enable QRESYNC at its first use.
        `window` is how many of the newest known messages are asked for their flags where the
        server counts no changes.
        """
        if self.knows("QRESYNC") and modseq and known:
            self._enable_qresync()
            parameters = b" (QRESYNC (%d %d))" % (uid_validity, modseq)
            selected, replies = self._select(folder, readonly=True, parameters=parameters)
            if selected.uid_validity == uid_validity and selected.highest_modseq:
                return _changes(selected, replies, _vanished(replies), known)
        else:
            selected, _replies = self._select(folder, readonly=True)
        if selected.uid_validity != uid_validity or not known:
            return self._anew(selected, rebuilt=uid_validity not in {0, selected.uid_validity})
        if self.counts_changes and modseq:
            asked = [b"UID FETCH 1:* (UID FLAGS) (CHANGEDSINCE %d)" % modseq]
        else:
            chunks = known.newest(window).chunks(window)
            asked = [b"UID FETCH %b (UID FLAGS)" % str(chunk).encode() for chunk in chunks]
        return self._compared(selected, asked, known)

    def _enable_qresync(self) -> None:
        if not self.is_resyncing:
            self.run(b"ENABLE QRESYNC")
            self.is_resyncing = True

    def _anew(self, selected: Selected, *, rebuilt: bool) -> Changes:
        arrived = self.all_uids() if selected.exists else UidSet()
        return Changes(
            selected.uid_validity,
            selected.uid_next,
            selected.highest_modseq,
            selected.exists,
            vanished=UidSet(),
            arrived=arrived,
            flags=[],
            is_rebuilt=rebuilt,
        )

    def _compared(self, selected: Selected, asked: list[bytes], known: UidSet) -> Changes:
        how = b"RETURN (ALL) " if self.knows("ESEARCH") else b""
        replies = self.run(b"UID SEARCH " + how + b"ALL", *asked)
        present = found_by_search([reply.text for reply in replies])
        return _changes(selected, replies, known - present, known, present)


def _changes(
    selected: Selected,
    replies: Sequence[Reply],
    vanished: UidSet,
    known: UidSet,
    present: UidSet | None = None,
) -> Changes:
    items = (item for item in map(fetched, replies) if item)
    rows = {row.uid: row for row in map(flag_row, items) if row}
    gone = vanished & known
    kept = known - gone
    if present is None:
        present = UidSet.of(rows) - vanished
    return Changes(
        selected.uid_validity,
        selected.uid_next,
        selected.highest_modseq,
        selected.exists,
        vanished=gone,
        arrived=present & UidSet.between(known.last + 1),
        flags=[row for row in rows.values() if row.uid in kept],
    )


def _vanished(replies: Sequence[Reply]) -> UidSet:
    """``VANISHED (EARLIER) 1:5,7`` (RFC 7162 §3.2.10)."""
    found = UidSet()
    for reply in replies:
        kind, _space, rest = reply.text.partition(b" ")
        if kind.upper() == b"VANISHED":
            found |= UidSet.parse(rest.rsplit(b" ", 1)[-1].decode("ascii"))
    return found
