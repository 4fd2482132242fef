"""Correspondents whose name or address begins with what is typed, the latest first."""

from webmail.message.words import words_of
from webmail.models import Folder
from webmail.search import finding
from webmail.search.query import Field, Query, Text
from webmail.syntax import addresses
from webmail.syntax.addresses import Address

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


def written_to(mailbox_id: int, typed: str) -> list[tuple[str, str]]:
    """(name, address) of people one may want to write to: those one wrote to, then those who wrote."""
    words = words_of(typed)
    if not words:
        return []
    texts = [Text(Field.TO, (word,)) for word in words]
    sent = Folder.objects.filter(mailbox_id=mailbox_id, special_use=Folder.Use.SENT)
    latest = (
        finding.found(mailbox_id, Query(texts=texts))
        .filter(folder_id__in=list(sent.values_list("pk", flat=True)))
        .order_by("-received_at", "-uid")
    )
    people: dict[str, str] = {}
    for line in latest.values_list("recipients", flat=True)[:LOOKED_AT]:
        for person in addresses.parse(line.replace("\n", ",")):
            if "@" in person.address and _is_meant(person, words):
                people[person.address] = people.get(person.address) or person.name
    for name, address in suggestions(mailbox_id, typed):
        people[address] = people.get(address) or name
    return [(name, address) for address, name in people.items()][:MOST]


def _is_meant(person: Address, words: tuple[str, ...]) -> bool:
    """A letter to many names others too."""
    own = words_of(f"{person.name} {person.address}")
    return all(any(word.startswith(typed) for word in own) for typed in words)
