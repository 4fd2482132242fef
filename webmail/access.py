"""The one gate: a mailbox is only ever obtained here."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import Http404

from accounts.models import User
from mailboxes.models import Mailbox


def mailbox_for(
    user: User | AnonymousUser, mailbox_id: int, among: QuerySet[Mailbox] | None = None
) -> Mailbox:
    """The mailbox, when this person may use it. Missing and forbidden are the same answer.

    `among` brings more of it in the same query (surroundings.py). Raises Http404.
    """
    if user.is_authenticated:
        mailboxes = Mailbox.objects.all() if among is None else among
        mailbox = mailboxes.filter(pk=mailbox_id, is_active=True, owner=user).first()
        if mailbox is not None and user.is_active:
            return mailbox
    raise Http404("no such mailbox")


def own_mailbox(user: User) -> Mailbox:
    """The personal mailbox of a signed-in person. Raises Http404 when there is none."""
    mailbox = Mailbox.objects.filter(owner=user, is_active=True).first()
    if mailbox is None:
        raise Http404("no mailbox")
    return mailbox


def mailbox_for_index(mailbox_id: int) -> Mailbox | None:
    """The mailbox for a worker that keeps its index and shows it to nobody; None when it is closed."""
    return Mailbox.objects.filter(pk=mailbox_id, is_active=True).first()
