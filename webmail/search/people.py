"""Correspondents whose name or address begins with what is typed, the latest first."""

from webmail.search import finding
from webmail.search.query import Field, Query, Text
from webmail.search.words import words_of

LOOKED_AT = 200  # messages
MOST = 8


def suggestions(mailbox_id: int, typed: str) -> list[tuple[str, str]]:
    """(name, address) of people who wrote to this mailbox."""
    words = words_of(typed)
    if not words:
        return []
    texts = [Text(Field.FROM, (word,)) for word in words]
    latest = finding.everywhere(mailbox_id, Query(texts=texts)).order_by("-received_at", "-uid")
    people: dict[str, str] = {}
    for name, address in latest.values_list("sender_name", "sender_address")[:LOOKED_AT]:
        if address:
            people[address] = people.get(address) or name
    return [(name, address) for address, name in people.items()][:MOST]
