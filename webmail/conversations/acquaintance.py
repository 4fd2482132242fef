"""What the index knows of who wrote a message: whether they ever did, and who else bears their name."""

from dataclasses import dataclass

from django.db.models import QuerySet

from mailboxes.models import Mailbox
from webmail.message.words import words_of
from webmail.models import Folder, IndexedMessage, MailboxIndex
from webmail.opening.opened import Opened
from webmail.search import finding
from webmail.search.query import Field, Query, Text
from webmail.syntax.addresses import Address

NAME_WORDS = 2  # "Nadia" alone is many people's
NAMESAKES_LOOKED_AT = 20


@dataclass(frozen=True)
class Acquaintance:
    """`namesake` is the academy's own address of a correspondent who bears the sender's name, or ""."""

    is_first: bool = False
    namesake: str = ""


def with_sender(mailbox: Mailbox, index: MailboxIndex | None, opened: Opened) -> Acquaintance:
    """Two queries for a sender from outside; nothing is said while the index is not whole."""
    authors = opened.shown.message.from_
    is_whole = index is not None and not index.unfinished
    if not is_whole or len(authors) != 1 or opened.is_draft or not opened.shown.flags.external:
        return Acquaintance()
    author = authors[0]
    return Acquaintance(not _is_known(mailbox, author, opened), _namesake(mailbox, author))


def _is_known(mailbox: Mailbox, author: Address, opened: Opened) -> bool:
    """Whether this address wrote before, or was written to; what lies in the junk makes no friends."""
    address = author.address.lower()
    words = words_of(address)
    if not words:
        return True
    wrote = _naming(mailbox, Field.FROM, words).filter(sender_address=address)
    before = wrote.filter(received_at__lt=opened.fetched.received_at)
    if before.exclude(folder__special_use=Folder.Use.JUNK).exists():
        return True
    return _naming(mailbox, Field.TO, words).filter(recipients__icontains=address).exists()


def _namesake(mailbox: Mailbox, author: Address) -> str:
    words = words_of(author.name)
    if len(words) < NAME_WORDS:
        return ""
    found = _naming(mailbox, Field.FROM, words).filter(is_external=False)
    names = found.values_list("sender_name", "sender_address").distinct()[:NAMESAKES_LOOKED_AT]
    same = (address for name, address in names if sorted(words_of(name)) == sorted(words))
    return next(same, "")


def _naming(mailbox: Mailbox, field: Field, words: tuple[str, ...]) -> QuerySet[IndexedMessage]:
    asked = Query(texts=[Text(field, (word,), whole=True) for word in words])
    return finding.found(mailbox.pk, asked)
