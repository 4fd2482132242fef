"""What pages show of messages on their way out."""

from datetime import timedelta

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Now

from mailboxes.models import Mailbox
from webmail.models import OutgoingMessage, OutgoingRecipient

State = OutgoingMessage.State


def in_transit(mailbox: Mailbox) -> list[OutgoingMessage]:
    """What the outbox page shows: all that has not left, newest first, and refusals of the last week."""
    rows = _unfinished(mailbox).prefetch_related("recipients")
    return list(rows.order_by("-created_at"))


def count_in_transit(mailbox: Mailbox) -> int:
    return _unfinished(mailbox).count()


def in_transit_of_outer_mailbox() -> Subquery:
    """The same count beside each row of a query for mailboxes; none is 0."""
    found = OutgoingMessage.objects.filter(_is_unfinished(), mailbox=OuterRef("pk"))
    counted = found.order_by().values("mailbox").annotate(n=Count("pk", distinct=True))
    return Subquery(counted.values("n"))


def _unfinished(mailbox: Mailbox) -> QuerySet[OutgoingMessage]:
    return mailbox.outgoing.filter(_is_unfinished()).distinct()


def _is_unfinished() -> Q:
    week_ago = Now() - timedelta(days=7)
    partly = Q(
        state=State.SENT, recipients__state=OutgoingRecipient.State.REFUSED, created_at__gt=week_ago
    )
    return ~Q(state=State.SENT) | partly
