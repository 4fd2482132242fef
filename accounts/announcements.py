"""Announcements: which one everyone sees now, and what administrators may do with them."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from accounts.models import Announcement, User
from accounts.roles import Permission, require
from audit import journal
from audit.events import Event
from audit.parties import Origin


@dataclass(frozen=True)
class Banner:
    title: str
    text: str
    level: str  # of Announcement.Level, in lower case: the page draws by it


def banner(request: HttpRequest) -> dict[str, Any]:
    """Context processor: asks the database only where a page draws the banner."""
    return {"banner": SimpleLazyObject(current_banner)}


def current_banner() -> Banner | None:
    due = Announcement.objects.shown_at(timezone.now())
    announcement = due.order_by("-level", "-starts_at").first()
    if announcement is None:
        return None
    level = Announcement.Level(announcement.level)
    return Banner(f"{level.label} :", announcement.text, level.name.lower())


@transaction.atomic
def publish(by: User, announcement: Announcement, origin: Origin) -> None:
    """Saves what ``by`` wrote, new or changed; journalled. Raises Http404."""
    require(by, Permission.ANNOUNCE)
    is_new = announcement.pk is None
    if is_new:
        announcement.written_by = by
    announcement.save()
    event = Event.ANNOUNCEMENT_PUBLISHED if is_new else Event.ANNOUNCEMENT_CHANGED
    _record(event, by, announcement, origin)


@transaction.atomic
def withdraw(by: User, announcement: Announcement, origin: Origin) -> None:
    """Takes it off every page at once; journalled. Raises Http404."""
    require(by, Permission.ANNOUNCE)
    shown = Announcement.objects.not_over_at(timezone.now()).filter(pk=announcement.pk)
    if shown.update(withdrawn_at=timezone.now()) == 1:
        _record(Event.ANNOUNCEMENT_WITHDRAWN, by, announcement, origin)


def _record(event: Event, by: User, announcement: Announcement, origin: Origin) -> None:
    journal.record(event, actor=by.party, origin=origin, reason=announcement.text)
