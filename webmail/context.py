"""What every page knows: the academy, the look chosen, how many messages wait to leave."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

THEMES = ("light", "dark")


@dataclass(frozen=True)
class Academy:
    name: str
    service_name: str
    help_url: str


def site(request: HttpRequest) -> dict[str, Any]:
    version = request.COOKIES.get("pli_version", "")
    theme = request.COOKIES.get("pli_theme", "")
    return {
        "academy": Academy(settings.ACADEMY_NAME, settings.SERVICE_NAME, settings.HELP_URL),
        "skin": settings.SKIN if settings.SKIN != "neutre" else "",
        "theme": theme if theme in THEMES else "",
        "simple": version == "simple",
        "version_url": _version_url(request, "complete" if version == "simple" else "simple"),
    }


def _version_url(request: HttpRequest, other: str) -> str:
    """Switches to the other version and comes back to this page."""
    back = urlencode({"next": request.get_full_path()})
    return f"{reverse('version', args=[other])}?{back}"
