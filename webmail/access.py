"""The gate of the mail pages: a mailbox is only ever obtained here."""

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone

from accounts.models import User
from mailboxes.delegating import standing
from mailboxes.gate import NOW, PERSON, mailbox_for
from mailboxes.models import Address, Delegation, Mailbox, Right
from webmail.models import Folder

__all__ = [
    "Right",
    "addresses_to_write_from",
    "folder_for",
    "mailbox_for",
    "mailbox_for_index",
    "mailbox_told_of",
    "mailboxes_beside_each_other",
    "mailboxes_of",
    "mailboxes_to_open",
    "own_mailbox",
    "was_opened",
]


def folder_for(user: User, mailbox_id: int, folder_id: int, right: Right) -> Folder:
    """A folder, with its mailbox, for somebody who has this right there. Raises Http404."""
    chosen = mailbox_for(user, mailbox_id, right)
    folder = get_object_or_404(Folder, pk=folder_id, mailbox=chosen)
    folder.mailbox = chosen
    return folder


def own_mailbox(user: User) -> Mailbox:
    """The personal mailbox of a signed-in person. Raises Http404 when there is none."""
    mailbox = Mailbox.objects.filter(owner=user, is_active=True).first()
    if mailbox is None:
        raise Http404("no mailbox")
    return mailbox


def mailboxes_of(user: User, right: Right = Right.READ) -> QuerySet[Mailbox]:
    """All in which this person has the right, their own among them."""
    return Mailbox.objects.filter(standing.usable_by(user, right), is_active=True)


def mailboxes_beside_each_other() -> QuerySet[Mailbox]:
    """All that a person may open, for the prepared query of the folder pane, with the gate's slots."""
    usable = standing.numbers_usable_by(PERSON, at=NOW)
    return Mailbox.objects.filter(pk__in=usable, is_active=True)


def addresses_to_write_from(user: User) -> QuerySet[Address]:
    """Of every mailbox that this person may send from, with their mailboxes."""
    usable = standing.numbers_usable_by(user, right=Right.SEND)
    return Address.objects.filter(
        mailbox__in=usable, mailbox__is_active=True, can_send=True, is_active=True
    ).select_related("mailbox")


def mailbox_for_index(mailbox_id: int) -> Mailbox | None:
    """The mailbox for a worker that keeps its index and shows it to nobody; None when it is closed."""
    return Mailbox.objects.filter(pk=mailbox_id, is_active=True).first()


def mailbox_told_of(local_part: str, person: str) -> Mailbox | None:
    """The mailbox that Dovecot names so to this person (an address): in the person's own domain."""
    return Mailbox.objects.filter(
        is_active=True,
        addresses__kind=Address.Kind.PRIMARY,
        addresses__address=f"{local_part}@{person.rpartition('@')[2]}",
    ).first()


def mailboxes_to_open() -> list[int]:
    """Those whose delegates the mail server does not let in yet (shared_folders.py)."""
    open_ones = Delegation.objects.filter(closed_at=None)
    waiting = Mailbox.objects.filter(is_active=True, opened_at=None)
    return list(waiting.filter(pk__in=open_ones.values("mailbox")).values_list("pk", flat=True))


def was_opened(mailbox_id: int) -> None:
    """The mail server lets the delegates of this mailbox in from now on."""
    Mailbox.objects.filter(pk=mailbox_id).update(opened_at=timezone.now())
