"""Pieces of a page that are drawn very often, by Jinja2; and numbers as people write them."""

from typing import Any

from django import template
from django.template import Context
from django.template.loader import get_template
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from webmail.fast_templates import OURS, words
from webmail.presentation import counted

register = template.Library()
register.filter("counted", counted)


@register.simple_tag(takes_context=True)
def drawn(context: Context, name: str, **also: object) -> SafeString:
    """``templates/jinja/<name>`` with all that the page knows, and `also`; it escapes what it is given."""
    piece = get_template(name, using="jinja2")
    known: dict[Any, Any] = context.flatten()
    said = {"_": words(get_language()).__getitem__}
    return SafeString(piece.render({**known, **also, **OURS, **said}))
