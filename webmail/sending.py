"""The way from the composer to the outbox: when a message leaves, and how long one may change one's mind."""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from mailboxes.models import Mailbox
from webmail import outbox, send_later
from webmail.models import OutgoingMessage
from webmail.models.preferences import LONGEST_UNDO
from webmail.presentation import local
from webmail.send_later import Preset
from webmail.surroundings import preferences_of

SESSION_KEY = "webmail.sending"


@dataclass(frozen=True)
class Wishes:
    """What a person asks for beside sending; `at` is None for now."""

    at: datetime | None = None
    reports: bool = False
    receipt: bool = False


def wishes_of(post: QueryDict) -> Wishes:
    """Fields `quand` (a preset's code or "choisi"), `moment`, `rapports`, `lecture`. Raises OddMoment."""
    at = send_later.chosen_moment(
        post.get("quand", ""), post.get("moment", ""), local(timezone.now()), settings.SCHOOL_HOLIDAYS
    )
    return Wishes(at, "rapports" in post, "lecture" in post)


def presets() -> list[Preset]:
    """None where only the person's own password sends: nobody could do it later."""
    if settings.MAIL_AUTH == "password":
        return []
    return send_later.presets(local(timezone.now()), settings.SCHOOL_HOLIDAYS)


def plan_of(person: User, wishes: Wishes = Wishes()) -> outbox.Plan:
    hold = timedelta(seconds=undo_seconds(person))
    return outbox.Plan(hold, wishes.at, wishes.reports)


def undo_seconds(person: User) -> int:
    """The person's choice, else the academy's; none where only the person's password sends."""
    if settings.MAIL_AUTH == "password":
        return 0
    chosen = preferences_of(person).undo_seconds
    return min(settings.UNDO_SECONDS if chosen is None else chosen, LONGEST_UNDO)


@dataclass(frozen=True)
class Offer:
    """To take back a message that leaves in a moment; `one` and `many` count `{n}` seconds."""

    url: str
    seconds: int
    label: str
    one: str
    many: str


def remember(request: HttpRequest, message: OutgoingMessage) -> None:
    """The next pages offer to take it back, as long as it is held."""
    if message.planned_for is None:
        request.session[SESSION_KEY] = [message.mailbox_id, message.pk, message.due_at.timestamp()]


def forget(request: HttpRequest) -> None:
    request.session.pop(SESSION_KEY, None)


def offered(request: HttpRequest, mailbox: Mailbox) -> Offer | None:
    """What the page of this mailbox should offer, from the session alone."""
    mailbox_id, message_id, due = request.session.get(SESSION_KEY) or (0, 0, 0.0)
    left = int(due - time.time())
    if mailbox_id != mailbox.pk or left <= 0:
        return None
    url = reverse("take_back_sending", args=[mailbox.pk, message_id])
    return Offer(url, left, _leaves_in(left), _leaves_in(1, "{n}"), _leaves_in(2, "{n}"))


def _leaves_in(seconds: int, shown: str = "") -> str:
    words = ngettext("Envoi dans %(n)s seconde…", "Envoi dans %(n)s secondes…", seconds)
    return words % {"n": shown or seconds}


def said_of(message: OutgoingMessage) -> str:
    """What the person reads after sending."""
    if message.planned_for is None:
        return _("Message envoyé.")
    moment = local(message.planned_for)
    words = _("Envoi programmé : le message partira le %(day)s à %(time)s. Il attend dans la boîte d’envoi.")
    return words % {"day": f"{moment:%d/%m/%Y}", "time": f"{moment:%H:%M}"}
