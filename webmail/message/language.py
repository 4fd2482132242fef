"""In which language a text is written, so that a screen reader pronounces it rightly."""

import re
from collections.abc import Iterable

from webmail.message.readable import Body

LOOKED_AT = 6_000  # characters of source, for what it says of itself
ENOUGH = 3_000  # characters of text, some 500 words
FEWEST = 5  # small words that must speak for a language …
CLEARLY = 1.6  # … and so many times as many as for any other
DECLARED = re.compile(
    r"<(?:html|body)\b[^<>]{0,500}?\slang\s*=\s*[\"']?([A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3})\b",
    re.IGNORECASE,
)
WORD = re.compile(r"[^\W\d_]+")
# The small words that a text of any subject is full of.
SMALL_WORDS = {
    "fr": "le la les des est et une dans pour vous nous que qui ce cette avec sur pas sont votre au aux du",
    "en": "the and of to is are for you your with that this have will be we not from on it our",
    "de": "der die das und ist nicht sie wir mit für den dem ein eine auf von zu ich im werden",
    "es": "el los las que y es por con para una su se del al no está como más sus este",
    "it": "il che di è per una con non sono gli della del dei nel alla più questo le si anche",
    "pt": "o os que e é para uma com não do da dos das em por sua você mais como no",
}
# Alphabets that tell the language, or nearly: then letters that only the rarer of two has.
ALPHABETS = (
    (re.compile("[\u0590-\u05ff]"), "he", "", None),
    (re.compile("[\u0370-\u03ff]"), "el", "", None),
    (re.compile("[\u0530-\u058f]"), "hy", "", None),
    (re.compile("[\u10a0-\u10ff]"), "ka", "", None),
    (re.compile("[\u0b80-\u0bff]"), "ta", "", None),
    (re.compile("[\u0e00-\u0e7f]"), "th", "", None),
    (re.compile("[\uac00-\ud7af]"), "ko", "", None),
    (re.compile("[\u0400-\u04ff]"), "ru", "uk", re.compile("[іїєґ]")),
    (re.compile("[\u0600-\u06ff]"), "ar", "fa", re.compile("[پچژگ]")),
    (re.compile("[\u3040-\u30ff\u4e00-\u9fff]"), "zh", "ja", re.compile("[\u3040-\u30ff]")),
)
LANGUAGES_OF: dict[str, list[str]] = {}
for _language, _words in SMALL_WORDS.items():
    for _word in _words.split():
        LANGUAGES_OF.setdefault(_word, []).append(_language)


def declared(bodies: Iterable[Body]) -> str:
    """The tag that an HTML text gives itself, "" when none does."""
    for body in bodies:
        if body.is_html and (found := DECLARED.search(body.content, 0, LOOKED_AT)):
            return found[1]
    return ""


def guessed(text: str) -> str:
    """A language that the text is clearly in, "" when that is not clear."""
    return _by_alphabet(text[:LOOKED_AT].lower()) or _by_small_words(text)


def _by_alphabet(text: str) -> str:
    """Of a text most of whose letters are of one of ALPHABETS."""
    if text.isascii():
        return ""
    half = sum(map(str.isalpha, text)) / 2
    for letter, usual, other, mark in ALPHABETS:
        if len(letter.findall(text)) > max(half, FEWEST):
            return other if mark is not None and mark.search(text) else usual
    return ""


def _by_small_words(text: str) -> str:
    counts = dict.fromkeys(SMALL_WORDS, 0)
    for word in WORD.findall(text[:ENOUGH].lower()):
        for language in LANGUAGES_OF.get(word, ()):
            counts[language] += 1
    best, second = sorted(counts, key=counts.__getitem__, reverse=True)[:2]
    is_clear = counts[best] >= FEWEST and counts[best] >= CLEARLY * counts[second]
    return best if is_clear else ""
