"""What a page did itself on the server, noted in the index at once; no word with the server.

The next sync hears the same from the server and finds nothing to do.
"""

from collections.abc import Collection, Mapping

from mailboxes.models import Mailbox
from webmail.imap import UidSet
from webmail.models import Folder, IndexedMessage
from webmail.sync import messages
from webmail.sync.facts import FLAGS, Marks, marks
from webmail.sync.lease import writing
from webmail.sync.tables import update


def note_flags(
    folder: Folder,
    uids: Collection[int],
    add: Collection[str] = (),
    remove: Collection[str] = (),
) -> None:
    """Flags (``\\Seen`` …) and keywords that were set and taken off."""
    with writing(folder.mailbox):
        before = messages.marks_of(folder, UidSet.of(uids))
        after = {uid: _changed(now, set(add), set(remove)) for uid, now in before.items()}
        messages.count(folder, unseen=_unseen(after) - _unseen(before))
        messages.tidy(folder.mailbox, messages.change(folder, after))


def note_shown_anew(mailbox: Mailbox) -> None:
    """What lists show beside messages changed, such as who sees to them: open pages fetch theirs again."""
    with writing(mailbox):
        pass


def note_gone(folder: Folder, uids: Collection[int]) -> None:
    """Messages that were removed, or moved where only the server knows."""
    with writing(folder.mailbox):
        before = messages.marks_of(folder, UidSet.of(uids))
        messages.count(folder, messages=-len(before), unseen=-_unseen(before))
        messages.tidy(folder.mailbox, messages.leave(folder, UidSet.of(uids)))


def note_moved(source: Folder, target: Folder, new_uids: Mapping[int, int]) -> None:
    """Messages that went from `source` to `target`, with their UIDs there (COPYUID, RFC 4315)."""
    with writing(source.mailbox):
        before = messages.marks_of(source, UidSet.of(new_uids))
        already = messages.marks_of(target, UidSet.of(new_uids.values()))
        moved = {old: new for old, new in new_uids.items() if old in before and new not in already}
        touched = messages.conversations(source, UidSet.of(before))
        _move(source, target, moved)
        messages.leave(source, UidSet.of(before))
        _count_move(source, target, before, moved)
        messages.tidy(source.mailbox, touched)


def _move(source: Folder, target: Folder, new_uids: Mapping[int, int]) -> None:
    update(
        IndexedMessage,
        ["folder_id", "uid"],
        ["mailbox_id", "folder_id", "uid"],
        [(target.pk, new, source.mailbox_id, source.pk, old) for old, new in new_uids.items()],
    )
    messages.count(source, indexed=-len(new_uids))
    messages.count(target, indexed=len(new_uids))


def _count_move(
    source: Folder, target: Folder, gone: Mapping[int, Marks], moved: Collection[int]
) -> None:
    """What the server will tell of both: a sync that saw some of them in `target` counted these."""
    messages.count(source, messages=-len(gone), unseen=-_unseen(gone))
    arrived = {uid: gone[uid] for uid in moved}
    messages.count(target, messages=len(arrived), unseen=_unseen(arrived))


def _unseen(marks_by_uid: Mapping[int, Marks]) -> int:
    return sum(not it.seen for it in marks_by_uid.values())


def _changed(now: Marks, add: set[str], remove: set[str]) -> Marks:
    """These marks with flags and keywords added and taken off."""
    flags = {flag for name, flag in FLAGS.items() if getattr(now, name)}
    words = set(now.keywords.split())
    changed = (flags | words | add) - remove
    system = frozenset(it for it in changed if it.startswith("\\"))
    return marks(system, frozenset(changed - system))
