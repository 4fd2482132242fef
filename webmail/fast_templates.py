"""Jinja2 for the few templates that are drawn very often: the rows of a list, the folders beside it.

Django's own engine takes several times as long for them (docs/decisions/0014). Everything is escaped,
as there.
"""

from typing import Any

from django.utils.translation import gettext, ngettext
from jinja2 import Environment

from webmail.presentation import counted


def environment(**options: Any) -> Environment:
    """What Django's backend asks for."""
    made = Environment(**options)  # noqa: S701  (Django's options say autoescape)
    made.globals.update(_=gettext, ngettext=ngettext)
    made.filters["counted"] = counted
    return made
