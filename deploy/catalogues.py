"""The translations' catalogues: brought up to date, and checked without being touched.

``python -m deploy.catalogues`` (``make messages``) rewrites ``locale/*/LC_MESSAGES/django.po`` from
the sources. French is the language of the sources; the catalogues hold the others.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCES = (
    "accounts",
    "activation",
    "audit",
    "config",
    "directory",
    "locale",
    "mailboxes",
    "templates",
    "webmail",
)
LANGUAGES = ("en",)
CATALOGUE = "locale/{language}/LC_MESSAGES/django.po"
# No line numbers and one line a message: a change of the sources shows only what it changes.
OPTIONS = ("--no-location", "--no-wrap", "--no-obsolete")


def main() -> None:
    make_messages(ROOT)


def make_messages(folder: Path) -> None:
    (folder / "locale").mkdir(exist_ok=True)
    languages = [f"--locale={language}" for language in LANGUAGES]
    ignored = [f"--ignore={name}/*" for name in ("node_modules", "var", ".venv", "tests", "sample")]
    subprocess.run(  # noqa: S603
        [sys.executable, "-m", "django", "makemessages", *languages, *OPTIONS, *ignored],
        cwd=folder,
        check=True,
        stdout=subprocess.DEVNULL,
    )


def stale_or_incomplete() -> list[str]:
    """One line for each catalogue that misses a message or a translation, or has a doubtful one."""
    with tempfile.TemporaryDirectory() as copy:
        for name in SOURCES:
            if (ROOT / name).exists():
                shutil.copytree(ROOT / name, Path(copy) / name)
        make_messages(Path(copy))
        complaints = [complaint(Path(copy), language) for language in LANGUAGES]
    return [line for line in complaints if line]


def complaint(copy: Path, language: str) -> str:
    path = CATALOGUE.format(language=language)
    if not (ROOT / path).exists():
        return f"{path} does not exist: make messages"
    if messages(ROOT / path) != messages(copy / path):
        return f"{path} is not up to date with the sources: make messages"
    statistics = msgfmt(ROOT / path)
    return f"{path}: {statistics}" if "untranslated" in statistics or "fuzzy" in statistics else ""


def messages(path: Path) -> list[str]:
    """The catalogue without the date at which it was made."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if not line.startswith('"POT-Creation-Date')]


def msgfmt(path: Path) -> str:
    """What gettext counts, or what it complains about."""
    command = ["msgfmt", "--check", "--statistics", "--output-file=/dev/null", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    return done.stderr.strip()


if __name__ == "__main__":
    main()
