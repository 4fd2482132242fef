"""Signatures and templates that the composer's page puts into the text."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from accounts.requests import SignedInRequest
from mailboxes.models import Mailbox
from webmail import stationery
from webmail.drafts import Written
from webmail.habits import habits_of
from webmail.models import MessageTemplate, Signature, WritingHabits
from webmail.views.origins import are_numbers
from webmail.views.sheets import Sheet

INSERTIONS = frozenset({"signature", "modele"})


def inserted(request: SignedInRequest, sheet: Sheet) -> Written:
    """Buttons `signature` and `modele` name one of the mailbox's. Raises Http404."""
    below = habits_of(request.user).place == WritingHabits.Place.BELOW
    if "signature" in request.POST:
        signature = _asked(signatures_of(sheet.chosen), request.POST["signature"])
        return stationery.signed(sheet.written, signature, below=below)
    template = _asked(templates_of(sheet.chosen), request.POST["modele"])
    return stationery.inserted(sheet.written, template, request.user, timezone.localdate())


def signatures_of(chosen: Mailbox) -> QuerySet[Signature]:
    return Signature.objects.filter(mailbox=chosen)


def templates_of(chosen: Mailbox) -> QuerySet[MessageTemplate]:
    return MessageTemplate.objects.filter(mailbox=chosen)


def _asked(known: Any, number: str) -> Any:
    found = known.filter(pk=number).first() if are_numbers(number) else None
    if found is None:
        raise Http404("no such signature or template")
    return found


def insertion_context(chosen: Mailbox) -> dict[str, Any]:
    return {
        "signatures": signatures_of(chosen),
        "message_templates": templates_of(chosen),
        "stationery_urls": {
            "signatures": reverse("signatures", args=[chosen.pk]),
            "templates": reverse("message_templates", args=[chosen.pk]),
        },
    }
