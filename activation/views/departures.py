"""``/gestion/imports/7/departs/``: choosing who has left, among those whom a file suggests."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache

from accounts.agents.act_forms import DepartureForm
from accounts.mina.confirmed import confirmed
from accounts.origins import origin_of
from accounts.requests import SignedInRequest
from accounts.roles import Permission, require
from activation.imports import departures
from activation.models.imports import Import, ImportLine

PEOPLE_A_PAGE = 50


class DeparturesForm(DepartureForm):
    """``people`` are lines of the import; only those that the page shows can be chosen."""

    people = forms.ModelMultipleChoiceField(
        ImportLine.objects.none(),
        error_messages={"required": gettext_lazy("Choisissez au moins une personne.")},
    )

    def __init__(self, proposed: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["people"].queryset = proposed  # type: ignore[attr-defined]

    @property
    def chosen(self) -> set[str]:
        """What was ticked, so that a fault elsewhere does not untick it."""
        return set(self.data.getlist("people")) if self.is_bound else set()  # type: ignore[attr-defined]


@never_cache
@confirmed
def plan_departures(request: SignedInRequest, pk: int) -> HttpResponse:
    require(request.user, Permission.IMPORT_STAFF)
    require(request.user, Permission.MANAGE_DEPARTURES)
    row = get_object_or_404(Import, pk=pk, kind=Import.Kind.AGENTS, state=Import.State.DONE)
    proposed = departures.proposed(row)
    if request.method == "GET" and not proposed.exists():
        raise Http404
    form = DeparturesForm(proposed, request.POST if request.method == "POST" else None)
    if not form.is_valid():
        page = Paginator(proposed, PEOPLE_A_PAGE).get_page(request.GET.get("page"))
        context = {"import": row, "form": form, "page": page}
        return render(
            request, "gestion/import_departures.html", context, status=400 if form.is_bound else 200
        )
    planned = departures.plan(
        request.user,
        form.cleaned_data["people"],
        form.cleaned_data["leaves_on"],
        origin_of(request),
        form.why,
    )
    said = ngettext("%(count)s départ enregistré.", "%(count)s départs enregistrés.", planned)
    messages.success(request, said % {"count": planned})
    return redirect("import", pk=pk)
