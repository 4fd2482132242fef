"""The offer to take back what was just done: it follows the person from page to page for ten seconds."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse

from webmail.acting import acts
from webmail.models import Act, Handover

OFFERED_FOR = 10  # seconds
SESSION_KEY = "webmail.taking_back"
EVERY_MAILBOX = 0  # in place of a mailbox's number: one click acted in several


@dataclass(frozen=True)
class Offer:
    url: str
    label: str
    seconds: int


def remember(request: HttpRequest, done: Sequence[Act], label: str) -> bool:
    """Whether the next pages offer to take back what one click did, in these words; else no older offer stays."""
    if not any(acts.can_be_taken_back(act) for act in done):
        forget(request)
        return False
    mailboxes = {act.mailbox_id for act in done}
    place = mailboxes.pop() if len(mailboxes) == 1 else EVERY_MAILBOX
    _keep(request, place, done[0].pk, label)
    return True


def remember_handover(request: HttpRequest, handover: Handover, label: str) -> None:
    """The same for what was given to somebody."""
    _keep(request, handover.mailbox_id, handover.pk, label)


def _keep(request: HttpRequest, place: int, number: UUID, label: str) -> None:
    request.session[SESSION_KEY] = [place, str(number), label, time.time()]


def forget(request: HttpRequest) -> None:
    request.session.pop(SESSION_KEY, None)


def offered(request: HttpRequest) -> Offer | None:
    """What any page should offer, from the session alone."""
    place, number, label, since = request.session.get(SESSION_KEY) or (-1, "", "", 0.0)
    left = OFFERED_FOR - int(time.time() - since)
    if left <= 0:
        return None
    if place == EVERY_MAILBOX:
        return Offer(reverse("take_back_together", args=[number]), label, left)
    return Offer(reverse("take_back", args=[place, number]), label, left)
