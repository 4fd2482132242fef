"""A mailbox's folders and the list of one folder."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.requests import SignedInRequest
from mailboxes.models import Mailbox
from webmail import imap, outbox, panes
from webmail.access import mailbox_for, own_mailbox
from webmail.models import Folder
from webmail.presentation import local, size_label
from webmail.sync import store_folders

PAGE_SIZE = 50


@dataclass(frozen=True)
class FolderHeading:
    label: str
    total: int
    unread: int


@dataclass(frozen=True)
class Quota:
    used_label: str
    total_label: str
    percent: int


@login_required
@require_safe
def home(request: SignedInRequest) -> HttpResponse:
    return redirect("mailbox", own_mailbox(request.user).pk)


@login_required
@require_safe
def mailbox(request: SignedInRequest, mailbox_id: int) -> HttpResponse:
    """The way in: the INBOX, whose row may not exist before the first look at the server."""
    chosen = mailbox_for(request.user, mailbox_id)
    inbox = chosen.folders.filter(special_use=Folder.Use.INBOX).first()
    if inbox is None:
        with open_session(request, chosen) as mail:
            store_folders(chosen, mail.folders())
        inbox = chosen.folders.get(special_use=Folder.Use.INBOX)
    return redirect("folder", chosen.pk, inbox.pk)


@login_required
@require_safe
def folder(request: SignedInRequest, mailbox_id: int, folder_id: int) -> HttpResponse:
    chosen = mailbox_for(request.user, mailbox_id)
    with open_session(request, chosen) as mail:
        context = list_context(request, mail, chosen, folder_id)
    return render(request, "webmail/mailbox.html", context | {"reading": None})


def open_session(request: SignedInRequest, chosen: Mailbox) -> imap.OpenSession:
    """The mail server's view of `chosen` for the person of this request."""
    return imap.session(chosen.address, own_mailbox(request.user).address)


def page_number(request: SignedInRequest) -> int:
    """The page asked for; anything that is not a number is the first one."""
    asked = request.GET.get("page", "1")
    return max(1, int(asked)) if asked.isascii() and asked.isdigit() and len(asked) < 9 else 1


def list_context(
    request: SignedInRequest,
    mail: imap.MailSession,
    chosen: Mailbox,
    folder_id: int,
    opened: int | None = None,
) -> dict[str, Any]:
    """Folder pane and list pane; `opened` is the UID shown beside them. Leaves the folder selected."""
    folders = store_folders(chosen, mail.folders())
    current = next((f for f in folders if f.pk == folder_id and f.selectable), None)
    if current is None:
        raise Http404("no such folder")
    return shell_context(chosen, folders, current, mail) | _page(request, mail, current, opened)


def shell_context(
    chosen: Mailbox,
    folders: list[Folder],
    current: Folder | None = None,
    mail: imap.MailSession | None = None,
) -> dict[str, Any]:
    """What stands around every page of a mailbox."""
    return {
        "mailbox": {"label": chosen.name, "address": chosen.address},
        "folders": panes.folder_links(chosen, folders, current),
        "compose_url": reverse("compose", args=[chosen.pk]),
        "outbox_url": reverse("outbox", args=[chosen.pk]),
        "outbox_count": outbox.count_in_transit(chosen),
        "quota": _quota(mail) if mail else None,
    }


def _page(
    request: SignedInRequest, mail: imap.MailSession, current: Folder, opened: int | None
) -> dict[str, Any]:
    page, now = page_number(request), local(timezone.now())
    last = _exists(mail, current) - (page - 1) * PAGE_SIZE
    first = max(1, last - PAGE_SIZE + 1)
    found = mail.summaries(first, last) if last > 0 else []
    rows = [(local(s.received_at), panes.row(s, current, opened, page, now)) for s in found]
    return {
        "folder": FolderHeading(current.label, current.messages, current.unseen),
        "groups": panes.grouped(rows, now),
        "newer_url": panes.folder_url(current.mailbox_id, current.pk, page - 1) if page > 1 else "",
        "older_url": panes.folder_url(current.mailbox_id, current.pk, page + 1)
        if first > 1
        else "",
        "range_label": _range(current.messages, page, len(found)),
    }


def _exists(mail: imap.MailSession, current: Folder) -> int:
    return mail.select(current.name, uid_validity=current.uid_validity).exists


def _range(total: int, page: int, shown: int) -> str:
    if not shown:
        return ""
    start = (page - 1) * PAGE_SIZE + 1
    numbers = {"start": start, "end": start + shown - 1, "total": total}
    return _("%(start)s à %(end)s sur %(total)s") % numbers


def _quota(mail: imap.MailSession) -> Quota | None:
    storage = mail.quota_kib()
    if storage is None or not storage[1]:
        return None
    used, limit = storage
    return Quota(
        size_label(used << 10), size_label(limit << 10), min(100, round(100 * used / limit))
    )
