"""Django's library ``i18n``, whose ``translate`` remembers what does not change.

A page of the mail says seventy words of its own; looking each up and escaping it again takes a tenth of
the page's time. Settings put this library in the place of Django's, under its name.
"""

from typing import Any

from django.template import Library, Node
from django.template.base import Parser, Token
from django.template.context import Context
from django.templatetags import i18n
from django.utils.translation import get_language

register = Library()
register.tags.update(i18n.register.tags)
register.filters.update(i18n.register.filters)


class KnownWords(Node):
    """A text of the template itself, by language."""

    def __init__(self, words: Node) -> None:
        self.words = words
        self.known: dict[tuple[str | None, bool], str] = {}

    def render(self, context: Context) -> str:
        key = get_language(), bool(context.autoescape)
        text = self.known.get(key)
        if text is None:
            text = self.known[key] = str(self.words.render(context))
        return text


@register.tag("translate")
@register.tag("trans")
def translate(parser: Parser, token: Token) -> Node:
    words: Any = i18n.do_translate(parser, token)
    said = words.filter_expression
    is_fixed = said.var.literal is not None and not said.filters
    if is_fixed and words.asvar is None and words.message_context is None:
        return KnownWords(words)
    return words  # type: ignore[no-any-return]
