"""What every page knows: the academy, its skin, and whether this device wants the simple version."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest


@dataclass(frozen=True)
class Academy:
    name: str
    service_name: str
    help_url: str


def site(request: HttpRequest) -> dict[str, Any]:
    version = request.COOKIES.get("pli_version", "")
    return {
        "academy": Academy(settings.ACADEMY_NAME, settings.SERVICE_NAME, settings.HELP_URL),
        "skin": settings.SKIN if settings.SKIN != "neutre" else "",
        "simple": version == "simple",
    }
