"""A folder with an index but without a server: rows made by hand, as many as a test wants."""

from datetime import UTC, datetime, timedelta

from mailboxes.models import Mailbox
from webmail.message.words import tokens
from webmail.models import Folder, FolderConversation, IndexedMessage

NEWEST = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def folder_of(mailbox: Mailbox, use: str = "inbox", name: str = "INBOX") -> Folder:
    return Folder.objects.create(
        mailbox=mailbox, name=name, delimiter="/", special_use=use, uid_validity=1, indexed_next=1
    )


def fill(folder: Folder, count: int) -> None:
    """`count` conversations of one message, a minute apart; number 1 is the oldest.

    Every third is unread, every fifth starred, every seventh has an attachment, every second comes from
    outside; subjects, senders and sizes repeat.
    """
    messages = [_message(folder, number, count) for number in range(1, count + 1)]
    IndexedMessage.objects.bulk_create(messages, batch_size=2000)
    FolderConversation.objects.bulk_create(map(_row, messages), batch_size=2000)
    unread = sum(not message.seen for message in messages)
    Folder.objects.filter(pk=folder.pk).update(
        messages=count, unseen=unread, indexed=count, indexed_next=count + 1
    )


def _message(folder: Folder, number: int, count: int) -> IndexedMessage:
    return IndexedMessage(
        mailbox_id=folder.mailbox_id,
        folder_id=folder.pk,
        uid=number,
        seen=number % 3 != 0,
        flagged=number % 5 == 0,
        answered=False,
        forwarded=False,
        draft=False,
        deleted=False,
        keywords=" urgent " if number % 11 == 0 else "",
        size=number % 13 * 1000,
        received_at=NEWEST - timedelta(minutes=count - number),
        message_id=f"{number}@example",
        subject=f"Sujet {number}",
        subject_key=f"sujet {number % 17:02}",
        sender_name=f"Auteur {number % 7}",
        sender_address=f"auteur{number % 7}@example.fr",
        sender_key=f"auteur {number % 7}",
        words=tokens(
            folder.mailbox_id,
            f"Sujet {number}",
            f"Auteur {number % 7}",
            f"auteur{number % 7}@example.fr",
            "",
        ),
        snippet="Bonjour",
        has_attachments=number % 7 == 0,
        is_external=number % 2 == 0,
        identifiers=b"",
        conversation=number,
    )


def _row(message: IndexedMessage) -> FolderConversation:
    return FolderConversation(
        mailbox_id=message.mailbox_id,
        folder_id=message.folder_id,
        conversation=message.conversation,
        last_date=message.received_at,
        last_uid=message.uid,
        messages=1,
        total=1,
        unread=int(not message.seen),
        flagged=int(message.flagged),
        size=message.size,
        has_attachments=message.has_attachments,
        is_external=message.is_external,
        answered=False,
        forwarded=False,
        draft=False,
        keywords=message.keywords,
        participants=f'[["{message.sender_name}", "{message.sender_address}", 1]]',
        subject=message.subject,
        subject_key=message.subject_key,
        sender_key=message.sender_key,
        snippet="Bonjour",
    )
