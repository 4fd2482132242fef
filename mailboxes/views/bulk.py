"""``/gestion/boites/ensemble/``: rights in many functional mailboxes at once, for administrators.

Those that were ticked in the list, or all that a search finds; what will be done is shown before it is.
"""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.origins import origin_of
from accounts.requests import SignedInRequest
from accounts.roles import Permission, require
from mailboxes.delegating import bulk
from mailboxes.delegating.bulk_forms import BulkForm
from mailboxes.delegating.words import REFUSALS
from mailboxes.models import BulkAct, Mailbox
from mailboxes.views.functional import found_by
from mailboxes.views.sharing import numbers

SHOWN = 10  # names of mailboxes before it is done
CHOICE = ("boite", "q", "montrer", "personne")  # fields that say which mailboxes


@dataclass(frozen=True)
class Refused:
    mailbox: Mailbox
    words: str


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def together(request: SignedInRequest) -> HttpResponse:
    """Fields `boite` (several) or the list's search; `confirmer` is how many mailboxes were shown."""
    require(request.user, Permission.MANAGE_MAILBOXES)
    asked = request.POST if request.method == "POST" else request.GET
    chosen = list(_chosen(request, asked))
    if not chosen:
        messages.warning(request, _("Aucune boîte ne correspond."))
        return redirect("functional_mailboxes")
    form = BulkForm(request.POST or None)
    is_sure = request.POST.get("confirmer") == str(len(chosen))
    if request.method == "POST" and "revoir" not in request.POST and form.is_valid():
        if is_sure:
            act = bulk.begin(request.user, form.order, chosen, origin_of(request))
            return redirect("functional_mailboxes_act", act.pk)
        return _page(request, asked, chosen, form, is_ready=True)
    return _page(request, asked, chosen, form)


def _chosen(request: SignedInRequest, asked: QueryDict) -> QuerySet[Mailbox]:
    if "boite" in asked:
        ids = numbers(asked.getlist("boite"))
        return Mailbox.objects.filter(pk__in=ids, owner=None, is_active=True).order_by("name", "pk")
    return found_by(request, asked)


def _page(
    request: SignedInRequest,
    asked: QueryDict,
    chosen: list[Mailbox],
    form: BulkForm,
    *,
    is_ready: bool = False,
) -> HttpResponse:
    context = {
        "form": form,
        "count": len(chosen),
        "names": [box.name for box in chosen[:SHOWN]],
        "others": max(0, len(chosen) - SHOWN),
        "choice": [(name, value) for name in CHOICE for value in asked.getlist(name)],
        "is_ready": is_ready,
        "people": form.people_meant if is_ready else [],
    }
    status = 400 if form.errors else 200
    return render(request, "gestion/mailboxes_together.html", context, status=status)


@login_required
@require_safe
def act(request: SignedInRequest, act_id: UUID) -> HttpResponse:
    """How far it is, and where nothing changed."""
    require(request.user, Permission.MANAGE_MAILBOXES)
    found = get_object_or_404(BulkAct.objects.select_related("by"), pk=act_id)
    context = {"act": found, "people": found.people.all(), "refused": _refused(found)}
    return render(request, "gestion/mailboxes_act.html", context)


def _refused(found: BulkAct) -> list[Refused]:
    boxes = Mailbox.objects.in_bulk([pk for pk, _reason, _who in found.refused])
    return [
        Refused(boxes[pk], str(REFUSALS[reason]) % {"name": who})
        for pk, reason, who in found.refused
        if pk in boxes
    ]
