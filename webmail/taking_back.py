"""The offer to take back what was just done: it follows the person from page to page for ten seconds."""

import time
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse

from mailboxes.models import Mailbox
from webmail import acts
from webmail.models import Act

OFFERED_FOR = 10  # seconds
SESSION_KEY = "webmail.taking_back"


@dataclass(frozen=True)
class Offer:
    url: str
    label: str
    seconds: int


def remember(request: HttpRequest, act: Act, label: str) -> None:
    """The next pages offer to take `act` back, in these words."""
    if acts.can_be_taken_back(act):
        offer = [act.mailbox_id, str(act.pk), label, time.time()]
        request.session[SESSION_KEY] = offer


def forget(request: HttpRequest) -> None:
    request.session.pop(SESSION_KEY, None)


def offered(request: HttpRequest, mailbox: Mailbox) -> Offer | None:
    """What the page of this mailbox should offer, from the session alone."""
    mailbox_id, act_id, label, since = request.session.get(SESSION_KEY) or (0, "", "", 0.0)
    left = OFFERED_FOR - int(time.time() - since)
    if mailbox_id != mailbox.pk or left <= 0:
        return None
    return Offer(reverse("take_back", args=[mailbox.pk, act_id]), label, left)
