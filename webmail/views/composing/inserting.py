"""Signatures and templates that the composer's page puts into the text."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.requests import SignedInRequest
from mailboxes.models import Mailbox
from webmail.access import Right, mailbox_for
from webmail.drafts import Written
from webmail.models import MessageTemplate, Signature, WritingHabits
from webmail.views.composing.origins import are_numbers
from webmail.views.composing.sheets import Sheet
from webmail.writing import senders, stationery
from webmail.writing.forms import MAX_TEXT
from webmail.writing.habits import habits_of
from webmail.writing.senders import Sender
from webmail.writing.stationery import signature_of

INSERTIONS = frozenset({"signature", "modele"})


def inserted(request: SignedInRequest, sheet: Sheet) -> Written:
    """Buttons `signature` and `modele` name one of the mailbox's. Raises Http404."""
    below = habits_of(request.user).place == WritingHabits.Place.BELOW
    if "signature" in request.POST:
        known = signatures_of(sheet.chosen)
        return _signed(sheet.written, _asked(known, request.POST["signature"]), known, below=below)
    template = _asked(templates_of(sheet.chosen), request.POST["modele"])
    today = timezone.localdate()
    return stationery.inserted(sheet.written, template, request.user, sheet.chosen, today)


def _signed(
    written: Written, new: Signature, known: Iterable[Signature], *, below: bool
) -> Written:
    """Without a script: the signature takes the place of another one; formatted text is only added to."""
    if written.html is not None:
        return stationery.signed(written, new, below=below)
    text = stationery.exchanged(written.text, known, new, below=below, must=True)
    return replace(written, text=text)


def with_senders_signature(request: SignedInRequest, chosen: Mailbox, written: Written) -> Written:
    """Plain text follows the address that was chosen; static/js/signatures.js does so at once.

    `signed` is the address whose signature the page began with.
    """
    before = request.POST.get("signed", "")
    if written.html is not None or before in {"", written.sender}:
        return written
    offered = _offered(request, chosen)
    if before not in offered or written.sender not in offered:
        return written
    old, new = (signature_of(offered[it].mailbox, it) for it in (before, written.sender))
    below = habits_of(request.user).place == WritingHabits.Place.BELOW
    text = stationery.exchanged(written.text, [old] if old else [], new, below=below)
    return replace(written, text=text)


@login_required
@require_POST
def signature(request: SignedInRequest, mailbox_id: int) -> JsonResponse:
    """What the composer's script puts in place of the signature that is there.

    `signature` names one of the mailbox's; without it, that of the address `sender`. `text` is the
    plain `body` with it; `known` are the words of those it may take the place of. Raises Http404.
    """
    chosen = mailbox_for(request.user, mailbox_id, Right.SEND)
    offered = _offered(request, chosen)
    boxes = {offered[it].mailbox for it in _addresses(request) if it in offered} | {chosen}
    known = list(Signature.objects.filter(mailbox__in=boxes))
    must = "signature" in request.POST
    new = _wanted(request, known, offered)
    below = habits_of(request.user).place == WritingHabits.Place.BELOW
    body = request.POST.get("body", "").replace("\r\n", "\n")[:MAX_TEXT]
    told = {
        "text": stationery.exchanged(body, known, new, below=below, must=must),
        "html": stationery.marked_html(new) if new else "",
        "known": [stationery.words_of(one) for one in known],
        "below": below,
        "must": must,
    }
    return JsonResponse(told)


def _offered(request: SignedInRequest, chosen: Mailbox) -> dict[str, Sender]:
    return {it.address: it for it in senders.all_choices(request.user, chosen)}


def _addresses(request: SignedInRequest) -> list[str]:
    return [request.POST.get(name, "") for name in ("sender", "signed")]


def _wanted(
    request: SignedInRequest, known: list[Signature], offered: dict[str, Sender]
) -> Signature | None:
    if "signature" in request.POST:
        asked: Signature = _asked(
            Signature.objects.filter(pk__in=[it.pk for it in known]), request.POST["signature"]
        )
        return asked
    sender = offered.get(request.POST.get("sender", ""))
    if sender is None:
        raise Http404("no such address")
    return signature_of(sender.mailbox, sender.address)


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
            "signature": reverse("signature", args=[chosen.pk]),
            "signatures": reverse("signatures", args=[chosen.pk]),
            "templates": reverse("message_templates", args=[chosen.pk]),
        },
    }
