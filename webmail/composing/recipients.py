"""The addresses of a message, as people type and paste them."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from ada_url import idna_to_ascii
from django import forms
from django.conf import settings
from django.core.validators import EmailValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from webmail.syntax import addresses
from webmail.syntax.addresses import Address

MAX_RECIPIENTS = 500
MAX_TEXT = 200_000  # characters of one field
MAX_ADDRESS = 254  # characters: the 256 of a path, less its brackets (RFC 5321 §4.5.3.1.3)
MAX_TOLD = 5  # wrong addresses named in one sentence
# What stands between quotes, up to the end when none closes it: each character is seen once.
QUOTED = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*(?:"(?P<at>\s*@)?|\\?\Z)', re.DOTALL)
NOT_AN_ADDRESS = gettext_lazy("« %(text)s » n’est pas une adresse. Exemple : prenom.nom@%(domain)s")
_WORD = r"[^\s,;:<>\"'()\[\]]{1,320}"
_ADDRESS = rf"{_WORD}@{_WORD}"
# How lists look that were copied from elsewhere, and how they are written here.
_SPELLINGS = (
    (re.compile(r"[；，、]"), ","),
    (re.compile(r"\s*[\r\n\v\f\x85\u2028\u2029]+\s*(?=<)"), " "),  # a name, its address below it
    (re.compile(r"[\r\n\v\f\x85\u2028\u2029]+"), ","),
    (re.compile(rf"\[({_ADDRESS})\]|\(({_ADDRESS})\)"), r"<\1\2>"),
    (re.compile(rf"(?<![^\s,;<])'({_ADDRESS})'"), r"\1"),
    (re.compile(rf"(@{_WORD})\s+(?={_ADDRESS})"), r"\1, "),
    (re.compile(rf"(@{_WORD}>)\s*(?=[^\s,;>])"), r"\1, "),
)


@dataclass(frozen=True)
class Recipient:
    """One of those a field names; `error` says why no mail can reach it."""

    name: str
    address: str
    error: str = ""

    @property
    def is_external(self) -> bool:
        """Outside the academy."""
        return not self.error and self.address.rpartition("@")[2] not in settings.DOMAINS


def read(text: str) -> list[Recipient]:
    """Everybody the text names, in order, each address once; what is wrong is among them."""
    found: dict[str, Recipient] = {}
    for person in _with_whole_names(addresses.parse(_respelt(text[:MAX_TEXT]))):
        recipient = _checked(person)
        found.setdefault(recipient.address.lower() or recipient.name, recipient)
    return list(found.values())


def _with_whole_names(people: Iterable[Address]) -> Iterator[Address]:
    """De la Tour, Anne <anne@example.org>: the comma should have been quoted."""
    family_name = ""
    for person in people:
        if family_name and person.address and person.name and " " not in person.name:
            yield Address(f"{family_name}, {person.name}", person.address)
            family_name = ""
            continue
        if family_name:
            yield Address(family_name, "")
        family_name = "" if person.address else person.name
        if person.address:
            yield person
    if family_name:
        yield Address(family_name, "")


def _respelt(text: str) -> str:
    for spelling, ours in _SPELLINGS:
        text = spelling.sub(ours, text)
    return text


def _checked(person: Address) -> Recipient:
    local, at, domain = person.address.rpartition("@")
    # RFC 6532 §3.1: one spelling for what looks alike.
    address = f"{unicodedata.normalize('NFC', local)}{at}{_ascii(domain)}"
    if len(address) > MAX_ADDRESS:
        shown = {"text": f"{person.address[:40]}…", "n": MAX_ADDRESS}
        error = _("« %(text)s » est trop long : une adresse a au plus %(n)s caractères.")
        return Recipient(person.name, person.address, error % shown)
    if not _is_possible(address):
        example = {"text": person.address or person.name, "domain": settings.DOMAINS[0]}
        return Recipient(person.name, person.address, NOT_AN_ADDRESS % example)
    return Recipient(person.name, address)


def _is_possible(address: str) -> bool:
    local, _at, domain = address.rpartition("@")
    if '"' in local or unicodedata.normalize("NFKC", local) != local:
        return False
    # The validator knows ASCII alone: any letter of another alphabet counts as a letter (RFC 6531).
    letters = "".join("a" if not it.isascii() and it.isalnum() else it for it in local)
    try:
        EmailValidator()(f"{letters}@{domain}")
    except forms.ValidationError:
        return False
    return True


def _ascii(domain: str) -> str:
    """école.fr as mail servers know it: xn--cole-9oa.fr (RFC 5891)."""
    return domain.lower() if domain.isascii() else idna_to_ascii(domain).decode("ascii")


class RecipientsField(forms.CharField):
    """Addresses separated by commas, semicolons or line breaks → list of Address."""

    def clean(self, value: Any) -> list[Address]:
        text = super().clean(value) or ""
        if len(text) > MAX_TEXT:
            raise forms.ValidationError(_too_many(), params={"n": MAX_RECIPIENTS})
        if any(found["at"] for found in QUOTED.finditer(text)):
            raise forms.ValidationError(_("Une adresse ne peut pas commencer par des guillemets."))
        people = read(text)
        if errors := [person.error for person in people if person.error]:
            raise forms.ValidationError(errors[:MAX_TOLD])
        if len(people) > MAX_RECIPIENTS:
            raise forms.ValidationError(_too_many(), params={"n": MAX_RECIPIENTS})
        return [Address(person.name, person.address) for person in people]


def _too_many() -> str:
    return _("Au plus %(n)s destinataires par message.")
