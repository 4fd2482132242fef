"""Jinja2 for the few templates that are drawn very often: the fifty rows of a list.

Django's own engine takes several times as long for them (docs/decisions/0012). Everything is escaped,
as there.
"""

from typing import Any

from django.utils.translation import gettext
from jinja2 import Environment, StrictUndefined


def environment(**options: Any) -> Environment:
    """What Django's backend asks for; a name that no one gave is an error, not an empty text."""
    made = Environment(**options | {"undefined": StrictUndefined})  # noqa: S701  (Django says autoescape)
    made.globals["_"] = gettext
    return made
