"""What the webmail keeps of its own: the index of mailboxes, mail on its way out, what people do and like.

The index (folders, messages, conversations) repeats what the mail server holds and can be thrown
away at any time; it never holds bodies. Every key of its large tables starts with the mailbox, so
that PostgreSQL can partition by mailbox.
"""

from webmail.models.acts import Act
from webmail.models.beside import MailboxPlace
from webmail.models.conversations import Conversation, FolderConversation, MessageReference
from webmail.models.drafts import Draft, DraftFile
from webmail.models.events import KnownEvent
from webmail.models.folders import Folder, Label, MailboxIndex
from webmail.models.messages import IndexedMessage
from webmail.models.outgoing import OutgoingMessage, OutgoingRecipient
from webmail.models.pictures import PictureSender
from webmail.models.preferences import Preferences
from webmail.models.stationery import Footer, MessageTemplate, Signature
from webmail.models.team import Assignment, Handover, TeamNote, TeamNotice
from webmail.models.writing import DefaultSender, WritingHabits

__all__ = [
    "Act",
    "Assignment",
    "Conversation",
    "DefaultSender",
    "Draft",
    "DraftFile",
    "Folder",
    "FolderConversation",
    "Footer",
    "Handover",
    "IndexedMessage",
    "KnownEvent",
    "Label",
    "MailboxIndex",
    "MailboxPlace",
    "MessageReference",
    "MessageTemplate",
    "OutgoingMessage",
    "OutgoingRecipient",
    "PictureSender",
    "Preferences",
    "Signature",
    "TeamNote",
    "TeamNotice",
    "WritingHabits",
]
