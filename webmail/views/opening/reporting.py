"""What a reader does with one message besides reading it: report it, send it on, answer for its receipt.

All of it leaves in the mailbox's name: who asks needs the right to send.
"""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts.origins import origin_of
from accounts.requests import SignedInRequest
from webmail import sync
from webmail.access import Right, folder_for
from webmail.acting import actions
from webmail.acting.acts import Part
from webmail.composing.recipients import RecipientsField
from webmail.imap import UidSet
from webmail.lists import panes
from webmail.models import Folder
from webmail.responding import dispatch, phishing, receipts, redirecting
from webmail.syntax.headers import split
from webmail.views.browsing.acting import do
from webmail.views.opening.invitations import opened_message
from webmail.views.shell import open_session, shell_of

ENCODED = 1.4  # octets of a message for each of its files: base64 and line ends
HERE = ["GET", "HEAD", "POST"]


@login_required
@require_POST
def report_phishing(
    request: SignedInRequest, mailbox_id: int, folder_id: int, uid: int
) -> HttpResponse:
    """Reported first, put away second: only the second can be taken back."""
    folder = folder_for(request.user, mailbox_id, folder_id, Right.SEND)
    mailbox, origin = folder.mailbox, origin_of(request)
    raw = _beginning(request, folder, uid, phishing.MOST_OCTETS)
    phishing.report(mailbox, request.user, origin, folder, uid, raw, timezone.now())
    if folder.special_use != Folder.Use.JUNK:
        junk = actions.change(folder, "junk")
        do(request, mailbox, [Part(folder, junk, UidSet.of([uid]))], must_be_there=True)
    messages.success(request, _("Merci : ce message est signalé comme hameçonnage."))
    return redirect(panes.folder_url(mailbox_id, folder_id))


def _beginning(request: SignedInRequest, folder: Folder, uid: int, octets: int) -> bytes:
    """Raises MessageGone."""
    raw = bytearray()
    with open_session(request, folder.mailbox) as mail:
        mail.select(folder.name, uid_validity=folder.uid_validity)
        mail.require([uid])
        for piece in mail.part_stream(uid, ""):
            raw += piece
            if len(raw) > octets:
                break
    return bytes(raw[:octets])


@login_required
@require_POST
def receipt(request: SignedInRequest, mailbox_id: int, folder_id: int, uid: int) -> HttpResponse:
    """Field `reponse`: "oui" sends the receipt, "non" does not; nobody is asked twice."""
    folder = folder_for(request.user, mailbox_id, folder_id, Right.SEND)
    given = request.POST.get("reponse", "")
    if given not in {"oui", "non"}:
        raise Http404("no such answer")
    opened = opened_message(request, folder, uid)
    if not receipts.is_open(opened):
        raise Http404("nobody waits for a receipt")
    if given == "oui":
        receipts.send(folder.mailbox, request.user, opened, timezone.now())
        messages.success(request, _("L’accusé de lecture est envoyé."))
    with open_session(request, folder.mailbox) as mail:
        mail.select(folder.name, readonly=False, uid_validity=folder.uid_validity)
        mail.add_flags([uid], [receipts.ANSWERED])
    sync.note_flags(folder, [uid], add={receipts.ANSWERED})
    return redirect(panes.message_url(folder, uid))


class RedirectForm(forms.Form):
    token = forms.UUIDField(widget=forms.HiddenInput)
    to = RecipientsField(label=gettext_lazy("À"), required=True)


@login_required
@require_http_methods(HERE)
def send_on(request: SignedInRequest, mailbox_id: int, folder_id: int, uid: int) -> HttpResponse:
    """The message as it is, to others (RFC 5322 §3.6.6)."""
    folder = folder_for(request.user, mailbox_id, folder_id, Right.SEND)
    form = RedirectForm(request.POST or None, initial={"token": dispatch.new_token()})
    with open_session(request, folder.mailbox) as mail:
        mail.select(folder.name, uid_validity=folder.uid_validity)
        original = mail.message(uid)
    if request.method == "POST" and form.is_valid():
        if original.size <= settings.MAX_ATTACHMENTS_MB * ENCODED * (1 << 20):
            return _sent_on(request, folder, uid, form.cleaned_data)
        form.add_error(None, _("Ce message est trop volumineux pour être redirigé."))
    subject = split(original.headers).text("subject") or _("(sans objet)")
    context = {"form": form, "subject": subject, "back_url": panes.message_url(folder, uid)}
    return render(
        request, "webmail/redirect.html", shell_of(request, mailbox_id, Right.SEND) | context
    )


def _sent_on(
    request: SignedInRequest, folder: Folder, uid: int, asked: dict[str, Any]
) -> HttpResponse:
    with open_session(request, folder.mailbox) as mail:
        mail.select(folder.name, uid_validity=folder.uid_validity)
        raw = mail.section(uid, "")
    sender = dispatch.sender_for(folder.mailbox, "")
    ready = redirecting.resent(raw, sender, asked["to"], timezone.now())
    token = dispatch.token_of(asked["token"], ready.recipients)
    dispatch.dispatch(folder.mailbox, request.user, ready, token)
    messages.success(request, _("Message redirigé."))
    return redirect(panes.message_url(folder, uid))
