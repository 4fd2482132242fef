"""The HTML that ordinary programs make of a typed text, quotes included."""

from html import escape
from itertools import groupby

STYLE = (
    "body{font-family:Calibri,Arial,sans-serif;font-size:11pt}"
    "blockquote{margin:0 0 0 8px;padding-left:8px;border-left:2px solid #99a}.sig{color:#556}"
)


def html_document(text: str) -> str:
    body = _blocks(text.splitlines())
    head = f"<!DOCTYPE html>\n<html><head><style>{STYLE}</style></head>"
    return f"{head}<body>\n{body}\n</body></html>\n"


def _blocks(lines: list[str]) -> str:
    parts = []
    for is_quote, group in groupby(lines, lambda line: line.startswith(">")):
        if is_quote:
            inner = [line[1:].removeprefix(" ") for line in group]
            parts.append(f'<blockquote type="cite">\n{_blocks(inner)}\n</blockquote>')
        else:
            parts.append(_paragraphs("\n".join(group)))
    return "\n".join(filter(None, parts))


def _paragraphs(text: str) -> str:
    return "\n".join(_paragraph(block) for block in text.split("\n\n") if block.strip())


def _paragraph(block: str) -> str:
    text = block.strip()
    words = text.removeprefix("--").strip()
    html = escape(words, quote=False).replace("\n", "<br>\n")
    return f"<p>{html}</p>" if words == text else f'<p class="sig">{html}</p>'
