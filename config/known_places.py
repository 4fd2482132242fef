"""Django's tags ``static`` and ``url``, which remember what does not change.

A page of the mail names two dozen addresses that stand in its templates as they are; making each again takes
longer than drawing half of its rows. Settings put this library in the place of Django's ``static``, and ``url``
among what every template has.
"""

from typing import Any

from django.template import Library, Node, defaulttags
from django.template.base import FilterExpression, Parser, Token
from django.template.context import Context
from django.templatetags import static as files

register = Library()
register.tags.update(files.register.tags)


class KnownPlace(Node):
    """The address of a file or a page that the template itself names."""

    def __init__(self, place: Node) -> None:
        self.place = place
        self.known = ""

    def render(self, context: Context) -> str:
        if not self.known:
            self.known = str(self.place.render(context))
        return self.known


@register.tag("static")
def static(parser: Parser, token: Token) -> Node:
    file: Any = files.do_static(parser, token)
    return KnownPlace(file) if file.varname is None and _is_fixed(file.path) else file


@register.tag("url")
def url(parser: Parser, token: Token) -> Node:
    page: Any = defaulttags.url(parser, token)
    is_said = page.asvar is None and not page.kwargs
    return (
        KnownPlace(page) if is_said and all(map(_is_fixed, [page.view_name, *page.args])) else page
    )


def _is_fixed(said: FilterExpression) -> bool:
    """In a name with a colon the page's own application counts too."""
    named: object = said.var
    return isinstance(named, str) and not said.filters and ":" not in named
