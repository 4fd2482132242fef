"""What pages show of messages on their way out."""

from datetime import timedelta

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Now

from mailboxes.models import Mailbox
from webmail.models import OutgoingMessage

State = OutgoingMessage.State


def in_transit(mailbox: Mailbox) -> list[OutgoingMessage]:
    """What the outbox page shows: all that has not left, newest first, and refusals of the last week."""
    rows = _unfinished(mailbox).prefetch_related("recipients")
    return list(rows.order_by("-created_at"))


def count_in_transit(mailbox: Mailbox) -> int:
    return _unfinished(mailbox).count()


def in_transit_of_outer_mailbox() -> Subquery:
    """The same count beside each row of a query for mailboxes; none is NULL."""
    found = OutgoingMessage.objects.filter(_is_unfinished(), mailbox=OuterRef("pk"))
    counted = found.order_by().values("mailbox").annotate(n=Count("pk"))
    return Subquery(counted.values("n"))


def _unfinished(mailbox: Mailbox) -> QuerySet[OutgoingMessage]:
    return mailbox.outgoing.filter(_is_unfinished())


def _is_unfinished() -> Q:
    """The first half is the condition of the index that finds them, in its words."""
    week_ago = Now() - timedelta(days=7)
    has_left = Q(state=State.SENT)
    return (~has_left | Q(refused_at__isnull=False)) & (~has_left | Q(refused_at__gt=week_ago))
