"""French typography: what a careful writer types, and what an old character set still allows."""

import re

NO_BREAK = "\u00a0"
_BEFORE_DOUBLE_SIGNS = re.compile(r"(?<=\S) (?=[:;?!»%€])")
_AFTER_OPENING_QUOTE = re.compile(r"« ")
_ORDINAL = re.compile(r"\b([3-6])e\b")

# What each character set lacks, and what people write instead.
_LACKING = {
    "windows-1252": str.maketrans({"ᵉ": "e", "\u202f": NO_BREAK}),
    "iso-8859-15": str.maketrans({"’": "'", "ᵉ": "e", "–": "-", "…": "...", "\u202f": NO_BREAK}),
}
_LACKING["iso-8859-1"] = _LACKING["iso-8859-15"] | str.maketrans({"œ": "oe", "Œ": "OE", "€": "EUR"})


def careful(text: str) -> str:
    """Curly apostrophes, no-break spaces, raised ordinals."""
    spaced = _BEFORE_DOUBLE_SIGNS.sub(NO_BREAK, text)
    quoted = _AFTER_OPENING_QUOTE.sub("«" + NO_BREAK, spaced)
    return _ORDINAL.sub(r"\1ᵉ", quoted).replace("'", "’")


def sayable(text: str, charset: str) -> str:
    """The text with what the character set lacks replaced as people do."""
    return text.translate(_LACKING.get(charset, {}))
