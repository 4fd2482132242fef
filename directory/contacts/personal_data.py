"""What one takes away of one's address book with the rest of one's data."""

from accounts.models import User
from directory.contacts import cards, keeping
from directory.contacts.finding import contacts_of


def described(person: User) -> list[str]:
    """Each contact as a vCard, which other programs read too."""
    return [cards.written(keeping.card_of(it)) for it in contacts_of(person).iterator(200)]
