"""The one gate: a mailbox is only ever obtained here, by somebody who has the right that is asked for."""

from collections.abc import Callable
from functools import cache

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone

from accounts.models import User
from config.prepared import Prepared, Slot
from mailboxes import standing
from mailboxes.models import Delegation, Mailbox, Right

More = Callable[[QuerySet[Mailbox]], QuerySet[Mailbox]]

# What differs from one opening to the next; the queries themselves are made once.
MAILBOX = Slot("mailbox", Mailbox._meta.pk)  # noqa: SLF001  (public in fact)
PERSON = Slot("person", User._meta.pk)  # noqa: SLF001
LEVEL = Slot("level", Delegation._meta.get_field("level"))  # noqa: SLF001
NOW = Slot("now", Delegation._meta.get_field("starts_at"))  # noqa: SLF001


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
    if isinstance(user, User) and user.is_active:
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
