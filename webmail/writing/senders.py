"""The addresses a person may write from."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain

from django.utils.translation import gettext as _

from accounts.models import User
from mailboxes.models import Address as MailboxAddress
from mailboxes.models import Mailbox
from webmail.access import addresses_to_write_from
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
    is_own: bool = True  # of the mailbox of whoever writes

    @property
    def name(self) -> str:
        return self.mailbox.name

    @property
    def group(self) -> str:
        """The heading it stands under."""
        if self.is_own:
            return _("Mes adresses")
        is_post = self.mailbox.kind == Mailbox.Kind.FUNCTIONAL
        return _("En tant que boîte fonctionnelle") if is_post else _("En tant que collègue")


def choices(user: User, mailbox: Mailbox) -> list[Sender]:
    """Every address `user` may write from in `mailbox`, the default one first; never empty for a
    mailbox that can send.
    """
    usable = list(mailbox.addresses.filter(can_send=True, is_active=True))
    return _offered(user, mailbox, usable, _wanted(user, [mailbox]))


def all_choices(user: User, mailbox: Mailbox) -> list[Sender]:
    """Those of `mailbox`, then those of every other mailbox that `user` may send from: one's own first,
    the others by name. Two queries.

    To take one of another mailbox moves what is written there (drafts/moving.py).
    """
    by_mailbox = defaultdict(list)
    for address in addresses_to_write_from(user):
        by_mailbox[address.mailbox].append(address)
    wanted = _wanted(user, by_mailbox)
    ordered = sorted(
        by_mailbox,
        key=lambda it: (it != mailbox, it.owner_id != user.pk, it.name.casefold(), it.pk),
    )
    offered = (_offered(user, one, by_mailbox[one], wanted) for one in ordered)
    return list(chain.from_iterable(offered))


def other_mailbox(user: User, mailbox: Mailbox, address: str) -> Mailbox | None:
    """The mailbox of an address that `user` may write from, when it is another one than `mailbox`."""
    known = addresses_to_write_from(user).filter(address=address).exclude(mailbox=mailbox).first()
    return known.mailbox if known else None


def _offered(
    user: User, mailbox: Mailbox, usable: Iterable[MailboxAddress], wanted: Mapping[int, int]
) -> list[Sender]:
    chosen = _chosen(usable, wanted.get(mailbox.pk))
    is_own = mailbox.owner_id == user.pk
    return [
        Sender(mailbox, address.address, address.kind, is_default=address == chosen, is_own=is_own)
        for address in sorted(usable, key=lambda it: (it != chosen, ORDER[Kind(it.kind)], it.pk))
    ]


def _wanted(user: User, mailboxes: Iterable[Mailbox]) -> dict[int, int]:
    """The address that `user` prefers in a mailbox, by numbers."""
    known = DefaultSender.objects.filter(person=user, mailbox__in=list(mailboxes))
    return dict(known.values_list("mailbox", "address"))


def _chosen(usable: Iterable[MailboxAddress], wanted: int | None) -> MailboxAddress | None:
    known = {address.pk: address for address in usable}
    if wanted in known:
        return known[wanted]
    return next((it for it in known.values() if it.kind == Kind.PRIMARY), None)


def prefer(user: User, mailbox: Mailbox, address: str) -> None:
    """Makes one of the mailbox's addresses the one `user` writes from; an unknown one changes nothing."""
    found = mailbox.addresses.filter(address=address, can_send=True, is_active=True).first()
    if found is not None:
        DefaultSender.objects.update_or_create(
            person=user, mailbox=mailbox, defaults={"address": found}
        )
