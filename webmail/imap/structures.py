"""Whether a message has attachments, and which part begins its text, from raw BODYSTRUCTUREs."""

import re
from functools import lru_cache

from webmail.imap.replies import Raw
from webmail.message import shown
from webmail.message.bodystructure import structure_from_imap
from webmail.message.shown import Role
from webmail.message.structure import Part

# One plain or HTML text, or alternatives of these, without names or dispositions: most messages.
_STRING = rb'"(?>(?:[^"\\]++|\\.)*)"'
_PARAMETERS = rb'(?:NIL|\((?:"(?:charset|format|delsp)" ' + _STRING + rb" ?)+\))"
_TEXT = (
    rb'\("text" "(?:plain|html)" '
    + _PARAMETERS
    + rb" NIL NIL (?:NIL|"
    + _STRING
    + rb") [0-9]+ [0-9]+(?: NIL(?: (?:NIL|\(\"inline\" NIL\))(?: NIL){0,2})?)?\)"
)
_BOUNDARY = rb'(?: \("boundary" ' + _STRING + rb"\)(?: NIL){0,3})?"
PLAINLY_TEXT = re.compile(
    _TEXT + rb"|\((?:" + _TEXT + rb'){1,2} "alternative"' + _BOUNDARY + rb"\)", re.IGNORECASE
)
# What differs between messages of one make and does not matter here: sizes and boundaries. Numbers of
# seven digits do matter: a text may be too long to be shown.
_SIZE = re.compile(rb" [1-9][0-9]{0,5}(?=[ )])")
_BOUNDARY_OF = re.compile(rb'\("boundary" ' + _STRING + rb"\)", re.IGNORECASE)


def has_attachments(structure: Raw) -> bool:
    """Whether the message has parts that are offered as files.

    A picture with a Content-ID stands in the text, as far as the structure tells.
    """
    if PLAINLY_TEXT.fullmatch(structure.text):
        return False
    if structure.literals:
        return _offers_files(structure)
    text = _BOUNDARY_OF.sub(b'("boundary" "=")', _SIZE.sub(b" 1", structure.text))
    return _offers_files(Raw(text))


@lru_cache(maxsize=1024)
def _offers_files(structure: Raw) -> bool:
    steps = shown.choose(structure_tree(structure)).steps
    return any(role is Role.OFFERED and not part.content_id for role, part in steps)


def structure_tree(structure: Raw) -> Part:
    return structure_from_imap(structure.value())


def first_text(structure: Raw) -> Part | None:
    """The part that is read first, None for a message without text."""
    steps = shown.choose(structure_tree(structure)).steps
    return next((part for role, part in steps if role is Role.TEXT), None)
