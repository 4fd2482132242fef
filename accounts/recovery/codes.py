"""Short codes: drawn, shown once by mail, by SMS or by hand, kept as a keyed hash."""

import secrets

from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.secrets import Code

DIGITS = 6
# Letters that make no word and are not taken for one another (IDENTITY rules, "Activation letter").
LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
HANDED_LENGTH = 8  # 34 bits


def new_digits() -> Code:
    return Code("".join(secrets.choice("0123456789") for _ in range(DIGITS)))


def new_letters() -> Code:
    return Code("".join(secrets.choice(LETTERS) for _ in range(HANDED_LENGTH)))


def hash_of_code(code: Code, bound_to: str) -> str:
    """Keyed, since a million codes are soon tried; bound, so that it opens nothing elsewhere."""
    text = f"{bound_to}\n{_spelled(code.reveal())}".encode("utf-8", "backslashreplace")
    return salted_hmac("pli recovery code", text, algorithm="sha256").hexdigest()


def is_code(code: Code, code_hash: str, bound_to: str) -> bool:
    return bool(code_hash) and constant_time_compare(hash_of_code(code, bound_to), code_hash)


def _spelled(typed: str) -> str:
    """Case, spaces and dashes do not count."""
    return "".join(char for char in typed.upper() if char.isalnum())
