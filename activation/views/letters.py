"""``/gestion/courriers/``: who waits for a letter, drafting, and the batches."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Page, Paginator
from django.db.models import Count, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.agents.act_forms import DayInput
from accounts.models import Agent, School
from accounts.origins import origin_of
from accounts.requests import SignedInRequest
from accounts.roles import Permission, require
from activation.letters.drafting import (
    Choice,
    DraftedMeanwhile,
    NobodyWaits,
    draft_for_waiting,
    reissue,
    waiting,
    without_address,
)
from activation.models import Letter, LetterBatch

BATCHES_A_PAGE = 20
SCHOOLS_SHOWN = 12
NAMES_SHOWN = 20


class ChoiceForm(forms.Form):
    """Which of those who wait are meant; left empty, everyone."""

    uai = forms.CharField(
        label=gettext_lazy("Code UAI de l’établissement"),
        help_text=gettext_lazy("Vide : tous les établissements."),
        required=False,
        max_length=8,
        widget=forms.TextInput({"class": "in in--short mono", "autocomplete": "off"}),
    )
    since = forms.DateField(
        label=gettext_lazy("En poste depuis le"),
        help_text=gettext_lazy("Ce jour-là ou plus tard. Vide : peu importe."),
        required=False,
        widget=DayInput(),
    )

    def clean_uai(self) -> School | None:
        uai: str = self.cleaned_data["uai"].strip().upper()
        if not uai:
            return None
        school = School.objects.filter(uai=uai).first()
        if school is None:
            raise ValidationError(_("Aucun établissement n’a ce code."), code="unknown")
        return school

    @property
    def choice(self) -> Choice:
        """The form must be valid."""
        return Choice(self.cleaned_data["uai"], self.cleaned_data["since"])


@login_required
@never_cache
def letters(request: SignedInRequest) -> HttpResponse:
    require(request.user, Permission.PRINT_LETTERS)
    form = ChoiceForm(request.GET)
    context = {"form": form, "page": _batches(request)}
    if not form.is_valid():
        return render(request, "gestion/letters.html", context, status=400)
    return render(request, "gestion/letters.html", {**context, **_those_who_wait(form.choice)})


@login_required
@require_POST
def draft_letters(request: SignedInRequest) -> HttpResponse:
    require(request.user, Permission.PRINT_LETTERS)
    form = ChoiceForm(request.POST)
    if not form.is_valid():
        context = {"form": form, "page": _batches(request)}
        return render(request, "gestion/letters.html", context, status=400)
    try:
        batch = draft_for_waiting(request.user, form.choice, origin_of(request))
    except (NobodyWaits, DraftedMeanwhile) as refusal:
        messages.warning(request, refused(refusal))
        return redirect("letters")
    return redirect("letter_batch", pk=batch.pk)


def reissue_for(request: SignedInRequest, agents: QuerySet[Agent], back: str) -> HttpResponse:
    """New letters for ``agents``; leads to their batch, or ``back`` with the reason."""
    try:
        batch = reissue(request.user, agents, origin_of(request))
    except (NobodyWaits, DraftedMeanwhile) as refusal:
        messages.warning(request, refused(refusal))
        return redirect(back)
    count = batch.letters.count()
    messages.success(
        request,
        ngettext(
            "%(count)s lettre rééditée ; la précédente ne sert plus.",
            "%(count)s lettres rééditées ; les précédentes ne servent plus.",
            count,
        )
        % {"count": count},
    )
    return redirect("letter_batch", pk=batch.pk)


def refused(refusal: NobodyWaits | DraftedMeanwhile) -> str:
    if isinstance(refusal, DraftedMeanwhile):
        return _("Quelqu’un vient de préparer des lettres pour ces personnes : voyez les lots.")
    return _("Aucune lettre à préparer : un courrier est en route, ou aucune adresse n’est connue.")


def _those_who_wait(choice: Choice) -> dict[str, Any]:
    agents = waiting(choice)
    unreachable = without_address(agents)
    schools = agents.exclude(school=None).values("school__uai", "school__name", "school__city")
    counted = schools.annotate(number=Count("pk")).order_by("-number", "school__uai")
    return {
        "choice": choice,
        "waiting": agents.count() - (lost := unreachable.count()),
        "lost": lost,
        "lost_names": unreachable.select_related("school").order_by("usual_name")[:NAMES_SHOWN],
        "schools": counted[:SCHOOLS_SHOWN] if choice.school is None else (),
    }


def _batches(request: SignedInRequest) -> Page[LetterBatch]:
    batches = LetterBatch.objects.select_related("drafted_by__agent", "school").order_by("-pk")
    page = Paginator(batches, BATCHES_A_PAGE).get_page(request.GET.get("page"))
    for batch, counts in zip(page, _states_of(page), strict=True):
        batch.counts = counts  # type: ignore[attr-defined]
    return page


def _states_of(batches: Page[LetterBatch]) -> list[list[tuple[str, int]]]:
    """For each batch, in words, how many of its letters are in which state."""
    ids = [batch.pk for batch in batches]
    rows = (
        Letter.objects.filter(batch__in=ids).values("batch", "state").annotate(number=Count("pk"))
    )
    found = {(row["batch"], row["state"]): row["number"] for row in rows}
    return [
        [(str(state.label), found[pk, state]) for state in Letter.State if (pk, state) in found]
        for pk in ids
    ]
