"""docs/settings.md tells of every setting, with the default that it has."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROW = re.compile(r"^\| `(PLI_\w+)` \| (.+?) \|", re.MULTILINE)
COMPUTED = "*"


def read_settings() -> Iterator[tuple[str, str]]:
    """Each variable that config/settings.py reads, with its default as the page writes it."""
    tree = ast.parse((ROOT / "config" / "settings.py").read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="env"), attr=reader), args=args):
                yield name_in(args[0]), default_in(reader, args[1:])


def name_in(argument: ast.expr) -> str:
    assert isinstance(argument, ast.Constant)
    return str(argument.value)


def default_in(reader: str, rest: list[ast.expr]) -> str:
    if not rest:
        return "empty" if reader == "words" else "required"
    match rest[-1]:
        case ast.Constant(value=bool(value)):
            return "yes" if value else "no"
        case ast.Constant(value=""):
            return "empty"
        case ast.Constant(value=int() | str() as value):
            return f"`{value}`"
        case _:
            return COMPUTED


def written_settings() -> list[tuple[str, str]]:
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    return [
        (name, COMPUTED if default.startswith(COMPUTED) else default)
        for name, default in ROW.findall(page)
    ]


def test_every_setting_stands_on_the_page_once_with_its_default() -> None:
    assert sorted(written_settings()) == sorted(read_settings())
