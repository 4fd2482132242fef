"""The search box: a form that leads to a list, and the people it suggests."""

from dataclasses import replace

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from accounts.requests import SignedInRequest
from webmail.access import Right, mailbox_for
from webmail.lists import panes
from webmail.lists.list_address import ListAddress, OddAddress, number
from webmail.models import Folder
from webmail.search import people


@login_required
@require_safe
def search(request: SignedInRequest, mailbox_id: int) -> HttpResponse:
    """Fields `q`, `dossier` (the folder one comes from), and those of a list's address."""
    mailbox = mailbox_for(request.user, mailbox_id, Right.READ)
    try:
        address = ListAddress.read(request.GET)
        folder_id = number(request.GET.get("dossier") or "0")
    except OddAddress as error:
        raise Http404("no such list") from error
    folders = mailbox.folders.filter(selectable=True)
    folder = folders.filter(pk=folder_id).first()
    folder = folder or folders.filter(special_use=Folder.Use.INBOX).first()
    if folder is None:
        return redirect("mailbox", mailbox_id)
    whole = replace(address.whole, everywhere=bool(address.search) and address.everywhere)
    return redirect(panes.folder_url(mailbox_id, folder.pk, whole))


@login_required
@require_safe
def correspondents(request: SignedInRequest, mailbox_id: int) -> JsonResponse:
    """[{name, address}, …] of people whose name begins with `q`; see static/js/search.js."""
    mailbox = mailbox_for(request.user, mailbox_id, Right.READ)
    found = people.suggestions(mailbox.pk, request.GET.get("q", "")[:100])
    return JsonResponse([{"name": name, "address": address} for name, address in found], safe=False)
