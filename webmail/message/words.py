"""What of a message can be found: words without case and accents, in one text. Pure.

Each token is the mailbox's number, a letter for the field, and the word: "42sreunion". So an index of
tokens is an index by mailbox, then by field, and words that begin with what is typed stand together.
"""

import re
import unicodedata
from functools import lru_cache

SUBJECT, SENDER, RECIPIENT = "s", "f", "t"
KINDS = (SUBJECT, SENDER, RECIPIENT)
MAX_WORD = 60  # characters
MAX_WORDS = 400  # of one field: a letter to a whole school names very many
ACCENTS = re.compile("[\u0300-\u036f]+")  # combining, as they stand after decomposition
WORD = re.compile(r"[^\W_]+")
LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d"})


@lru_cache(maxsize=4096)
def words_of(text: str) -> tuple[str, ...]:
    """'Réunion d’équipe' → ('reunion', 'd', 'equipe')."""
    plain = text.lower() if text.isascii() else _plain(text)
    return tuple(word[:MAX_WORD] for word in WORD.findall(plain)[:MAX_WORDS])


def _plain(text: str) -> str:
    """Folded twice: compatibility forms such as 𝑨 decompose into capitals."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return ACCENTS.sub("", folded).casefold().translate(LIGATURES)


def token(mailbox_id: int, kind: str, word: str) -> str:
    return f"{mailbox_id}{kind}{word}"


def tokens(mailbox_id: int, subject: str, name: str, address: str, recipients: str) -> str:
    """All tokens of a message in their order, a space between; `name` and `address` are the author's."""
    given = ((SUBJECT, subject), (SENDER, f"{name} {address}"), (RECIPIENT, recipients))
    return " ".join(filter(None, (_of_field(mailbox_id, kind, text) for kind, text in given)))


@lru_cache(maxsize=4096)
def _of_field(mailbox_id: int, kind: str, text: str) -> str:
    return " ".join(token(mailbox_id, kind, word) for word in words_of(text))
