"""The composer: a page that works without JavaScript.

What the page knows of the message it answers travels in a signed hidden field: sending an answer needs
no mail server, and nothing written is lost while it is away.
"""

import hashlib
import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any
from uuid import UUID, uuid5

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import SignedInRequest
from mailboxes.models import Address as MailboxAddress
from mailboxes.models import Mailbox
from webmail import answers, drafts, outbox, panes
from webmail.access import Right, mailbox_for, own_mailbox
from webmail.compose import Attachment, Draft, compose
from webmail.errors import MailboxFull, MailError, MessageGone
from webmail.forms import ComposeForm
from webmail.message import contents
from webmail.message.addresses import Address
from webmail.message.bodystructure import structure_from_imap
from webmail.models import Folder
from webmail.presentation import size_label
from webmail.views.reading import fetch_reading
from webmail.views.shell import open_session, shell_of

log = logging.getLogger(__name__)

SALT = "webmail.views.writing"
HEADINGS = {
    "reply": gettext_lazy("Répondre"),
    "reply_all": gettext_lazy("Répondre à tous"),
    "forward": gettext_lazy("Transférer"),
    "draft": gettext_lazy("Reprendre le brouillon"),
}
NOT_STORED = gettext_lazy(
    "Le brouillon n’a pas pu être rangé dans votre boîte. Votre texte est toujours là : réessayez."
)
FULL = gettext_lazy(
    "Votre boîte est pleine : le brouillon n’y tient plus. Votre texte est toujours là. Supprimez des "
    "messages et videz la corbeille, puis réessayez."
)
NOT_READ = gettext_lazy(
    "Les fichiers du message d’origine ne peuvent pas être lus pour l’instant. Votre texte est toujours "
    "là : réessayez, ou retirez ces fichiers."
)


@dataclass(frozen=True)
class Carried:
    """A file of the original message that comes along; its octets are read when the message leaves."""

    name: str
    type: str
    size: int  # octets


@dataclass(frozen=True)
class Origin:
    """The message that is answered, forwarded or resumed."""

    mode: str
    folder: Folder
    uid: int
    start: answers.Start
    carried: Mapping[str, Carried]  # by section


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: SignedInRequest, mailbox_id: int) -> HttpResponse:
    """`?mode=reply&dossier=7&uid=42` answers a message; without a mode, the page is blank."""
    chosen = mailbox_for(request.user, mailbox_id, Right.SEND)
    if request.method == "POST":
        return _submitted(
            request, chosen, _without(_dropped(request), _remembered(request, chosen))
        )
    origin = _origin(request, chosen)
    initial = _initial(origin) if origin else _asked_for(request)
    form = ComposeForm(senders=_senders(chosen), initial=initial)
    return _page(request, chosen, origin, form)


@login_required
@require_safe
def write_to(request: SignedInRequest) -> HttpResponse:
    """``/ecrire/?a=…``: a new message from one's own mailbox, for pages that know no mailbox."""
    address = reverse("compose", args=[own_mailbox(request.user).pk])
    return redirect(f"{address}?{request.GET.urlencode()}")


def _asked_for(request: SignedInRequest) -> dict[str, str]:
    """Recipients and subject that a link brings; the form checks them like what is typed."""
    return {"to": request.GET.get("a", ""), "subject": request.GET.get("objet", "")}


def _submitted(request: SignedInRequest, chosen: Mailbox, origin: Origin | None) -> HttpResponse:
    saving = request.POST.get("action") != "send"
    form = ComposeForm(
        request.POST,
        request.FILES,
        senders=_senders(chosen),
        saving=saving,
        carried_size=sum(file.size for file in origin.carried.values()) if origin else 0,
    )
    if "remove" in request.POST or not form.is_valid():
        return _page(request, chosen, origin, form)
    try:
        draft = _draft(request, origin, form)
    except MailError:
        form.add_error(None, str(NOT_READ))
        return _page(request, chosen, origin, form)
    if saving:
        return _saved(request, chosen, origin, form, draft)
    return _sent(request, chosen, origin, form, draft)


def _sent(
    request: SignedInRequest,
    chosen: Mailbox,
    origin: Origin | None,
    form: ComposeForm,
    draft: Draft,
) -> HttpResponse:
    answered = None
    if origin and origin.mode in {"reply", "reply_all"}:
        answered = (origin.folder.name, origin.uid)
    token = str(_token(form.cleaned_data["token"], chosen, draft))
    outbox.queue(chosen, request.user, compose(draft, timezone.now()), token, answered)
    if origin and origin.mode == "draft":
        _forget(request, origin)
    messages.success(request, _("Message envoyé."))
    return _back(chosen, origin)


def _token(form: UUID, chosen: Mailbox, draft: Draft) -> UUID:
    """Of this text in this form: a double click is one message, another text from the same page another."""
    text = repr((chosen.pk, replace(draft, attachments=())))
    said = hashlib.sha256(text.encode("utf-8", "surrogatepass"))
    for file in draft.attachments:
        said.update(hashlib.sha256(file.content).digest() + file.name.encode())
    return uuid5(form, said.hexdigest())


def _forget(request: SignedInRequest, origin: Origin) -> None:
    """The message is on its way: a draft that stays behind is a nuisance, not a loss."""
    try:
        with open_session(request, origin.folder.mailbox) as mail:
            drafts.forget(mail, origin.folder, origin.uid)
    except MailError as error:
        log.warning("composer: a sent draft stays in its folder: %s", error)


def _saved(
    request: SignedInRequest,
    chosen: Mailbox,
    origin: Origin | None,
    form: ComposeForm,
    draft: Draft,
) -> HttpResponse:
    composed = compose(draft, timezone.now(), is_draft=True)
    try:
        with open_session(request, chosen) as mail:
            folder = drafts.keep(mail, chosen, composed)
            if origin and origin.mode == "draft":
                drafts.forget(mail, origin.folder, origin.uid)
    except MailboxFull:
        form.add_error(None, str(FULL))
        return _page(request, chosen, origin, form)
    except MailError:
        form.add_error(None, str(NOT_STORED))
        return _page(request, chosen, origin, form)
    messages.success(request, _("Brouillon enregistré."))
    return redirect("folder", chosen.pk, folder.pk)


def _draft(request: SignedInRequest, origin: Origin | None, form: ComposeForm) -> Draft:
    """Raises MailError when the files that come along cannot be read."""
    if origin is None:
        return form.draft()
    files = _files(request, origin) if origin.carried else ()
    return form.draft(origin.start.in_reply_to, origin.start.references, files)


def _files(request: SignedInRequest, origin: Origin) -> tuple[Attachment, ...]:
    with open_session(request, origin.folder.mailbox) as mail:
        mail.select(origin.folder.name, uid_validity=origin.folder.uid_validity)
        tree = structure_from_imap(mail.message(origin.uid).structure)
        fetch = partial(mail.section, origin.uid)
        found = {
            section: contents.attachment_content(tree, section, fetch) for section in origin.carried
        }
    if None in found.values():
        raise MessageGone(str(origin.uid))
    return tuple(
        Attachment(file.name, file.type, found[section] or b"")
        for section, file in origin.carried.items()
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


def _are_numbers(*texts: str) -> bool:
    return all(text.isascii() and text.isdigit() and len(text) <= 10 for text in texts)


def _fetched_origin(request: SignedInRequest, mode: str, folder: Folder, uid: int) -> Origin:
    with open_session(request, folder.mailbox) as mail:
        fetched, shown = fetch_reading(mail, folder, uid)
    if mode == "draft" and "\\Draft" not in fetched.flags:
        raise Http404("not a draft: resuming it would remove it")
    carried = shown.attachments if mode in {"forward", "draft"} else ()
    own = {address.address for address in folder.mailbox.addresses.all()}
    return Origin(
        mode,
        folder,
        uid,
        answers.start(mode, shown.message, shown.text, own),
        {file.section: Carried(file.name, file.type, file.size) for file in carried},
    )


def _seal(origin: Origin) -> str:
    """What the page remembers of its origin, for `_remembered`."""
    return signing.dumps(
        {
            "mode": origin.mode,
            "folder": origin.folder.pk,
            "uid": origin.uid,
            "in_reply_to": origin.start.in_reply_to,
            "references": origin.start.references,
            "carried": {section: asdict(file) for section, file in origin.carried.items()},
        },
        salt=SALT,
        compress=True,
    )


def _remembered(request: SignedInRequest, chosen: Mailbox) -> Origin | None:
    """The origin as the page was given it; a page that cannot prove it is asked for again."""
    sealed = request.POST.get("origin", "")
    if not sealed:
        return _origin(request, chosen)
    try:
        known = signing.loads(sealed, salt=SALT)
    except signing.BadSignature as error:
        raise Http404("no such message") from error
    folder = get_object_or_404(Folder, pk=known["folder"], mailbox=chosen)
    start = answers.Start(in_reply_to=known["in_reply_to"], references=tuple(known["references"]))
    carried = {section: Carried(**file) for section, file in known["carried"].items()}
    return Origin(known["mode"], folder, known["uid"], start, carried)


def _dropped(request: SignedInRequest) -> set[str]:
    """Carried files the writer took off: those of earlier submissions and of this one."""
    return {*request.POST.getlist("dropped"), *request.POST.getlist("remove")}


def _without(dropped: set[str], origin: Origin | None) -> Origin | None:
    if origin is None:
        return None
    return replace(origin, carried={k: a for k, a in origin.carried.items() if k not in dropped})


def _senders(chosen: Mailbox) -> list[Address]:
    """The addresses this mailbox may write from, the primary one first."""
    usable = chosen.addresses.filter(can_send=True, is_active=True)
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
    context = shell_of(request, chosen.pk, Right.SEND) | {
        "form": form,
        "heading": HEADINGS[origin.mode] if origin else _("Nouveau message"),
        "attachments": _carried_links(origin),
        "dropped": sorted(_dropped(request)),
        "origin": _seal(origin) if origin else "",
        "files_to_choose_again": bool(request.FILES),
        "attachments_limit": size_label(settings.MAX_ATTACHMENTS_MB << 20),
        "action_url": request.get_full_path(),
        "cancel_url": panes.message_url(origin.folder, origin.uid) if origin else "/",
    }
    return render(request, "webmail/compose.html", context)


def _carried_links(origin: Origin | None) -> list[dict[str, str]]:
    carried = origin.carried if origin else {}
    return [
        {"id": section, "name": file.name, "size_label": size_label(file.size)}
        for section, file in carried.items()
    ]
