"""What the fields of recipients ask while one types; see static/js/recipients.js."""

from dataclasses import asdict
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import JsonResponse
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import SignedInRequest
from webmail.access import Right, mailbox_for
from webmail.composing import recipients
from webmail.composing.recipients import MAX_RECIPIENTS, Recipient
from webmail.presentation import hue, initials
from webmail.search import people
from webmail.syntax.addresses import Address, listed


@login_required
@require_POST
def read(request: SignedInRequest, mailbox_id: int) -> JsonResponse:
    """Everybody that field `text` names, in a POST: addresses stand in no log."""
    mailbox_for(request.user, mailbox_id, Right.SEND)
    named = recipients.read(request.POST.get("text", ""))[: MAX_RECIPIENTS + 1]
    return JsonResponse([_shown(person) for person in named], safe=False)


@login_required
@require_safe
def completed(request: SignedInRequest, mailbox_id: int) -> JsonResponse:
    """People whose name or address begins with `q`, from past mail."""
    mailbox = mailbox_for(request.user, mailbox_id, Right.SEND)
    found = people.written_to(mailbox.pk, request.GET.get("q", "")[:100])
    shown = [_shown(Recipient(name, address)) for name, address in found]
    return JsonResponse(shown, safe=False)


def _shown(person: Recipient) -> dict[str, Any]:
    return asdict(person) | {
        "initials": initials(person.name, person.address),
        "hue": hue(person.address),
        "external": person.is_external,
        "written": listed([Address(person.name, person.address)]),
    }
