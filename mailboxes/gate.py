"""The one gate: a mailbox is only ever obtained here, by somebody who has the right that is asked for."""

from collections.abc import Callable
from functools import cache

from django.contrib.auth.models import AnonymousUser
from django.db.models import BigIntegerField, QuerySet
from django.http import Http404
from django.utils import timezone

from accounts.models import User
from config.prepared import Prepared, slot_for
from mailboxes.delegating import standing
from mailboxes.models import Delegation, Mailbox, Right

More = Callable[[QuerySet[Mailbox]], QuerySet[Mailbox]]

# What differs from one opening to the next; the queries themselves are made once.
MAILBOX = slot_for(Mailbox, "id", "mailbox")
PERSON = slot_for(User, "id", "person")
LEVEL = slot_for(Delegation, "level", "level")
NOW = slot_for(Delegation, "starts_at", "now")


def mailbox_for(
    user: User | AnonymousUser,
    mailbox_id: int,
    right: Right = Right.MANAGE,
    more: More | None = None,
) -> Mailbox:
    """The mailbox, when this person has ``right`` there now; who asks for no right gets the narrowest door.

    Missing and forbidden are the same answer. ``more`` brings more of it in the same query: a function
    of a module, for which the query is made once, with the slots above where calls differ. Raises
    Http404.
    """
    if isinstance(user, User) and user.is_active and mailbox_id <= BigIntegerField.MAX_BIGINT:
        values = {"mailbox": mailbox_id, "person": user.pk, "level": right, "now": timezone.now()}
        mailbox = _door(more).first(**values)
        if mailbox is not None:
            return mailbox
    raise Http404("no such mailbox")


@cache
def _door(more: More | None) -> Prepared[Mailbox]:
    def build() -> QuerySet[Mailbox]:
        usable = standing.usable_by(PERSON, LEVEL, at=NOW)
        wanted = Mailbox.objects.filter(usable, pk=MAILBOX, is_active=True)
        return more(wanted) if more else wanted

    return Prepared(build)
