"""The composer: a page that works without JavaScript."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.requests import SignedInRequest
from mailboxes.models import Address as MailboxAddress
from mailboxes.models import Mailbox
from webmail import answers, drafts, imap, outbox, panes
from webmail.access import mailbox_for
from webmail.compose import Attachment, compose
from webmail.forms import ComposeForm
from webmail.message import contents
from webmail.message.addresses import Address
from webmail.message.bodystructure import structure_from_imap
from webmail.models import Folder
from webmail.presentation import size_label
from webmail.reading import Reading
from webmail.views.lists import open_session, shell_context
from webmail.views.reading import fetch_reading

HEADINGS = {
    "reply": gettext_lazy("Répondre"),
    "reply_all": gettext_lazy("Répondre à tous"),
    "forward": gettext_lazy("Transférer"),
    "draft": gettext_lazy("Reprendre le brouillon"),
}


@dataclass(frozen=True)
class Origin:
    """The message that is answered, forwarded or resumed; `carried` are the files that come along."""

    mode: str
    folder: Folder
    uid: int
    start: answers.Start
    carried: Mapping[str, Attachment]  # by section


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: SignedInRequest, mailbox_id: int) -> HttpResponse:
    """`?mode=reply&dossier=7&uid=42` answers a message; without a mode, the page is blank."""
    chosen = mailbox_for(request.user, mailbox_id)
    origin = _without(_dropped(request), _origin(request, chosen))
    if request.method == "POST":
        return _submitted(request, chosen, origin)
    form = ComposeForm(senders=_senders(chosen), initial=_initial(origin))
    return _page(request, chosen, origin, form)


def _submitted(request: SignedInRequest, chosen: Mailbox, origin: Origin | None) -> HttpResponse:
    saving = request.POST.get("action") != "send"
    form = ComposeForm(request.POST, request.FILES, senders=_senders(chosen), saving=saving)
    if "remove" in request.POST or not form.is_valid():
        return _page(request, chosen, origin, form)
    if saving:
        return _saved(request, chosen, origin, form)
    return _sent(request, chosen, origin, form)


def _sent(
    request: SignedInRequest, chosen: Mailbox, origin: Origin | None, form: ComposeForm
) -> HttpResponse:
    composed = compose(_draft(origin, form), timezone.now())
    answered = None
    if origin and origin.mode in {"reply", "reply_all"}:
        answered = (origin.folder.name, origin.uid)
    outbox.queue(chosen, request.user, composed, form.cleaned_data["token"], answered)
    if origin and origin.mode == "draft":
        with open_session(request, chosen) as mail:
            drafts.forget(mail, origin.folder, origin.uid)
    messages.success(request, _("Message envoyé."))
    return _back(chosen, origin)


def _saved(
    request: SignedInRequest, chosen: Mailbox, origin: Origin | None, form: ComposeForm
) -> HttpResponse:
    composed = compose(_draft(origin, form), timezone.now(), is_draft=True)
    with open_session(request, chosen) as mail:
        drafts.keep(mail, chosen, composed)
        if origin and origin.mode == "draft":
            drafts.forget(mail, origin.folder, origin.uid)
    messages.success(request, _("Brouillon enregistré."))
    return redirect("folder", chosen.pk, chosen.folders.get(special_use=Folder.Use.DRAFTS).pk)


def _draft(origin: Origin | None, form: ComposeForm) -> Any:
    if origin is None:
        return form.draft()
    return form.draft(
        origin.start.in_reply_to, origin.start.references, tuple(origin.carried.values())
    )


def _back(chosen: Mailbox, origin: Origin | None) -> HttpResponse:
    if origin is None or origin.mode == "draft":
        return redirect("mailbox", chosen.pk)
    return redirect(panes.message_url(origin.folder, origin.uid))


def _origin(request: SignedInRequest, chosen: Mailbox) -> Origin | None:
    mode = request.GET.get("mode", "")
    if not mode:
        return None
    folder_id, uid = request.GET.get("dossier", ""), request.GET.get("uid", "")
    if mode not in answers.MODES or not _are_numbers(folder_id, uid):
        raise Http404("no such message")
    folder = get_object_or_404(Folder, pk=folder_id, mailbox=chosen)
    return _fetched_origin(request, mode, folder, int(uid))


def _dropped(request: SignedInRequest) -> set[str]:
    """Carried files the writer took off: those of earlier submissions and of this one."""
    return {*request.POST.getlist("dropped"), *request.POST.getlist("remove")}


def _without(dropped: set[str], origin: Origin | None) -> Origin | None:
    if origin is None:
        return None
    return replace(origin, carried={k: a for k, a in origin.carried.items() if k not in dropped})


def _are_numbers(*texts: str) -> bool:
    return all(text.isascii() and text.isdigit() and len(text) <= 10 for text in texts)


def _fetched_origin(request: SignedInRequest, mode: str, folder: Folder, uid: int) -> Origin:
    with open_session(request, folder.mailbox) as mail:
        mail.select(folder.name)
        fetched, shown = fetch_reading(mail, folder, uid)
        carried = _carried(mail, fetched, shown) if mode in {"forward", "draft"} else {}
    own = {address.address for address in folder.mailbox.addresses.all()}
    return Origin(mode, folder, uid, answers.start(mode, shown.message, shown.text, own), carried)


def _carried(
    mail: imap.MailSession, fetched: imap.FetchedMessage, shown: Reading
) -> dict[str, Attachment]:
    """The files of the message by their section; pictures of its text come along as files."""
    tree = structure_from_imap(fetched.structure)

    def content(section: str) -> bytes:
        fetch = partial(mail.section, fetched.uid)
        return contents.attachment_content(tree, section, fetch) or b""

    return {
        offered.section: Attachment(offered.name, offered.type, content(offered.section))
        for offered in shown.attachments
    }


def _senders(chosen: Mailbox) -> list[Address]:
    """The addresses this mailbox may write from, the primary one first."""
    usable = chosen.addresses.filter(Q(can_send=True), is_active=True)
    ordered = sorted(usable, key=lambda a: a.kind != MailboxAddress.Kind.PRIMARY)
    return [Address(chosen.name, address.address) for address in ordered]


def _initial(origin: Origin | None) -> dict[str, Any]:
    if origin is None:
        return {}
    start = origin.start
    people = {name: answers.listed(getattr(start, name)) for name in ("to", "cc", "bcc")}
    return {**people, "subject": start.subject, "body": start.body}


def _page(
    request: SignedInRequest, chosen: Mailbox, origin: Origin | None, form: ComposeForm
) -> HttpResponse:
    context = shell_context(chosen, list(chosen.folders.all())) | {
        "form": form,
        "heading": HEADINGS[origin.mode] if origin else _("Nouveau message"),
        "attachments": _carried_links(origin),
        "dropped": sorted(_dropped(request)),
        "attachments_limit": size_label(settings.MAX_ATTACHMENTS_MB << 20),
        "action_url": request.get_full_path(),
        "cancel_url": panes.message_url(origin.folder, origin.uid) if origin else "/",
    }
    return render(request, "webmail/compose.html", context)


def _carried_links(origin: Origin | None) -> list[dict[str, str]]:
    carried = origin.carried if origin else {}
    return [
        {"id": section, "name": file.name, "size_label": size_label(len(file.content))}
        for section, file in carried.items()
    ]
