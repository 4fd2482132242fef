"""Whom of one's own address book is meant. Nobody else's is ever looked at."""

from django.db.models import Count, Q, QuerySet

from accounts.models import User
from accounts.spelling import plain
from directory.models import Contact, ContactGroup

MOST_SUGGESTED = 8
MOST_MEMBERS = 200  # of a suggested group


def contacts_of(person: User) -> QuerySet[Contact]:
    """By name, with their addresses and telephones; those that were removed are left out."""
    mine = Contact.objects.filter(owner=person, removed_at=None)
    return mine.prefetch_related("addresses", "phones", "groups")


def found(person: User, words: list[str]) -> QuerySet[Contact]:
    """Those in whose name, organisation or address each word begins one."""
    contacts = contacts_of(person)
    for word in words:
        contacts = contacts.filter(words__contains=f" {plain(word)}")
    return contacts


def with_address(person: User, addresses: list[str]) -> Contact | None:
    """The first contact that has one of these addresses."""
    wanted = [address.lower() for address in addresses]
    mine = Contact.objects.filter(owner=person, removed_at=None)
    return mine.filter(addresses__address__in=wanted).first()


def groups_of(person: User) -> QuerySet[ContactGroup]:
    """By name, each with `size`: how many contacts it has."""
    counted = Count("contacts", filter=Q(contacts__removed_at=None))
    return ContactGroup.objects.filter(owner=person).annotate(size=counted)


def groups_with(person: User, words: list[str]) -> list[ContactGroup]:
    """Those whose name each word begins a word of."""
    wanted = [f" {plain(word)}" for word in words]
    return [
        group
        for group in groups_of(person)
        if all(word in f" {plain(group.name)}" for word in wanted)
    ]
