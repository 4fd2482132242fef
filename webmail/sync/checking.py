"""Whether the index says what the server says: every message of every folder, and each list row."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from mailboxes.models import Mailbox
from webmail.imap import MailSession
from webmail.models import (
    Conversation,
    Folder,
    FolderConversation,
    IndexedMessage,
    MessageReference,
)
from webmail.sync.facts import Marks, marks, unpacked


def inconsistencies(mail: MailSession, mailbox: Mailbox) -> list[str]:
    """A sentence for each difference; slow, as everything is read. Nothing may happen meanwhile."""
    found = [*_in_folders(mail, mailbox), *_in_rows(mailbox), *_in_references(mailbox)]
    orphans = IndexedMessage.objects.filter(mailbox=mailbox).exclude(
        folder__in=mailbox.folders.values("pk")
    )
    return found + [f"{it} is in no folder" for it in orphans]


def _in_folders(mail: MailSession, mailbox: Mailbox) -> Iterator[str]:
    told = {it.name: it for it in mail.folders()}
    folders = {it.name: it for it in mailbox.folders.all()}
    for name in told.keys() ^ folders.keys():
        yield f"{name!r} is {'on the server' if name in told else 'in the index'} only"
    for name in told.keys() & folders.keys():
        if told[name].selectable:
            yield from _in_folder(mail, folders[name])


def _in_folder(mail: MailSession, folder: Folder) -> Iterator[str]:
    mail.select(folder.name, uid_validity=folder.uid_validity)
    server = {it.uid: marks(it.flags, it.keywords) for it in mail.flag_rows(mail.all_uids())}
    found = IndexedMessage.objects.filter(mailbox=folder.mailbox_id, folder=folder)
    index = {uid: Marks(*rest) for uid, *rest in found.values_list("uid", *Marks._fields)}
    if folder.indexed != len(index):
        yield f"{folder}: {folder.indexed} counted, {len(index)} there"
    for uid in server.keys() ^ index.keys():
        yield f"{folder}: {uid} is {'on the server' if uid in server else 'in the index'} only"
    for uid in server.keys() & index.keys():
        if server[uid] != index[uid]:
            yield f"{folder}: {uid} is {server[uid]} on the server, {index[uid]} in the index"


def _in_rows(mailbox: Mailbox) -> Iterator[str]:
    """Rows of lists against the messages they stand for."""
    messages = defaultdict(list)
    for message in IndexedMessage.objects.filter(mailbox=mailbox):
        messages[message.folder_id, message.conversation].append(message)
    rows = {
        (row.folder_id, row.conversation): row
        for row in FolderConversation.objects.filter(mailbox=mailbox)
    }
    for key in messages.keys() ^ rows.keys():
        yield f"row {key}: {'missing' if key in messages else 'of nothing'}"
    for key in messages.keys() & rows.keys():
        if (expected := _summed(messages[key])) != (shown := _shown(rows[key])):
            yield f"row {key} shows {shown} instead of {expected}"


def _summed(messages: Sequence[IndexedMessage]) -> tuple[object, ...]:
    latest = max(messages, key=lambda it: (it.received_at, it.uid))
    return (
        latest.received_at,
        latest.uid,
        latest.subject,
        latest.snippet or "",
        len(messages),
        sum(not it.seen for it in messages),
        sum(it.flagged for it in messages),
        sum(it.size for it in messages),
        {word for it in messages for word in it.keywords.split()},
        any(it.has_attachments for it in messages),
        any(it.is_external for it in messages),
    )


def _shown(row: FolderConversation) -> tuple[object, ...]:
    return (
        row.last_date,
        row.last_uid,
        row.subject,
        row.snippet,
        row.messages,
        row.unread,
        row.flagged,
        row.size,
        set(row.keywords.split()),
        row.has_attachments,
        row.is_external,
    )


def _in_references(mailbox: Mailbox) -> Iterator[str]:
    """Messages that share an identifier share their conversation."""
    of = dict(
        MessageReference.objects.filter(mailbox=mailbox).values_list("identifier", "conversation")
    )
    numbers = set(Conversation.objects.filter(mailbox=mailbox).values_list("number", flat=True))
    used = Counter[int]()
    for message in IndexedMessage.objects.filter(mailbox=mailbox):
        used[message.conversation] += 1
        for identifier in filter(None, unpacked(message.identifiers)):
            if of.get(identifier) != message.conversation:
                yield f"{message}: an identifier of conversation {of.get(identifier)}"
    for number in used.keys() ^ numbers:
        yield f"conversation {number}: {'missing' if number in used else 'of nothing'}"
