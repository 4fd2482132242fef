"""The text that a new site starts with. An academy changes it by publishing a version of its own."""

from pathlib import Path
from typing import Any

from django.apps.registry import Apps
from django.apps.registry import apps as all_apps
from django.conf import settings

FOLDER = Path(__file__).parent / "first"


def publish_first_version(using: str, apps: Apps = all_apps, **_: Any) -> None:
    """After each ``migrate`` and each flush: nothing where a version exists.

    ``apps`` are those of the migration reached, which may be one without this table.
    """
    try:
        versions = apps.get_model("accounts", "TermsVersion")._default_manager.using(using)  # noqa: SLF001
    except LookupError:
        return
    if not versions.exists():
        versions.create(number=1, french=_text("fr"), english=_text("en"))


def _text(language: str) -> str:
    text = (FOLDER / f"{language}.txt").read_text(encoding="utf-8")
    return text.replace("{academy}", settings.ACADEMY_NAME).replace(
        "{service}", settings.SERVICE_NAME
    )
