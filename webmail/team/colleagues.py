"""What a writer is told of colleagues who answer the same message. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


@dataclass(frozen=True)
class Colleagues:
    """By name: who writes an answer to the same message, and who sent one; "" for another program's."""

    writing: tuple[str, ...] = ()
    answered: tuple[str, ...] = ()


NOBODY = Colleagues()


def writing_words(names: Sequence[str]) -> str:
    """ "" for nobody."""
    if not names:
        return ""
    words = ngettext(
        "%(names)s est en train de répondre à ce message.",
        "%(names)s sont en train de répondre à ce message.",
        len(names),
    )
    return words % {"names": ", ".join(names)}


def answered_words(names: Sequence[str]) -> str:
    known = [name for name in names if name]
    if not names:
        return ""
    if not known:
        return _("Une réponse à ce message est déjà partie, d’un autre logiciel de courriel.")
    words = ngettext(
        "%(names)s a déjà répondu à ce message.",
        "%(names)s ont déjà répondu à ce message.",
        len(known),
    )
    return words % {"names": ", ".join(known)}
