"""How a name becomes the left part of an address (the identity rules, "Login names")."""

import re
import unicodedata

_LIGATURES = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae"})


def login_name(first_name: str, usual_name: str) -> str:
    """``prenom.nom`` without marks, in lower case, at most 64 characters."""
    return f"{_plain(first_name)}.{_plain(usual_name)}"[:64]


def _plain(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name.translate(_LIGATURES))
    bare = "".join(c for c in decomposed if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9]+", "-", bare.lower()).strip("-")
