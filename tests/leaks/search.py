"""Looks for every secret that the suite held in everything that it left behind."""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path
from urllib.parse import quote, quote_plus

from accounts.questions.normalisation import normalised_answer
from tests.leaks.recording import BEGINS, SHORTEST

SECRETS = "secrets."
STORE = "store"  # the mail of the people in the tests, who write what they like
SERVICE_MAIL = b"Auto-Submitted: auto-generated"
# Where a page shows a secret because that is what it is for; each is asked for anew and journalled.
SHOWN = (
    ("Numen", re.compile(r"POST /gestion/agents/\d+/numen/")),
    ("Password", re.compile(r"POST /mina/applications/")),
    ("Password", re.compile(r"POST /gestion/.*mot-de-passe.*")),
    ("Code", re.compile(r"POST /gestion/.*")),
)


@dataclass(frozen=True)
class Leak:
    kind: str
    secret: str
    file: str
    where: str

    def __str__(self) -> str:
        """Not the secret itself: this is printed."""
        text = f"{self.secret[:3]}… ({len(self.secret)} characters)"
        return f"{self.kind} {text} in {self.file}: {self.where}"


@dataclass(frozen=True)
class Findings:
    """``leaks`` as sentences, and how much was looked for in how much: none would prove nothing."""

    leaks: list[str]
    secrets: int
    megabytes: float


def search(folder: Path) -> Findings:
    """Searches ``folder``: a run's own, or one with ``records/`` like a run's."""
    kinds = dict(_spellings(folder / "records"))
    files = list(_files(folder)) if kinds else []
    leaks = {str(leak) for path in files for leak in _leaks_of(path, kinds)}
    size = sum(_size(path) for path in files)
    return Findings(sorted(leaks), len(kinds), size / 1e6)


def _spellings(records: Path) -> Iterator[tuple[str, str]]:
    """Each way in which a secret may have been written, and the secret's kind."""
    for path in records.glob(f"{SECRETS}*"):
        for line in path.read_text(encoding="utf-8").splitlines():
            kind, text = json.loads(line)
            ways = {text, escape(text), quote(text, errors="replace")}
            ways |= {quote_plus(text, errors="replace"), normalised_answer(text)}
            yield from ((way, kind) for way in ways if len(way) >= SHORTEST and "\n" not in way)


def _files(folder: Path) -> Iterator[Path]:
    # os.walk passes over folders that a server removed meanwhile, Path.rglob stops.
    for path in (Path(place, name) for place, _, names in os.walk(folder) for name in names):
        if not path.is_file() or path.is_symlink() or path.name.startswith(SECRETS):
            continue
        if STORE not in path.relative_to(folder).parts or SERVICE_MAIL in _content(path):
            yield path


def _content(path: Path) -> bytes:
    """Nothing of a file that a server removed meanwhile."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _leaks_of(path: Path, kinds: dict[str, str]) -> Iterator[Leak]:
    command = ["grep", "--text", "--byte-offset", "--only-matching", "--fixed-strings"]
    patterns = "\n".join(kinds)
    done = subprocess.run(  # noqa: S603
        [*command, "--file=-", str(path)],
        input=patterns.encode(errors="backslashreplace"),
        capture_output=True,
        check=False,
    )
    for line in done.stdout.splitlines():
        offset, _, match = line.partition(b":")
        secret = match.decode(errors="replace")
        leak = Leak(kinds.get(secret, "?"), secret, path.name, _title_at(path, int(offset)))
        if not _is_meant(leak):
            yield leak


def _title_at(path: Path, offset: int) -> str:
    """The line that begins the record; in a log, the line itself."""
    content = _content(path)
    start = content.rfind(BEGINS.encode(), 0, offset) + 1
    if not start:
        start = content.rfind(b"\n", 0, offset) + 1
    return content[start : start + 200].split(b"\n")[0].decode(errors="replace")


def _is_meant(leak: Leak) -> bool:
    return leak.file.startswith("pages.") and any(
        leak.kind == kind and pattern.fullmatch(leak.where) for kind, pattern in SHOWN
    )
