"""The folder where files of drafts lie, each under its own number."""

from collections.abc import Iterable
from pathlib import Path
from uuid import uuid4

from django.conf import settings

INCOMING = "incoming"


def new_path() -> Path:
    """For a file that is still coming; nobody else has it. Raises OSError."""
    folder = Path(settings.SPOOL) / INCOMING
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder / uuid4().hex


def keep(arrived: Path, path: Path) -> None:
    """Moves a file that came whole to its place. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    arrived.replace(path)


def remove(paths: Iterable[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)
