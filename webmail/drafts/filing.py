"""Drafts in the mailbox's own Drafts folder, where every mail program finds them."""

from mailboxes.models import Mailbox
from webmail import freshness
from webmail.compose import ComposedMessage
from webmail.errors import MessageGone
from webmail.imap import MailSession
from webmail.models import Folder
from webmail.sync import note_gone, store_folders


def keep(mail: MailSession, mailbox: Mailbox, composed: ComposedMessage) -> Folder:
    """Stores the message among the drafts. Raises MessageGone when there is no such folder."""
    folders = store_folders(mailbox, mail.folders())
    folder = next((it for it in folders if it.special_use == Folder.Use.DRAFTS), None)
    if folder is None:
        raise MessageGone("drafts")
    mail.append(folder.name, composed.raw, ["\\Draft", "\\Seen"])
    freshness.outdate(mailbox)
    return folder


def forget(mail: MailSession, folder: Folder, uid: int) -> None:
    """Removes a draft that was sent or stored anew; one that is gone already needs nothing."""
    mail.select(folder.name, readonly=False, uid_validity=folder.uid_validity)
    mail.expunge([uid])
    note_gone(folder, [uid])
