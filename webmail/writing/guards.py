"""What a person is asked before a message leaves, once each: slips that cannot be taken back later. Pure."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from webmail.composing.compose import Draft
from webmail.html.look_alikes import imitates, is_own
from webmail.html.outgoing import outgoing
from webmail.syntax.addresses import Address
from webmail.team.colleagues import NOBODY, Colleagues, answered_words, writing_words

# Of one's own words, in French and in English. « joint » alone is also a building material.
ATTACHED = re.compile(
    r"\b(?:ci[- ]?joint(?:e?s?)|pi[eè]ces?[- ]jointes?|pj|p\.j\.|en (?:pi[eè]ce|annexe|attach[ée]e?)"
    r"|je (?:vous |te )?joins|joints? [àa] (?:ce|cet|mon) (?:message|courriel|envoi)"
    r"|vous trouverez (?:joints?|en annexe)|attach(?:ed|ment|ments)|i(?:'m| am) attaching|enclosed)\b",
    re.IGNORECASE,
)
# Where the words of others begin: quotes, and what programs put above them.
OTHERS = re.compile(
    r"^(?:>|-{3,}|_{5,}|-- $|Le .{6,200} a écrit\s?:|On .{6,200} wrote:|(?:De|From)\s?: )",
    re.MULTILINE,
)
CODES = frozenset(
    {"imitation", "piece", "objet", "liste", "visibles", "nombre", "collegue", "reponse"}
)
ANSWER = re.compile(r"^(?:re|ré|tr|fw|fwd)\s?:", re.IGNORECASE)
# Slips of a hurried hand; the right name stands beside it.
SLIPS = {
    "gmial.com": "gmail.com",
    "gmai.com": "gmail.com",
    "gmail.fr": "gmail.com",
    "gamil.com": "gmail.com",
    "gmal.com": "gmail.com",
    "hotmial.com": "hotmail.com",
    "hotmal.com": "hotmail.com",
    "hotmai.fr": "hotmail.fr",
    "outlok.com": "outlook.com",
    "outlok.fr": "outlook.fr",
    "yaho.fr": "yahoo.fr",
    "yahooo.fr": "yahoo.fr",
    "ornge.fr": "orange.fr",
    "orage.fr": "orange.fr",
    "wanado.fr": "wanadoo.fr",
    "laposte.fr": "laposte.net",
    "fre.fr": "free.fr",
}


@dataclass(frozen=True)
class Bounds:
    """From how many recipients on one is asked: those everybody sees, and all together."""

    visible: int
    total: int


@dataclass(frozen=True)
class Question:
    """`code` is what the page sends back once it was answered."""

    code: str
    text: str
    offers_bcc: bool = False


def questions(
    letter: Draft,
    own_domains: Collection[str],
    bounds: Bounds,
    list_name: str = "",
    others: Colleagues = NOBODY,
) -> list[Question]:
    """`list_name` is that of the mailing list whose message is answered to all, else empty; `others`
    answer the same message.
    """
    return list(
        chain(
            _second_answer(others),
            _look_alikes(letter, own_domains),
            _forgotten_file(letter),
            _empty_subject(letter),
            _whole_list(list_name),
            _crowd(letter, bounds),
        )
    )


def outside(letter: Draft, own_domains: Collection[str]) -> list[str]:
    """The recipients who are not of the academy."""
    return [it.address for it in _everyone(letter) if not is_own(it.domain, own_domains)]


def _everyone(letter: Draft) -> Sequence[Address]:
    return [*letter.to, *letter.cc, *letter.bcc]


def _second_answer(others: Colleagues) -> Iterator[Question]:
    if others.writing:
        yield Question("collegue", writing_words(others.writing))
    if others.answered:
        yield Question("reponse", answered_words(others.answered))


def _look_alikes(letter: Draft, own_domains: Collection[str]) -> Iterator[Question]:
    for person in _everyone(letter):
        meant = SLIPS.get(person.domain)
        if meant:
            words = _("« %(address)s » : vouliez-vous écrire à une adresse en %(meant)s ?")
            yield Question("imitation", words % {"address": person.address, "meant": meant})
        elif imitates(person.domain, own_domains):
            words = _(
                "« %(address)s » ressemble à une adresse de l’académie, mais n’en est pas une."
            )
            yield Question("imitation", words % {"address": person.address})


def _forgotten_file(letter: Draft) -> Iterator[Question]:
    if not letter.attachments and ATTACHED.search(f"{_own_subject(letter)}\n{own_words(letter)}"):
        yield Question(
            "piece", _("Votre message parle d’une pièce jointe, mais aucun fichier n’est joint.")
        )


def _own_subject(letter: Draft) -> str:
    return "" if ANSWER.match(letter.subject) else letter.subject


def own_words(letter: Draft) -> str:
    """The text before the first quoted or forwarded words."""
    text = outgoing(letter.html).text if letter.html else letter.text
    begun = OTHERS.search(text)
    return text[: begun.start()] if begun else text


def _empty_subject(letter: Draft) -> Iterator[Question]:
    if not letter.subject.strip():
        yield Question("objet", _("Ce message n’a pas d’objet."))


def _whole_list(name: str) -> Iterator[Question]:
    if name:
        words = _("Votre réponse ira à tous les membres de la liste « %(name)s ».")
        yield Question("liste", words % {"name": name})


def _crowd(letter: Draft, bounds: Bounds) -> Iterator[Question]:
    visible, total = len(letter.to) + len(letter.cc), len(_everyone(letter))
    if visible > bounds.visible:
        words = ngettext(
            "%(n)s destinataire verra les adresses de tous les autres.",
            "%(n)s destinataires verront les adresses de tous les autres.",
            visible,
        )
        yield Question("visibles", words % {"n": visible}, offers_bcc=True)
    if total > bounds.total:
        words = ngettext(
            "Ce message ira à %(n)s personne.", "Ce message ira à %(n)s personnes.", total
        )
        yield Question("nombre", words % {"n": total})
