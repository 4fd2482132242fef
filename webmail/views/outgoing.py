"""The outbox: what has not left yet, and what the person can do about it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.requests import SignedInRequest
from mailboxes.models import Mailbox
from webmail import outbox
from webmail.access import Right, mailbox_for
from webmail.models import OutgoingMessage, OutgoingRecipient
from webmail.presentation import full_date, local
from webmail.views.shell import shell_of

State = OutgoingMessage.State


@dataclass(frozen=True)
class Outgoing:
    id: int
    subject: str
    to_label: str
    state: str
    state_label: str
    since_label: str
    detail: str
    can_retry: bool
    can_delete: bool


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def outgoing(request: SignedInRequest, mailbox_id: int) -> HttpResponse:
    chosen = mailbox_for(request.user, mailbox_id, Right.SEND)
    if request.method == "POST":
        return _act(request, chosen)
    context = shell_of(request, chosen.pk, Right.SEND)
    waiting = [_shown(message) for message in outbox.in_transit(chosen)]
    return render(
        request, "webmail/outbox.html", context | {"messages_out": waiting, "in_outbox": True}
    )


def _act(request: SignedInRequest, chosen: Mailbox) -> HttpResponse:
    message = _asked(request, chosen)
    if request.POST.get("action") == "retry":
        outbox.retry_now(message)
        messages.success(request, _("Nouvel essai d’envoi en cours."))
    elif request.POST.get("action") == "delete":
        _discard(request, message)
    return redirect("outbox", chosen.pk)


def _discard(request: SignedInRequest, message: OutgoingMessage) -> None:
    partly = outbox.has_left_for_some(message)
    if not outbox.discard(message):
        messages.error(request, _("Trop tard : ce message vient de partir."))
    elif partly:
        messages.success(request, _("Le message ne sera pas envoyé aux autres destinataires."))
    else:
        messages.success(request, _("Le message ne sera pas envoyé."))


def _asked(request: SignedInRequest, chosen: Mailbox) -> OutgoingMessage:
    asked = request.POST.get("id", "")
    # `isdigit` alone lets ² through, which `int` refuses.
    number = asked.isascii() and asked.isdigit() and len(asked) < 19
    found = chosen.outgoing.filter(pk=asked).first() if number else None
    if found is None:
        raise Http404("no such message")
    return found


def _shown(message: OutgoingMessage) -> Outgoing:
    recipients = list(message.recipients.all())
    editable = message.state in {State.QUEUED, State.REFUSED, State.UNCERTAIN}
    return Outgoing(
        id=message.pk,
        subject=message.subject or _("(sans objet)"),
        to_label=", ".join(recipient.address for recipient in recipients),
        state=message.state,
        state_label=_state_label(message, recipients),
        since_label=full_date(local(message.created_at)),
        detail=_detail(message, recipients),
        can_retry=editable,
        can_delete=editable,
    )


def _state_label(message: OutgoingMessage, recipients: Sequence[OutgoingRecipient]) -> str:
    if message.state == State.QUEUED and message.attempts:
        minutes = max(1, int((timezone.now() - message.created_at).total_seconds() // 60))
        return _("En attente du serveur depuis %(n)s min") % {"n": minutes}
    refused = any(r.state == OutgoingRecipient.State.REFUSED for r in recipients)
    if message.state == State.SENT and refused:
        return _("Envoyé, mais refusé pour certains destinataires")
    return str(State(message.state).label)


def _detail(message: OutgoingMessage, recipients: Sequence[OutgoingRecipient]) -> str:
    """Why it has not left for everybody: our words first, then the server's for each recipient."""
    told = [
        _("%(address)s : %(reply)s") % {"address": r.address, "reply": r.reply}
        for r in recipients
        if r.reply and r.state != OutgoingRecipient.State.ACCEPTED
    ]
    return f"{_explanation(message, told=bool(told))} {' ; '.join(told)}".strip()


def _explanation(message: OutgoingMessage, *, told: bool) -> str:
    if message.state == State.UNCERTAIN:
        return _(
            "La connexion s’est coupée au moment de l’envoi : le message est peut-être parti. "
            "Vérifiez auprès du destinataire avant de le renvoyer."
        )
    if message.state == State.QUEUED and message.attempts:
        if told:
            return _("Nous réessayons tout seuls.")
        if settings.MAIL_AUTH == "password":
            return _(
                "Ce message partira à votre prochaine connexion : le serveur d’envoi demande votre mot de passe."
            )
        return _("Le serveur d’envoi ne répond pas. Nous réessayons tout seuls.")
    return message.detail if message.state in {State.REFUSED, State.SENT} else ""
