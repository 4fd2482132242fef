"""The one gate: a mailbox is only ever obtained here, by somebody who has the right that is asked for."""

from collections.abc import Callable

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import Http404

from accounts.models import User
from mailboxes import standing
from mailboxes.models import Mailbox, Right

More = Callable[[QuerySet[Mailbox]], QuerySet[Mailbox]]


def mailbox_for(
    user: User | AnonymousUser,
    mailbox_id: int,
    right: Right = Right.MANAGE,
    more: More | None = None,
) -> Mailbox:
    """The mailbox, when this person has ``right`` there now; who asks for no right gets the narrowest door.

    Missing and forbidden are the same answer. ``more`` brings more of it in the same query. Raises
    Http404.
    """
    if isinstance(user, User) and user.is_active:
        wanted = Mailbox.objects.filter(
            standing.usable_by(user, right), pk=mailbox_id, is_active=True
        )
        mailbox = (more(wanted) if more else wanted).first()
        if mailbox is not None:
            return mailbox
    raise Http404("no such mailbox")
