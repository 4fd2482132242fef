"""What stands for somebody where there is no picture."""

from hashlib import sha256

HUES = 8


def initials(name: str, address: str) -> str:
    """Two letters that stand for a correspondent."""
    words = [word for word in name.replace("-", " ").split() if word[0].isalnum()]
    if len(words) >= 2:
        return (words[0][0] + words[-1][0]).upper()
    source = words[0] if words else address
    return source[:2].upper() or "?"


def hue(address: str) -> int:
    """A number from 1 to 8, always the same for an address."""
    return sha256(address.lower().encode()).digest()[0] % HUES + 1
