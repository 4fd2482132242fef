"""Browsers as people recognise them."""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

# In this order: Edge and Opera call themselves Chrome too, and Chrome calls itself Safari.
BROWSERS = {
    "Edg": "Edge",
    "OPR": "Opera",
    "Firefox": "Firefox",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "Mac OS": "Mac",
    "Linux": "Linux",
}
PORTABLE = {"iPhone", "iPad", "Android"}


@dataclass(frozen=True)
class Browser:
    """``"Firefox sur Windows"``: enough to recognise one's own, not to follow anybody."""

    name: str
    is_portable: bool


def browser_of(user_agent: str) -> Browser:
    browser = next((name for mark, name in BROWSERS.items() if f"{mark}/" in user_agent), "")
    system = next((name for mark, name in SYSTEMS.items() if re.search(mark, user_agent)), "")
    names = {
        "browser": browser or _("Navigateur inconnu"),
        "system": system or _("appareil inconnu"),
    }
    return Browser(_("%(browser)s sur %(system)s") % names, system in PORTABLE)
