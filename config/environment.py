"""Strict readers of the process environment, used by settings.py only.

Each variable may also come from a file: ``PLI_SECRET_KEY_FILE=/run/secrets/key`` stands for
``PLI_SECRET_KEY``. A value that cannot be read stops the process with one clear line.
"""

import os
from datetime import date
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off", ""}


def text(name: str, default: str | None = None) -> str:
    """The variable ``name``, or the content of the file ``name_FILE``, or ``default``."""
    if (path := os.environ.get(f"{name}_FILE")) is not None:
        return _file(name, path)
    value = os.environ.get(name, default)
    if value is None:
        raise ImproperlyConfigured(f"{name} (or {name}_FILE) must be set in the environment.")
    return value


def _file(name: str, path: str) -> str:
    if name in os.environ:
        raise ImproperlyConfigured(f"{name} and {name}_FILE are both set; keep one.")
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ImproperlyConfigured(f"{name}_FILE cannot be read: {error}") from error


def flag(name: str, default: bool) -> bool:
    value = text(name, str(default)).strip().lower()
    if value in TRUE:
        return True
    if value in FALSE:
        return False
    raise ImproperlyConfigured(f"{name} must be yes or no, not {value!r}.")


def number(name: str, default: int) -> int:
    value = text(name, str(default))
    try:
        return int(value)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.") from error


def words(name: str, default: str = "") -> list[str]:
    """A comma-separated list, blanks dropped."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def periods(name: str, default: str = "") -> list[tuple[date, date]]:
    """``2026-12-19/2027-01-04,…``: the first day of each, and the first day after it."""
    try:
        pairs = [tuple(map(date.fromisoformat, word.split("/"))) for word in words(name, default)]
        found = sorted((begin, after) for begin, after in pairs)
    except ValueError as error:
        raise ImproperlyConfigured(
            f"{name} must hold periods like 2026-12-19/2027-01-04: {error}"
        ) from error
    if any(after <= begin for begin, after in found):
        raise ImproperlyConfigured(f"{name}: a period ends before it begins.")
    return found


def choice(name: str, choices: tuple[str, ...], default: str) -> str:
    value = text(name, default)
    if value not in choices:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(choices)}, not {value!r}.")
    return value
