"""The outbox: what has not left yet, and what the person can do about it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import SignedInRequest
from mailboxes.models import Mailbox
from webmail import outbox
from webmail.access import Right, mailbox_for
from webmail.models import OutgoingMessage, OutgoingRecipient
from webmail.presentation import full_date, local
from webmail.servers.refusals import meaning_of
from webmail.views.shell import shell_of
from webmail.writing import sending

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
    can_leave_now: bool
    edit_url: str
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
    act = ACTS.get(request.POST.get("action", ""))
    if act is not None:
        act(request, message)
    return redirect("outbox", chosen.pk)


def _retry(request: SignedInRequest, message: OutgoingMessage) -> None:
    """What is uncertain is asked about first: nobody should get it twice."""
    try:
        if message.state == State.UNCERTAIN and outbox.has_left(message):
            messages.success(
                request, _("Ce message était bien parti : il n’est pas envoyé une deuxième fois.")
            )
            return
    except outbox.FAILURES:
        messages.error(
            request,
            _(
                "Le serveur de courriel ne répond pas : impossible de savoir si le message est parti. "
                "Réessayez dans quelques minutes."
            ),
        )
        return
    if outbox.retry_now(message):
        messages.success(request, _("Nouvel essai d’envoi en cours."))
    else:
        _say_too_late(request)


def _leave_now(request: SignedInRequest, message: OutgoingMessage) -> None:
    if outbox.send_now(message):
        messages.success(request, _("Le message part maintenant."))
    else:
        _say_too_late(request)


def _discard(request: SignedInRequest, message: OutgoingMessage) -> None:
    partly = outbox.has_left_for_some(message)
    if not outbox.discard(message):
        _say_too_late(request)
    elif partly:
        messages.success(request, _("Le message ne sera pas envoyé aux autres destinataires."))
    else:
        messages.success(request, _("Le message ne sera pas envoyé."))


def _say_too_late(request: SignedInRequest) -> None:
    messages.error(request, _("Trop tard : ce message vient de partir."))


ACTS: dict[str, Callable[[SignedInRequest, OutgoingMessage], None]] = {
    "retry": _retry,
    "now": _leave_now,
    "delete": _discard,
}


@login_required
@require_POST
def take_back(request: SignedInRequest, mailbox_id: int, message_id: int) -> HttpResponse:
    """The message becomes a draft again, which opens."""
    chosen = mailbox_for(request.user, mailbox_id, Right.SEND)
    draft = outbox.take_back(get_object_or_404(OutgoingMessage, pk=message_id, mailbox=chosen))
    sending.forget(request)
    if draft is None:
        _say_too_late(request)
        return redirect("outbox", chosen.pk)
    messages.success(request, _("L’envoi est annulé : voici de nouveau votre brouillon."))
    return redirect("draft", chosen.pk, draft.pk)


def _asked(request: SignedInRequest, chosen: Mailbox) -> OutgoingMessage:
    asked = request.POST.get("id", "")
    # `isdigit` alone lets ² through, which `int` refuses.
    number = asked.isascii() and asked.isdigit() and len(asked) < 19
    rows = chosen.outgoing.select_related("mailbox", "person")
    found = rows.filter(pk=asked).first() if number else None
    if found is None:
        raise Http404("no such message")
    return found


def _shown(message: OutgoingMessage) -> Outgoing:
    recipients = list(message.recipients.all())
    at_rest = message.state in {State.HELD, State.QUEUED, State.REFUSED, State.UNCERTAIN}
    has_left = any(r.state == OutgoingRecipient.State.ACCEPTED for r in recipients)
    return Outgoing(
        id=message.pk,
        subject=message.subject or _("(sans objet)"),
        to_label=", ".join(recipient.address for recipient in recipients),
        state=message.state,
        state_label=_state_label(message, recipients),
        since_label=full_date(local(message.created_at)),
        detail=_detail(message, recipients),
        can_retry=at_rest and message.state != State.HELD,
        can_leave_now=message.state == State.HELD,
        edit_url=_edit_url(message) if at_rest and not has_left else "",
        can_delete=at_rest,
    )


def _edit_url(message: OutgoingMessage) -> str:
    if message.draft_id is None:
        return ""
    return reverse("take_back_sending", args=[message.mailbox_id, message.pk])


def _state_label(message: OutgoingMessage, recipients: Sequence[OutgoingRecipient]) -> str:
    if message.state == State.HELD and message.planned_for:
        return _("Partira le %(when)s") % {"when": full_date(local(message.planned_for))}
    if message.state == State.HELD:
        return _("Envoi dans quelques secondes…")
    if message.state == State.QUEUED and message.attempts:
        return _waiting_label(message.tried_since or message.created_at)
    refused = any(r.state == OutgoingRecipient.State.REFUSED for r in recipients)
    if message.state == State.SENT and refused:
        return _("Envoyé, mais refusé pour certains destinataires")
    return str(State(message.state).label)


def _waiting_label(since: datetime) -> str:
    minutes = max(1, int((timezone.now() - since).total_seconds() // 60))
    if minutes < 120:
        return _("En attente du serveur depuis %(n)s min") % {"n": minutes}
    return _("En attente du serveur depuis %(n)s h") % {"n": minutes // 60}


def _detail(message: OutgoingMessage, recipients: Sequence[OutgoingRecipient]) -> str:
    """Why it has not left for everybody: our words first, then the server's for each recipient."""
    told = [_refusal(r) for r in recipients if r.reply and r.state != r.State.ACCEPTED]
    return f"{_explanation(message, told=bool(told))} {' ; '.join(told)}".strip()


def _refusal(recipient: OutgoingRecipient) -> str:
    """« Refusé pour … : boîte pleine (552 5.2.2 …) »."""
    words = {"address": recipient.address, "reply": recipient.reply}
    meaning = meaning_of(recipient.reply)
    if recipient.state == OutgoingRecipient.State.REFUSED and meaning:
        return _("Refusé pour %(address)s : %(meaning)s (%(reply)s)") % {
            **words,
            "meaning": meaning,
        }
    if meaning:
        return _("%(address)s : %(meaning)s (%(reply)s)") % {**words, "meaning": meaning}
    return _("%(address)s : %(reply)s") % words


def _explanation(message: OutgoingMessage, *, told: bool) -> str:
    if message.state == State.UNCERTAIN:
        doubt = _(
            "La connexion s’est coupée au moment de l’envoi : le message est peut-être parti. "
            "Vérifiez auprès du destinataire avant de le renvoyer."
        )
        return f"{doubt} {message.detail}".strip()
    if message.state == State.QUEUED and message.attempts:
        if told:
            return _("Nous réessayons tout seuls.")
        if settings.MAIL_AUTH == "password":
            return _(
                "Ce message partira à votre prochaine connexion : le serveur d’envoi demande votre mot de passe."
            )
        return _("Le serveur d’envoi ne répond pas. Nous réessayons tout seuls.")
    return message.detail if message.state in {State.REFUSED, State.SENT} else ""
