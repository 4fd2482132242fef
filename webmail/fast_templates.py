"""Jinja2 for the templates that are drawn very often: the list, the folders beside it, the head above.

Django's own engine takes several times as long for them (docs/decisions/0014). Everything is escaped,
as there.
"""

from functools import lru_cache
from typing import Any
from urllib.parse import quote

from django.contrib.staticfiles.storage import staticfiles_storage
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from jinja2 import Environment
from markupsafe import _escape_inner, escape  # type: ignore[attr-defined]

from config.links import link
from webmail.presentation import counted

HARMLESS = frozenset((int, SafeString))


def environment(**options: Any) -> Environment:
    """What Django's backend asks for.

    Jinja2's own escaping makes an object of each value, which takes as long as all the rest of a row.
    """
    made = Environment(**{**options, "autoescape": False, "finalize": escaped})  # noqa: S701
    made.globals.update(OURS)
    made.filters.update(counted=counted, quoted=quoted)
    return made


def escaped(value: object) -> object:
    """Any value as a page may show it; what says that it is HTML already stays as it is."""
    if type(value) is str:
        return _escape_inner(value)
    return value if type(value) in HARMLESS else escape(value)


def static(file: str) -> str:
    """Asked for when a page is drawn: before, the files may not have been collected yet."""
    return staticfiles_storage.url(file)


def quoted(text: str) -> str:
    """As the value of a parameter in an address."""
    return quote(text, safe="")


# What templates call, whatever a page names its own values.
OURS: dict[str, Any] = {"ngettext": ngettext, "static": static, "url": link}


class Words(dict[str, str]):
    """The texts of the templates in one language, which must be the page's: each is looked up once."""

    def __missing__(self, text: str) -> str:
        self[text] = said = gettext(text)
        return said


@lru_cache(maxsize=10)
def words(_language: str | None) -> Words:
    return Words()
