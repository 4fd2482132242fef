"""Mailboxes, their addresses, and who may use them; the mail servers read them through SQL views."""

from mailboxes.models.bulk import BulkAct, BulkKind
from mailboxes.models.delegations import Delegation, Right
from mailboxes.models.logbook import Deed, LogbookEntry, Via
from mailboxes.models.mailboxes import Address, ConnectionToEnd, Mailbox
from mailboxes.models.requests import MailboxRequest

__all__ = [
    "Address",
    "BulkAct",
    "BulkKind",
    "ConnectionToEnd",
    "Deed",
    "Delegation",
    "LogbookEntry",
    "Mailbox",
    "MailboxRequest",
    "Right",
    "Via",
]
