"""What the technical pages show of mailboxes."""

from accounts.technical import ReadOnly
from mailboxes.models import Address, ConnectionToEnd, Mailbox


class MailboxPage(ReadOnly):
    fields = ("name", "kind", "owner", "quota_mb", "is_active", "created_at")
    list_display = ("name", "kind", "quota_mb", "is_active", "created_at")
    list_filter = ("kind", "is_active")
    ordering = ("name", "pk")


class AddressPage(ReadOnly):
    fields = ("address", "kind", "mailbox", "can_send", "is_active")
    list_display = ("address", "kind", "can_send", "is_active")
    list_filter = ("kind", "can_send", "is_active")
    ordering = ("address",)


class ConnectionToEndPage(ReadOnly):
    fields = list_display = ("address", "asked_at")
    ordering = ("asked_at",)


PAGES = {Mailbox: MailboxPage, Address: AddressPage, ConnectionToEnd: ConnectionToEndPage}
