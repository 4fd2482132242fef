"""The addresses a person may write from."""

from collections.abc import Iterable
from dataclasses import dataclass

from accounts.models import User
from mailboxes.models import Address as MailboxAddress
from mailboxes.models import Mailbox
from webmail.models import DefaultSender

Kind = MailboxAddress.Kind
ORDER = {Kind.PRIMARY: 0, Kind.ALIAS: 1, Kind.HISTORIC: 2}


@dataclass(frozen=True)
class Sender:
    """One line of the From selector. What it sends, drafts and files belongs to `mailbox`."""

    mailbox: Mailbox
    address: str
    kind: str  # of mailboxes.models.Address.Kind
    is_default: bool

    @property
    def name(self) -> str:
        return self.mailbox.name

    @property
    def is_functional(self) -> bool:
        """One writes as a post, not as oneself: readers see the post's name alone."""
        return self.mailbox.kind == Mailbox.Kind.FUNCTIONAL


def choices(user: User, mailbox: Mailbox) -> list[Sender]:
    """Every address `user` may write from in `mailbox`, the default one first; never empty for a
    mailbox that can send.
    """
    usable = list(mailbox.addresses.filter(can_send=True, is_active=True))
    chosen = _chosen(user, mailbox, usable)
    return [
        Sender(mailbox, address.address, address.kind, is_default=address == chosen)
        for address in sorted(usable, key=lambda it: (it != chosen, ORDER[Kind(it.kind)], it.pk))
    ]


def _chosen(
    user: User, mailbox: Mailbox, usable: Iterable[MailboxAddress]
) -> MailboxAddress | None:
    wanted = DefaultSender.objects.filter(person=user, mailbox=mailbox).first()
    known = {address.pk: address for address in usable}
    if wanted is not None and wanted.address_id in known:
        return known[wanted.address_id]
    return next((it for it in known.values() if it.kind == Kind.PRIMARY), None)


def prefer(user: User, mailbox: Mailbox, address: str) -> None:
    """Makes one of the mailbox's addresses the one `user` writes from; an unknown one changes nothing."""
    found = mailbox.addresses.filter(address=address, can_send=True, is_active=True).first()
    if found is not None:
        DefaultSender.objects.update_or_create(
            person=user, mailbox=mailbox, defaults={"address": found}
        )
