"""Announcements: which one everyone sees now, and what administrators may do with them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import JSONField, QuerySet, Subquery
from django.db.models.functions import JSONObject, Now
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
    announcement = _most_urgent().first()
    return _banner(announcement.text, announcement.level) if announcement else None


def as_json() -> Subquery:
    """What `banner_from` reads, beside each row of another query."""
    said = _most_urgent().values(said=JSONObject(text="text", level="level"))
    return Subquery(said[:1], output_field=JSONField())


def banner_from(found: Mapping[str, Any] | None) -> Banner | None:
    return _banner(found["text"], found["level"]) if found else None


def _most_urgent() -> QuerySet[Announcement]:
    return Announcement.objects.shown_at(Now()).order_by("-level", "-starts_at")


def _banner(text: str, number: int) -> Banner:
    level = Announcement.Level(number)
    return Banner(f"{level.label} :", text, level.name.lower())


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
