"""The second pass: first words, and what a search finds, of messages that are already in the list."""

from django.db.models import QuerySet

from mailboxes.models import Mailbox
from webmail.imap import MailSession, UidSet
from webmail.message.words import tokens
from webmail.models import Folder, FolderConversation, IndexedMessage
from webmail.sync.lease import Lease, writing
from webmail.sync.tables import update
from webmail.syntax.headers import one_line

FOUND_BY = ("subject", "sender_name", "sender_address", "recipients")


def lacking_snippets(mailbox: Mailbox) -> set[int]:
    """Folders with messages whose first words were never asked for."""
    without = IndexedMessage.objects.filter(mailbox=mailbox, snippet__isnull=True)
    return set(without.values_list("folder_id", flat=True).distinct())


def lacks_snippets(folder: Folder) -> bool:
    return _without(folder).exists()


def add_snippets(mail: MailSession, lease: Lease, folder: Folder, count: int) -> None:
    """Gives the newest `count` messages without any their first words, and what a search finds.

    The folder is selected. A message that says nothing, or is gone, has "". Raises LeaseLost.
    """
    newest = _without(folder).order_by("-uid").values_list("uid", "conversation", *FOUND_BY)
    wanted = {uid: rest for uid, *rest in newest[:count]}
    said = dict(mail.previews(UidSet.of(wanted))) if wanted else {}
    first_words = {uid: one_line(said.get(uid, "")) for uid in wanted}
    ours = (folder.mailbox_id, folder.pk)
    with writing(lease.mailbox, lease):
        update(
            IndexedMessage,
            ["snippet", "words"],
            ["mailbox_id", "folder_id", "uid"],
            [
                (first_words[uid], tokens(folder.mailbox_id, *header), *ours, uid)
                for uid, (_conversation, *header) in wanted.items()
            ],
        )
        update(
            FolderConversation,
            ["snippet"],
            ["mailbox_id", "folder_id", "conversation", "last_uid"],
            [(text, *ours, wanted[uid][0], uid) for uid, text in first_words.items() if text],
        )


def _without(folder: Folder) -> QuerySet[IndexedMessage]:
    return IndexedMessage.objects.filter(
        mailbox=folder.mailbox_id, folder=folder, snippet__isnull=True
    )
