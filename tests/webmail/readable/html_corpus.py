"""The hostile HTML bodies of tests/corpus/html and what is expected of each (see its README)."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

CORPUS = Path(__file__).parents[2] / "corpus" / "html"
_EXPECTATIONS = json.loads((CORPUS / "expect.json").read_text(encoding="utf-8"))
OWN_DOMAIN: str = _EXPECTATIONS["own_domain"]
_BROWSER_CHARSETS = {"utf-16": "utf-16", "utf-8": "utf-8"}


@dataclass(frozen=True)
class Body:
    """One body of the corpus."""

    file: str
    charset: str
    kind: str
    text_kept: list[str]
    fires_unsanitised: list[str]
    forbidden_markup: list[str] = field(default_factory=list)
    warn_link: list[str] = field(default_factory=list)
    ok_link: list[str] = field(default_factory=list)
    no_clobber: list[str] = field(default_factory=list)
    max_seconds: float = 2.0

    def __str__(self) -> str:
        return self.file.partition(".")[0]

    @property
    def html(self) -> str:
        path = CORPUS / self.file
        if path.name.endswith(".rule.json"):
            return "".join(
                _repeated(*part) for part in json.loads(path.read_text(encoding="utf-8"))["parts"]
            )
        charset = _BROWSER_CHARSETS.get(self.charset, "windows-1252")
        return path.read_bytes().decode(charset, "replace")


def _repeated(text: str, times: int) -> str:
    if times > 1 and "{i}" in text:
        return "".join(text.replace("{i}", str(i)) for i in range(times))
    return text * times


def _body(case: dict[str, Any]) -> Body:
    optional = {
        key: case[key]
        for key in ("forbidden_markup", "ok_link", "no_clobber", "max_seconds")
        if key in case
    }
    return Body(
        file=case["file"],
        charset=case["charset"],
        kind=case["class"],
        text_kept=case["text_kept"],
        fires_unsanitised=case["fires_unsanitised"],
        warn_link=[link["href_contains"] for link in case.get("warn_link", [])],
        **optional,
    )


BODIES: list[Body] = [_body(case) for case in _EXPECTATIONS["cases"]]
