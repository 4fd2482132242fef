"""The rows of a list inside a page's template."""

from typing import Any

from django import template
from django.template.loader import get_template
from django.utils.safestring import SafeString

register = template.Library()

SHARED = ("pane", "icons", "simple", "preferences")


@register.simple_tag(takes_context=True)
def list_rows(context: dict[str, Any]) -> SafeString:
    """templates/jinja/webmail/rows.html, which escapes all it is given."""
    rows = get_template("webmail/rows.html", using="jinja2")
    return SafeString(rows.render({name: context[name] for name in SHARED}))
