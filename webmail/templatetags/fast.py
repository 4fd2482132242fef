"""Pieces of a page that are drawn very often, by Jinja2; and numbers as people write them."""

from django import template
from django.template import Context
from django.template.loader import get_template
from django.utils.safestring import SafeString

from webmail.presentation import counted

register = template.Library()
register.filter("counted", counted)


@register.simple_tag(takes_context=True)
def drawn(context: Context, name: str) -> SafeString:
    """``templates/jinja/<name>`` with all that the page knows; it escapes what it is given."""
    piece = get_template(name, using="jinja2")
    known = {str(key): value for key, value in context.flatten().items()}
    return SafeString(piece.render(known))
