"""Plain text as it was meant to be read: format=flowed paragraphs joined again (RFC 3676)."""

SIGNATURE = "-- "


def unflow(text: str, *, delete_space: bool = False) -> str:
    """Paragraphs of a format=flowed text on one line each, with their quote marks (`>> words`)
    kept.

    `delete_space` is the DelSp parameter: the space that marks a soft line end is no part of the
    text.
    """
    lines: list[str] = []
    paragraph: list[str] = []
    depth = 0
    for line in text.split("\n"):
        quoted, content = _unquoted(line.removesuffix("\r"))
        if paragraph and (quoted != depth or content == SIGNATURE):
            lines.append(_quoted(depth, paragraph))
            paragraph = []
        depth = quoted
        is_soft = content.endswith(" ") and content != SIGNATURE
        paragraph.append(content[:-1] if is_soft and delete_space else content)
        if not is_soft:
            lines.append(_quoted(depth, paragraph))
            paragraph = []
    if paragraph:
        lines.append(_quoted(depth, paragraph))
    return "\n".join(lines)


def _unquoted(line: str) -> tuple[int, str]:
    """Quote depth and content of a line, its stuffed space removed (RFC 3676, 4.4 and 4.5)."""
    content = line.lstrip(">")
    return len(line) - len(content), content.removeprefix(" ")


def _quoted(depth: int, paragraph: list[str]) -> str:
    content = "".join(paragraph)
    if not depth:
        return content
    return f"{'>' * depth} {content}" if content else ">" * depth
