"""A look at an attached file without a program of its own; a word of warning before a risky one."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from csp.constants import SELF
from csp.decorators import csp_update
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from accounts.requests import SignedInRequest
from webmail.acting import deeds
from webmail.files import previews
from webmail.files.attached import AttachedFile
from webmail.files.previews import Kind
from webmail.formats import invitations, sheets, vcards
from webmail.formats.invitations import Invitation
from webmail.message import filenames
from webmail.opening.stored import StoredMessage
from webmail.presentation import full_date, full_day, local, size_label, type_label
from webmail.readable import plain_text
from webmail.responding.invitation_cards import recurrence_of
from webmail.syntax import charsets
from webmail.views.opening.parts import file_of, message_of

MAX_TEXT = 256 << 10  # octets looked at
MOST_EVENTS = 200


@dataclass(frozen=True)
class Event:
    """One event of a calendar file."""

    invitation: Invitation
    start_label: str
    end_label: str
    recurrence: str
    description: SafeString


@dataclass(frozen=True)
class Look:
    """See templates/webmail/preview.html."""

    name: str
    kind: str  # of webmail.previews.Kind, empty for what cannot be shown
    type_label: str
    size_label: str
    icon: str
    dangerous: bool
    shown_url: str
    download_url: str
    message_url: str
    text: str = ""
    is_cut: bool = False
    rows: list[list[str]] = field(default_factory=list)
    cards: list[vcards.Card] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)


@csp_update({"media-src": [SELF]})  # type: ignore[arg-type]
@login_required
@require_safe
def preview(
    request: SignedInRequest, mailbox_id: int, folder_id: int, uid: int, section: str, name: str
) -> HttpResponse:
    message = message_of(request, mailbox_id, folder_id, uid)
    file, safe_name = file_of(message, section), filenames.safe(name, "", 1)
    kind = previews.kind_of(safe_name, file.type)
    if kind is Kind.MESSAGE:
        return redirect("enclosed", *message.place, section)
    look = _with_content(_look(message, section, safe_name, file, kind), file)
    deeds.had(request.user, message.folder, uid)
    return render(request, "webmail/preview.html", {"look": look})


def _look(
    message: StoredMessage, section: str, name: str, file: AttachedFile, kind: Kind | None
) -> Look:
    media_type = previews.media_type(name, file.type)
    label, icon = type_label(name, media_type)
    place: list[Any] = [*message.place, section, name]
    return Look(
        name=name,
        kind=kind or "",
        type_label=label,
        size_label="" if file.size is None else size_label(file.size),
        icon=icon,
        dangerous=filenames.is_dangerous(name, media_type),
        shown_url=reverse("shown_file", args=place),
        download_url=reverse("attachment", args=place),
        message_url=reverse("message", args=message.place),
    )


def _with_content(look: Look, file: AttachedFile) -> Look:
    """What the page itself shows of a text; pictures, sounds and the like have their own address."""
    if look.kind not in {Kind.TEXT, Kind.SHEET, Kind.EVENT, Kind.CARD}:
        return look
    octets, is_cut = file.beginning(MAX_TEXT)
    text = charsets.decode(octets, file.charset)
    look = replace(look, is_cut=is_cut)
    match look.kind:
        case Kind.SHEET:
            rows = sheets.read(text)
            return replace(look, rows=rows, is_cut=is_cut or len(rows) == sheets.MAX_ROWS)
        case Kind.CARD:
            cards = vcards.read(text)
            return replace(look, cards=cards, text=text)
        case Kind.EVENT:
            events = _events(text)
            return replace(look, events=events, text="" if events else text)
    return replace(look, text=text)


def _events(text: str) -> list[Event]:
    told = [it for it in invitations.events_of(text) if it.summary or it.start]
    return [_event(it) for it in told[:MOST_EVENTS]]


def _event(found: Invitation) -> Event:
    return Event(
        found,
        _moment(found, found.start),
        _moment(found, _last_day(found)),
        recurrence_of(found),
        plain_text.as_html(found.description),
    )


def _last_day(event: Invitation) -> datetime | None:
    """DTEND is the day after the last one (RFC 5545 §3.6.1); the only one is said once."""
    if not event.is_all_day or event.end is None or event.start is None:
        return event.end
    last = event.end - timedelta(days=1)
    return last if last > event.start else None


def _moment(event: Invitation, moment: datetime | None) -> str:
    """An all-day event has days of its own, whatever the time zone."""
    if moment is None:
        return ""
    if event.is_all_day:
        return full_day(moment, weekday=True)
    return full_date(moment if event.is_floating else local(moment))
