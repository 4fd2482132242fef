"""What the webmail keeps about a person, for the one who takes their data away.

Messages themselves are the mailbox's: a mail program takes them away, attachments and all.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Model, Q, QuerySet

from accounts.models import User
from webmail.models import (
    Act,
    Assignment,
    Conversation,
    DefaultSender,
    Draft,
    Folder,
    FolderConversation,
    Handover,
    IndexedMessage,
    KnownEvent,
    Label,
    MailboxIndex,
    MailboxPlace,
    MessageReference,
    MessageTemplate,
    OutgoingMessage,
    PictureSender,
    Preferences,
    Signature,
    TeamNote,
    TeamNotice,
    WritingHabits,
)

Part = tuple[type[Model], Callable[[User], QuerySet[Any]], tuple[str, ...]]

# By the name each has in the file: which model, whose rows of it, which of their fields.
PARTS: Mapping[str, Part] = {
    "display": (
        Preferences,
        lambda user: Preferences.objects.filter(person=user),
        (
            "by_conversation",
            "density",
            "with_snippets",
            "pane",
            "list_width",
            "undo_seconds",
            "adapts_dark",
            "read_after",
            "with_shortcuts",
        ),
    ),
    "writing": (
        WritingHabits,
        lambda user: WritingHabits.objects.filter(person=user),
        ("is_rich", "font", "font_size", "place", "quote_language"),
    ),
    "senders": (
        DefaultSender,
        lambda user: DefaultSender.objects.filter(person=user),
        ("mailbox__name", "address__address"),
    ),
    "mailboxes": (
        MailboxPlace,
        lambda user: MailboxPlace.objects.filter(person=user),
        ("mailbox__name", "position", "is_shown", "is_together"),
    ),
    "picture_senders": (
        PictureSender,
        lambda user: PictureSender.objects.filter(person=user),
        ("address", "agreed_at"),
    ),
    "signatures": (
        Signature,
        lambda user: Signature.objects.filter(mailbox__owner=user),
        ("name", "text", "html", "address__address"),
    ),
    "templates": (
        MessageTemplate,
        lambda user: MessageTemplate.objects.filter(mailbox__owner=user),
        ("name", "subject", "text", "html"),
    ),
    "labels": (
        Label,
        lambda user: Label.objects.filter(mailbox__owner=user),
        ("name", "colour", "keyword"),
    ),
    "folders": (
        Folder,
        lambda user: Folder.objects.filter(mailbox__owner=user),
        ("name", "messages", "unseen", "subscribed"),
    ),
    "drafts": (
        Draft,
        # What a person writes for a post is the post's; what they write for themselves is theirs.
        lambda user: Draft.objects.filter(mailbox__owner=user, state=Draft.State.WRITING),
        (
            "sender",
            "to",
            "cc",
            "bcc",
            "subject",
            "text",
            "html",
            "created_at",
            "changed_at",
        ),
    ),
    "outgoing": (
        OutgoingMessage,
        lambda user: OutgoingMessage.objects.filter(Q(person=user) | Q(mailbox__owner=user)),
        (
            "sender",
            "message_id",
            "subject",
            "size",
            "state",
            "planned_for",
            "created_at",
            "handed_at",
            "filed_at",
        ),
    ),
    "acts": (
        Act,
        lambda user: Act.objects.filter(person=user),
        ("mailbox__name", "folder__name", "name", "total", "state", "created_at"),
    ),
    "assignments": (
        Assignment,
        lambda user: Assignment.objects.filter(person=user),
        ("mailbox__name", "message_id", "assigned_at"),
    ),
    "handovers": (
        Handover,
        lambda user: Handover.objects.filter(by=user),
        ("mailbox__name", "made_at"),
    ),
    "notes": (
        TeamNote,
        lambda user: TeamNote.objects.filter(author=user),
        ("mailbox__name", "message_id", "text", "written_at", "changed_at"),
    ),
    "calls": (
        TeamNotice,
        lambda user: TeamNotice.objects.filter(person=user),
        ("mailbox__name", "message_id", "kind", "told_at", "seen_at"),
    ),
    "invitations": (
        KnownEvent,
        lambda user: KnownEvent.objects.filter(mailbox__owner=user),
        ("answer", "answered_at", "is_cancelled"),
    ),
}

# Rows that repeat what the mailbox holds, for speed: its messages tell the same.
REPEATED: frozenset[type[Model]] = frozenset(
    {Conversation, FolderConversation, IndexedMessage, MailboxIndex, MessageReference}
)


def described(user: User) -> dict[str, list[Any]]:
    return {
        name: list(rows(user).order_by("pk").values(*fields))
        for name, (_model, rows, fields) in PARTS.items()
    }
