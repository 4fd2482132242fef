"""The one gate: a mailbox is only ever obtained here, by somebody who has the right that is asked for."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import BigIntegerField, QuerySet
from django.http import Http404
from django.utils import timezone

from accounts.models import User
from config.prepared import Prepared, slot_for
from mailboxes import standing
from mailboxes.models import Delegation, Mailbox, Right


def _usable() -> QuerySet[Mailbox]:
    """A mailbox, with the ``level`` that a delegate has there."""
    person, now = slot_for(Mailbox, "owner", "person"), slot_for(Delegation, "starts_at", "now")
    usable = standing.usable_by(person, slot_for(Delegation, "level", "right"), at=now)
    wanted = Mailbox.objects.filter(usable, pk=slot_for(Mailbox, "id", "mailbox"), is_active=True)
    return wanted.annotate(level=standing.level_in_outer_mailbox(person, at=now))


USABLE = Prepared(_usable)


def mailbox_for(
    user: User | AnonymousUser, mailbox_id: int, right: Right = Right.MANAGE
) -> Mailbox:
    """The mailbox, when this person has ``right`` there now; who asks for no right gets the narrowest door.

    Missing and forbidden are the same answer. Raises Http404.
    """
    if isinstance(user, User) and user.is_active and mailbox_id <= BigIntegerField.MAX_BIGINT:
        mailbox = USABLE.first(person=user.pk, mailbox=mailbox_id, right=right, now=timezone.now())
        if mailbox is not None:
            return mailbox
    raise Http404("no such mailbox")


def right_found(user: User, mailbox: Mailbox) -> Right:
    """What ``user`` may do in a mailbox that ``mailbox_for`` has just opened to them."""
    if mailbox.owner_id == user.pk:
        return Right.MANAGE
    return Right(mailbox.__dict__["level"])
