"""The folders of a mailbox, as LIST tells them."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from mailboxes.models import Mailbox
from webmail.imap import FolderStatus
from webmail.models import (
    Conversation,
    Folder,
    FolderConversation,
    IndexedMessage,
    MailboxIndex,
    MessageReference,
)
from webmail.sync import messages
from webmail.sync.lease import writing

COUNTS = [
    "delimiter",
    "special_use",
    "selectable",
    "subscribed",
    "uid_validity",
    "uid_next",
    "highest_modseq",
    "messages",
    "unseen",
]
Known = TypeVar("Known", Folder, FolderStatus)


def store_folders(mailbox: Mailbox, statuses: Sequence[FolderStatus]) -> list[Folder]:
    """Makes the rows of `mailbox` equal to what LIST answered, and returns them.

    Nothing is written where nothing changed. A folder whose UIDVALIDITY changed is another folder
    (RFC 9051 §2.3.1.1): it gets a new row, so an old link cannot name a wrong message. One that has a
    new name keeps its row and its messages.
    """
    known = _by_name(mailbox)
    if len(known) == len(statuses) and all(_is_as_told(known.get(it.name), it) for it in statuses):
        return list(known.values())
    with writing(mailbox):
        _store(mailbox, statuses)
    return list(mailbox.folders.all())


def throw_away(mailbox: Mailbox) -> None:
    """Empties the index of a mailbox; the next sync reads everything again. Old links end."""
    with writing(mailbox):
        for model in (IndexedMessage, FolderConversation, Conversation, MessageReference):
            model.objects.filter(mailbox=mailbox).delete()
        mailbox.folders.all().delete()
        MailboxIndex.objects.filter(mailbox=mailbox).update(unfinished=True)


def _store(mailbox: Mailbox, statuses: Sequence[FolderStatus]) -> None:
    known, told = _by_name(mailbox), {it.name: it for it in statuses}
    same = {name for name, it in told.items() if _is_same(known.get(name), it)}
    gone = [it for name, it in known.items() if name not in same]
    new = [it for name, it in told.items() if name not in same]
    renamed = _renamed(gone, new)
    for folder in gone:
        if folder.name not in renamed:
            messages.forget_folder(folder)
    for old_name, status in renamed.items():
        known[status.name] = known.pop(old_name)
        Folder.objects.filter(pk=known[status.name].pk).update(name=status.name)
    names = {it.name for it in renamed.values()}
    Folder.objects.bulk_create(_row(mailbox, it) for it in new if it.name not in names)
    _update(mailbox, {name: known[name] for name in same | names}, told)


def _by_name(mailbox: Mailbox) -> dict[str, Folder]:
    return {folder.name: folder for folder in mailbox.folders.all()}


def _is_same(known: Folder | None, told: FolderStatus) -> bool:
    return known is not None and known.uid_validity == told.uid_validity


def _is_as_told(known: Folder | None, told: FolderStatus) -> bool:
    return known is not None and all(getattr(known, it) == getattr(told, it) for it in COUNTS)


def _renamed(gone: Iterable[Folder], new: Iterable[FolderStatus]) -> dict[str, FolderStatus]:
    """By old name, the folders that are there under another one.

    No server says so; but the same UIDVALIDITY, next UID and number of messages, where no other
    folder that came or went has them, are the same folder.
    """
    before, after = _singular(gone), _singular(new)
    return {folder.name: after[key] for key, folder in before.items() if key in after}


def _singular(folders: Iterable[Known]) -> dict[tuple[int, int, int], Known]:
    candidates = [it for it in folders if it.selectable and it.uid_validity]
    keys = [(it.uid_validity, it.uid_next, it.messages) for it in candidates]
    counts = Counter(keys)
    return {key: it for key, it in zip(keys, candidates, strict=True) if counts[key] == 1}


def _row(mailbox: Mailbox, status: FolderStatus) -> Folder:
    values = {name: getattr(status, name) for name in COUNTS}
    return Folder(mailbox=mailbox, name=status.name, **values)


def _update(
    mailbox: Mailbox, known: Mapping[str, Folder], told: Mapping[str, FolderStatus]
) -> None:
    """What lies in the junk or in the bin is shown apart: another use is another look at it all."""
    changed, used_otherwise = [], []
    for name, folder in known.items():
        status = told[name]
        if _is_as_told(folder, status):
            continue
        if folder.special_use != status.special_use:
            used_otherwise.append(folder)
        for column in COUNTS:
            setattr(folder, column, getattr(status, column))
        changed.append(folder)
    Folder.objects.bulk_update(changed, COUNTS)
    for folder in used_otherwise:
        messages.tidy(mailbox, _conversations(folder))


def _conversations(folder: Folder) -> list[int]:
    shown = FolderConversation.objects.filter(mailbox=folder.mailbox_id, folder=folder)
    return list(shown.values_list("conversation", flat=True))
