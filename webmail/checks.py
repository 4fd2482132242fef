"""Combinations of settings that cannot work, found at start."""

from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.checks import CheckMessage, Error, register


@register
def skin_has_a_style(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A skin is a folder with a skin.css; without it no page could be drawn."""
    if settings.SKIN == "neutre" or finders.find(f"skins/{settings.SKIN}/skin.css"):
        return []
    hint = f"Put it in static/skins/{settings.SKIN}/ (see the README there), or unset PLI_SKIN."
    return [Error(f"The skin {settings.SKIN!r} has no skin.css.", hint=hint, id="webmail.E001")]
