"""The UAI: a school's national code, seven digits and a letter that checks them."""

import re

LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"  # without I, O and Q
FORMAT = re.compile(r"[0-9]{7}[A-Z]")
WITHOUT_ITS_ZERO = re.compile(r"[1-9][0-9]{5}[A-Z]")


class NotAUai(ValueError):
    """What was typed cannot be a UAI. ``meant`` is the code it may stand for, or empty."""

    def __init__(self, meant: str = "") -> None:
        super().__init__("A UAI has seven digits and their check letter.")
        self.meant = meant


def check_letter(digits: str) -> str:
    """The letter that follows the seven digits: their value modulo 23."""
    return LETTERS[int(digits) % len(LETTERS)]


def read_uai(typed: str) -> str:
    """``"0760001 n"`` → ``"0760001N"``. Raises NotAUai.

    A spreadsheet takes the code for a number and drops the zero at its beginning; it is not put
    back in silence, since two different codes could then be read alike.
    """
    text = "".join(typed.split()).upper()
    if WITHOUT_ITS_ZERO.fullmatch(text) and check_letter(f"0{text[:-1]}") == text[-1]:
        raise NotAUai(meant=f"0{text}")
    if not FORMAT.fullmatch(text) or check_letter(text[:-1]) != text[-1]:
        raise NotAUai
    return text
