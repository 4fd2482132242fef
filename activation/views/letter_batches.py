"""``/gestion/courriers/lots/…``: one batch, how far it is, its files, and what became of it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.agents.act_forms import DayInput
from accounts.mina.confirmed import confirmed
from accounts.models import Agent
from accounts.origins import origin_of
from accounts.requests import SignedInRequest
from accounts.roles import Permission, require
from activation.letters import states
from activation.letters.files import download
from activation.models import Letter, LetterBatch, LetterFile
from activation.views.letters import reissue_for

LETTERS_A_PAGE = 50
State = Letter.State


class PostingForm(forms.Form):
    day = forms.DateField(
        label=gettext_lazy("Date d’envoi"),
        help_text=gettext_lazy("Les codes servent à partir de maintenant ; la date fixe leur fin."),
        widget=DayInput(),
    )


@login_required
@never_cache
def letter_batch(request: SignedInRequest, pk: int) -> HttpResponse:
    return _page(request, _batch_for(request, pk))


@login_required
@never_cache
def letter_file(request: SignedInRequest, pk: int, number: int) -> HttpResponse:
    """What the file holds and how to treat it; the file itself only by the button."""
    batch = _batch_for(request, pk)
    file = get_object_or_404(batch.files.defer("sealed"), number=number)
    return _file_page(request, file)


@confirmed
def _file_page(request: SignedInRequest, file: LetterFile) -> HttpResponse:
    if request.method != "POST":
        context = {"batch": file.batch, "file": file}
        return render(request, "gestion/letter_file.html", context)
    pdf = download(request.user, file, origin_of(request))
    answer = HttpResponse(pdf, content_type="application/pdf")
    name = f"courriers-{file.batch_id}-{file.number}.pdf"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer


@login_required
@require_POST
def batch_printed(request: SignedInRequest, pk: int) -> HttpResponse:
    batch = _batch_for(request, pk)
    _tell(request, states.mark_printed(request.user, batch, origin_of(request)))
    return redirect("letter_batch", pk=pk)


@login_required
@require_POST
def batch_posted(request: SignedInRequest, pk: int) -> HttpResponse:
    batch = _batch_for(request, pk)
    form = PostingForm(request.POST)
    if form.is_valid():
        try:
            day = form.cleaned_data["day"]
            _tell(request, states.mark_posted(request.user, batch, day, origin_of(request)))
            return redirect("letter_batch", pk=pk)
        except ValidationError as refusal:
            form.add_error("day", refusal)
    return _page(request, batch, form)


@login_required
@never_cache
def batch_withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    """Asks first: it cannot be undone."""
    batch = _batch_for(request, pk)
    if request.method != "POST":
        still_open = batch.letters.filter(state__in=Letter.OPEN).count()
        context = {"batch": batch, "open": still_open}
        return render(request, "gestion/letter_batch_withdraw.html", context)
    _tell(request, states.withdraw_batch(request.user, batch, origin_of(request)))
    return redirect("letter_batch", pk=pk)


@login_required
@require_POST
def batch_letters(request: SignedInRequest, pk: int) -> HttpResponse:
    """What is done to the letters that were ticked."""
    batch = _batch_for(request, pk)
    return act_on(request, batch.letters.all(), reverse("letter_batch", args=[pk]))


def act_on(request: SignedInRequest, letters: QuerySet[Letter], back: str) -> HttpResponse:
    """Does what the pressed button says to those of ``letters`` that were ticked."""
    require(request.user, Permission.PRINT_LETTERS)
    ticked = [number for number in request.POST.getlist("letter") if number.isdecimal()]
    chosen = letters.filter(pk__in=[int(number) for number in ticked if len(number) < 19])
    act = request.POST.get("act")
    if not chosen.exists():
        messages.warning(request, _("Cochez d’abord au moins une lettre."))
        return redirect(back)
    if act == "reissue":
        return reissue_for(request, Agent.objects.filter(letters__in=chosen), back)
    if act == "returned":
        _tell(request, states.mark_returned(request.user, chosen, origin_of(request)))
    elif act == "withdraw":
        _tell(request, states.withdraw(request.user, chosen, origin_of(request)))
    return redirect(back)


def _batch_for(request: SignedInRequest, pk: int) -> LetterBatch:
    require(request.user, Permission.PRINT_LETTERS)
    return get_object_or_404(
        LetterBatch.objects.select_related("drafted_by__agent", "school"), pk=pk
    )


def _page(
    request: SignedInRequest, batch: LetterBatch, posting: PostingForm | None = None
) -> HttpResponse:
    letters = batch.letters.select_related("agent__school").order_by("pk")
    page = Paginator(letters, LETTERS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "batch": batch,
        "page": page,
        "files": batch.files.defer("sealed").order_by("number"),
        "posting": posting or PostingForm(initial={"day": timezone.localdate()}),
        **_progress(batch),
    }
    return render(request, "gestion/letter_batch.html", context, status=400 if posting else 200)


def _progress(batch: LetterBatch) -> dict[str, Any]:
    counts = {state: batch.letters.filter(state=state).count() for state in State}
    drafts = batch.letters.filter(state=State.DRAFTED)
    made = drafts.filter(file__isnull=False).count()
    return {
        "counts": [(state.label, number) for state, number in counts.items() if number],
        "total": sum(counts.values()),
        "drafts": counts[State.DRAFTED],
        "made": made,
        "is_being_made": made < counts[State.DRAFTED],
        "may_be_printed": made > 0 and made == counts[State.DRAFTED],
        "may_be_posted": counts[State.PRINTED] > 0,
        "may_be_withdrawn": any(counts[state] for state in Letter.OPEN),
    }


def _tell(request: SignedInRequest, changed: int) -> None:
    if not changed:
        messages.warning(request, _("Rien n’a changé : ces lettres sont dans un autre état."))
        return
    text = ngettext("%(count)s lettre mise à jour.", "%(count)s lettres mises à jour.", changed)
    messages.success(request, text % {"count": changed})
