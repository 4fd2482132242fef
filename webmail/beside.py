"""The mailboxes a person may open, beside each other in the folder pane."""

from dataclasses import dataclass

from django.db.models import Case, IntegerField, OuterRef, Subquery, Value, When
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.avatars import hue
from accounts.models import User
from mailboxes import standing
from mailboxes.models import Mailbox
from mailboxes.models.mailboxes import with_address
from webmail.access import Right, mailboxes_of
from webmail.models import Folder


@dataclass(frozen=True)
class MailboxLink:
    url: str
    name: str
    about: str
    icon: str
    hue: int
    unread: int
    current: bool


def mailboxes_beside(user: User, current: Mailbox) -> list[MailboxLink]:
    """One's own first, then the others by name; in one query."""
    inbox = Folder.objects.filter(mailbox=OuterRef("pk"), special_use=Folder.Use.INBOX)
    rows = with_address(mailboxes_of(user)).annotate(
        level=standing.level_in_outer_mailbox(user),
        unread=Subquery(inbox.values("unseen")[:1]),
        is_other=Case(
            When(owner=user, then=Value(0)), default=Value(1), output_field=IntegerField()
        ),
    )
    found = rows.order_by("is_other", "name", "pk").values_list(
        "pk", "name", "primary_address", "kind", "is_other", "level", "unread"
    )
    return [
        MailboxLink(
            reverse("mailbox", args=[pk]),
            name if is_other else _("Ma boîte"),
            _about(address, level if is_other else None),
            "user" if kind == Mailbox.Kind.PERSONAL else "school",
            hue(address),
            unread or 0,
            pk == current.pk,
        )
        for pk, name, address, kind, is_other, level, unread in found
    ]


def _about(address: str, level: int | None) -> str:
    """« ce.0760001n · lecture »"""
    local_part = address.partition("@")[0]
    return f"{local_part} · {_('lecture')}" if level == Right.READ else local_part
