"""What the technical pages show of mailboxes."""

from accounts.technical import ReadOnly
from mailboxes.models import Address, ConnectionToEnd, Delegation, Mailbox, MailboxRequest


class MailboxPage(ReadOnly):
    fields = (
        "name", "kind", "owner", "school", "quota_mb", "is_active", "forwards_to", "closes_at", "created_at",
    )  # fmt: skip
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


class DelegationPage(ReadOnly):
    fields = (
        "mailbox", "person", "level", "is_responsable", "starts_at", "ends_at", "reason",
        "granted_by", "granted_at", "closed_at", "closed_by",
    )  # fmt: skip
    list_display = ("mailbox", "person", "level", "starts_at", "ends_at", "closed_at")
    list_filter = ("level", "is_responsable")
    ordering = ("-pk",)


class MailboxRequestPage(ReadOnly):
    fields = ("school", "name", "address", "reason", "asked_by", "asked_at", "answer")
    list_display = ("address", "school", "asked_at", "answered_at")
    ordering = ("-pk",)


PAGES = {
    Mailbox: MailboxPage,
    Address: AddressPage,
    ConnectionToEnd: ConnectionToEndPage,
    Delegation: DelegationPage,
    MailboxRequest: MailboxRequestPage,
}
