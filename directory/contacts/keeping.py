"""Writing an address book: one contact, many from a file, what a card adds, removing and taking back."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.spelling import plain
from directory.contacts.cards import MAX_KEPT, Card, Value, without_name
from directory.contacts.finding import contacts_of
from directory.models import (
    Contact,
    ContactAddress,
    ContactGroup,
    ContactPhone,
    new_uid,
    words_to_find,
)

MOST_CONTACTS = 10_000  # of one person
MOST_GROUPS = 500
TAKEN_BACK_WITHIN = timedelta(days=30)
_NAME, _ADDRESS, _NUMBER, _NOTE = 200, 254, 60, 5000


class BookFull(Exception):
    """The person has as many contacts as one may have: some must go first."""


@dataclass(frozen=True)
class Brought:
    """How many cards became contacts, completed one, or said nothing that could be kept."""

    added: int
    completed: int
    unusable: int


@dataclass(frozen=True)
class LeftOut:
    """What found no room: cards whose largest lines were dropped, and groups that were not made."""

    shortened: int
    groups: int


def left_out(person: User, cards: Iterable[Card]) -> LeftOut:
    """Of cards that were kept just now; one query."""
    kept = [card for card in cards if card.name]
    wanted = {name[:100] for card in kept for name in card.groups}
    wanted |= {card.name[:100] for card in kept if card.is_group}
    there = set(ContactGroup.objects.filter(owner=person).values_list("name", flat=True))
    return LeftOut(sum(not _fits(card) for card in kept), len(wanted - there - {""}))


def card_of(contact: Contact) -> Card:
    """All that is known of the contact. Its addresses, telephones and groups may be fetched already."""
    return Card(
        name=contact.name,
        uid=contact.uid,
        organisation=contact.organisation,
        note=contact.note,
        addresses=tuple(Value(it.head, it.address) for it in contact.addresses.all()),
        phones=tuple(Value(it.head, it.number) for it in contact.phones.all()),
        groups=tuple(group.name for group in contact.groups.all()),
        version=contact.version,
        kept=tuple(contact.kept.split("\n")) if contact.kept else (),
    )


def completed(card: Card, other: Card) -> Card:
    """`card` with what only `other` says: nothing of it is changed or lost."""
    known = {line.partition(":")[0].upper() for line in card.kept}
    return replace(
        card,
        organisation=card.organisation or other.organisation,
        note=card.note or other.note,
        addresses=_united(card.addresses, other.addresses),
        phones=_united(card.phones, other.phones),
        groups=tuple(dict.fromkeys((*card.groups, *other.groups))),
        kept=(
            *card.kept,
            *(it for it in other.kept if it.partition(":")[0].upper() not in known),
        ),
    )


def _united(known: Sequence[Value], others: Sequence[Value]) -> tuple[Value, ...]:
    """By what is meant, however it is written."""
    seen = {_meant(value.text) for value in known}
    return (*known, *(value for value in others if _meant(value.text) not in seen))


def _meant(text: str) -> str:
    bare = text.lower() if "@" in text else "".join(it for it in text if it.isalnum())
    return bare.strip()


@transaction.atomic
def save(person: User, card: Card, known: Contact | None = None) -> Contact:
    """A new contact, or `known` with all that the card says. Raises BookFull."""
    if known is None and contacts_of(person).count() >= MOST_CONTACTS:
        raise BookFull
    contact = known or Contact(owner=person)
    changed = known is not None and known.name != card.name
    usable = _usable(replace(card, kept=without_name(card.kept)) if changed else card)
    _fill(contact, replace(usable, uid=contact.uid))
    contact.save()
    contact.addresses.all().delete()
    contact.phones.all().delete()
    ContactAddress.objects.bulk_create(_addresses(contact, usable))
    ContactPhone.objects.bulk_create(_phones(contact, usable))
    contact.groups.set(_groups(person, usable.groups))
    return contact


def remove(contact: Contact) -> None:
    """It can be taken back for a while; what was removed long ago goes for good."""
    now = timezone.now()
    Contact.objects.filter(pk=contact.pk).update(removed_at=now)
    long_ago = Contact.objects.filter(owner=contact.owner, removed_at__lt=now - TAKEN_BACK_WITHIN)
    long_ago.delete()


def take_back(person: User, contact_id: int) -> Contact | None:
    """The contact that was removed; None when it is not there any more."""
    contact = Contact.objects.filter(owner=person, pk=contact_id, removed_at__isnull=False).first()
    if contact is not None:
        Contact.objects.filter(pk=contact.pk).update(removed_at=None)
    return contact


@transaction.atomic
def bring(person: User, cards: Sequence[Card]) -> Brought:
    """Makes contacts of cards. One that is known by its UID, or by name and address, is completed.

    Raises BookFull, and then nothing was written.
    """
    usable = [_usable(card) for card in cards if not card.is_group]
    wanted = [card for card in usable if card.name]
    book = _Book(person)
    fresh: list[Card] = []
    completions = 0
    for card in wanted:
        known = book.known(card)
        if known is None:
            fresh.append(book.noted(card))
            continue
        completions += 1
        if isinstance(known, int):
            fresh[known] = completed(fresh[known], card)
        elif (whole := completed(before := card_of(known), card)) != before:
            save(person, whole, known)
    if book.size + len(fresh) > MOST_CONTACTS:
        raise BookFull
    _add_all(person, fresh)
    _add_members(person, [card for card in cards if card.is_group and card.name])
    return Brought(len(fresh), completions, len(usable) - len(wanted))


class _Book:
    """What is in the book already, and which of the new cards came before."""

    def __init__(self, person: User) -> None:
        known = list(contacts_of(person))
        self.size = len(known)
        self._by_uid: dict[str, Contact | int] = {it.uid: it for it in known}
        self._by_meaning: dict[tuple[str, str], Contact | int] = {
            (plain(it.name), line.address): it for it in known for line in it.addresses.all()
        }
        self._removed = set(
            Contact.objects.filter(owner=person, removed_at__isnull=False).values_list(
                "uid", flat=True
            )
        )
        self._fresh = 0

    def known(self, card: Card) -> Contact | int | None:
        """The contact, or the number of the new card, that this card tells more of."""
        if card.uid and card.uid in self._by_uid:
            return self._by_uid[card.uid]
        name = plain(card.name)
        meanings = ((name, value.text.lower()) for value in card.addresses)
        return next((self._by_meaning[it] for it in meanings if it in self._by_meaning), None)

    def noted(self, card: Card) -> Card:
        """The card as it is added, with a UID of its own."""
        is_free = bool(card.uid) and card.uid not in self._removed
        card = card if is_free else replace(card, uid=new_uid())
        self._by_uid[card.uid] = self._fresh
        for value in card.addresses:
            self._by_meaning.setdefault((plain(card.name), value.text.lower()), self._fresh)
        self._fresh += 1
        return card


def _add_all(person: User, cards: Sequence[Card]) -> None:
    """In a handful of statements, however many."""
    contacts = []
    for card in cards:
        contact = Contact(owner=person)
        _fill(contact, card)
        contacts.append(contact)
    Contact.objects.bulk_create(contacts, batch_size=500)
    pairs = list(zip(contacts, cards, strict=True))
    ContactAddress.objects.bulk_create(
        [line for contact, card in pairs for line in _addresses(contact, card)], batch_size=500
    )
    ContactPhone.objects.bulk_create(
        [line for contact, card in pairs for line in _phones(contact, card)], batch_size=500
    )
    names = (name for card in cards for name in card.groups)
    groups = {it.name: it for it in _groups(person, names)}
    belongs = [
        Contact.groups.through(contact_id=contact.pk, contactgroup_id=groups[name].pk)
        for contact, card in pairs
        for name in card.groups
        if name in groups
    ]
    Contact.groups.through.objects.bulk_create(belongs, batch_size=500, ignore_conflicts=True)


def _add_members(person: User, lists: Sequence[Card]) -> None:
    """Apple's and vCard 4's lists name their members by UID."""
    groups = {it.name: it for it in _groups(person, [card.name[:100] for card in lists])}
    for card in lists:
        if group := groups.get(card.name[:100]):
            uids = {form for it in card.members for form in (it, it.removeprefix("urn:uuid:"))}
            members = contacts_of(person).filter(uid__in=list(uids)[:MOST_CONTACTS])
            group.contacts.add(*members.values_list("pk", flat=True))


def _usable(card: Card) -> Card:
    """What the tables can hold of it."""
    return replace(
        card,
        name=" ".join(card.name.split())[:_NAME],
        uid=card.uid[:255],
        organisation=card.organisation[:_NAME],
        note=card.note[:_NOTE],
        addresses=tuple(it for it in card.addresses if 0 < len(it.text) <= _ADDRESS),
        phones=tuple(it for it in card.phones if 0 < len(it.text) <= _NUMBER),
        groups=tuple(dict.fromkeys(name[:100] for name in card.groups)),
        kept=card.kept if _fits(card) else tuple(_lines_that_fit(card.kept)),
    )


def _fits(card: Card) -> bool:
    return sum(len(line) + 1 for line in card.kept) <= MAX_KEPT + 1


def _lines_that_fit(lines: Iterable[str]) -> Iterator[str]:
    room = MAX_KEPT
    for line in lines:
        if len(line) < room:
            room -= len(line) + 1
            yield line


def _fill(contact: Contact, card: Card) -> None:
    contact.uid = card.uid or contact.uid
    contact.name, contact.organisation, contact.note = card.name, card.organisation, card.note
    contact.version, contact.kept = card.version, "\n".join(card.kept)
    contact.sort_name = plain(card.name)[:250]
    addresses = (value.text for value in card.addresses)
    contact.words = words_to_find(card.name, card.organisation, *addresses)


def _addresses(contact: Contact, card: Card) -> list[ContactAddress]:
    texts = {value.text.lower(): value.head for value in reversed(card.addresses)}
    return [
        ContactAddress(contact=contact, address=text, head=head, position=at)
        for at, (text, head) in enumerate(reversed(texts.items()))
    ]


def _phones(contact: Contact, card: Card) -> list[ContactPhone]:
    return [
        ContactPhone(contact=contact, number=value.text, head=value.head, position=at)
        for at, value in enumerate(card.phones)
    ]


def _groups(person: User, names: Iterable[str]) -> list[ContactGroup]:
    """Those of these names, made where they are missing, as long as there is room."""
    wanted = list(dict.fromkeys(names))
    mine = ContactGroup.objects.filter(owner=person)
    known = {it.name: it for it in mine.filter(name__in=wanted)}
    missing = [name for name in wanted if name and name not in known]
    if missing:
        room = max(MOST_GROUPS - mine.count(), 0)
        made = [ContactGroup(owner=person, name=name) for name in missing[:room]]
        known |= {it.name: it for it in ContactGroup.objects.bulk_create(made)}
    return list(known.values())
