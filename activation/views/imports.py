"""``/gestion/imports/``: bringing a file of HR, looking at what it would change, having it written."""

from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.csv_files import csv_file
from accounts.origins import origin_of
from accounts.requests import SignedInRequest
from accounts.roles import Permission, may, require
from activation.imports import arrivals, departures
from activation.imports.columns import AGENTS, SCHOOLS
from activation.imports.layout import Refused, check_beginning
from activation.imports.progress import rows_written
from activation.imports.report import report_of
from activation.models.imports import Import, ImportLine
from activation.models.problems import Problem
from audit import journal
from audit.events import Event

IMPORTS_A_PAGE = 20
LINES_A_PAGE = 50
OCTETS_A_PART = 1024 * 1024
Kind, State = ImportLine.Kind, Import.State
# What stands in addresses, in the order of the page.
VIEWS = {
    "erreurs": (Kind.ERROR, gettext_lazy("Erreurs")),
    "a-regarder": (Kind.NOTE, gettext_lazy("À regarder")),
    "changements": (Kind.CHANGE, gettext_lazy("Changements")),
    "nouveaux": (Kind.NEW, gettext_lazy("Nouveaux")),
    "absents": (Kind.MISSING, gettext_lazy("Absents du fichier")),
}


class ImportForm(forms.Form):
    kind = forms.ChoiceField(
        label=gettext_lazy("Contenu"), choices=Import.Kind.choices, widget=forms.RadioSelect
    )
    file = forms.FileField(
        label=gettext_lazy("Fichier CSV"),
        widget=forms.FileInput({"class": "in", "accept": ".csv,.txt"}),
    )

    def clean_file(self) -> "UploadedFile[bytes]":
        """What can be told at once; the rest is told when the file was read."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > settings.IMPORT_MAX_MB * OCTETS_A_PART:
            raise forms.ValidationError(Problem.TOO_BIG.says(str(settings.IMPORT_MAX_MB)))
        try:
            check_beginning(next(iter(file.chunks()), b""))
        except Refused as refused:
            raise forms.ValidationError(refused.problem.says(refused.detail)) from refused
        return file


@login_required
@never_cache
def imports(request: SignedInRequest) -> HttpResponse:
    require(request.user, Permission.IMPORT_STAFF)
    posted = request.method == "POST"
    form = ImportForm(request.POST, request.FILES) if posted else ImportForm()
    if form.is_valid():
        return redirect("import", pk=_received(request, form).pk)
    page = Paginator(_history(), IMPORTS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "limit": settings.IMPORT_MAX_MB,
        "columns": ((Import.Kind.SCHOOLS, SCHOOLS.all), (Import.Kind.AGENTS, AGENTS.all)),
    }
    return render(request, "gestion/imports.html", context, status=400 if posted else 200)


@login_required
@never_cache
def import_page(request: SignedInRequest, pk: int) -> HttpResponse:
    return _page(request, _import_for(request, pk))


@login_required
@require_POST
def confirm(request: SignedInRequest, pk: int) -> HttpResponse:
    row = _import_for(request, pk)
    try:
        arrivals.confirm(
            row,
            request.POST.get("plan", ""),
            without_errors="without_errors" in request.POST,
            by=request.user,
            origin=origin_of(request),
        )
    except arrivals.HasErrors:
        return _page(request, row, must_choose=True, status=400)
    except arrivals.AnotherIsWritten:
        messages.error(
            request, _("Un autre import est en cours d’écriture : attendez qu’il finisse.")
        )
    except arrivals.NotWhatWasShown:
        messages.error(request, _("L’import a changé entre-temps : vérifiez-le encore."))
    return redirect("import", pk=pk)


@login_required
@require_POST
def give_up(request: SignedInRequest, pk: int) -> HttpResponse:
    row = _import_for(request, pk)
    if arrivals.give_up(row, request.user, origin_of(request)):
        messages.success(request, _("Import abandonné : le fichier est effacé."))
        return redirect("imports")
    messages.error(request, _("Trop tard : l’import est terminé."))
    return redirect("import", pk=pk)


@login_required
@require_POST
def report(request: SignedInRequest, pk: int) -> StreamingHttpResponse:
    row = _import_for(request, pk)
    if not row.lines.exists():
        raise Http404
    told = f"import {row.pk}, {row.kind}"
    journal.record(
        Event.IMPORT_REPORT_TAKEN,
        actor=request.user.party,
        origin=origin_of(request),
        reason=told,
        flow=f"import {row.pk}",
    )
    return csv_file(report_of(row), f"import-{row.pk}.csv")


def _history() -> Any:
    return Import.objects.select_related("brought_by__agent", "confirmed_by__agent")


def _import_for(request: SignedInRequest, pk: int) -> Import:
    """Raises Http404 without the right."""
    require(request.user, Permission.IMPORT_STAFF)
    row: Import = get_object_or_404(_history(), pk=pk)
    return row


def _received(request: SignedInRequest, form: ImportForm) -> Import:
    file = form.cleaned_data["file"]
    return arrivals.receive(
        Import.Kind(form.cleaned_data["kind"]),
        file.name,
        file.chunks(OCTETS_A_PART),
        request.user,
        origin_of(request),
    )


def _page(
    request: SignedInRequest, row: Import, *, must_choose: bool = False, status: int = 200
) -> HttpResponse:
    counts = _counts(row)
    asked = request.GET.get("voir", "")
    view = asked if counts.get(asked) else next((name for name in counts if counts[name]), "")
    context = {
        "import": row,
        "rows_done": rows_written(row.pk) if row.state == State.CONFIRMED else row.rows_done,
        "counts": [(name, VIEWS[name][1], count) for name, count in counts.items() if count],
        "view": view,
        "query": f"voir={view}&",
        "lines": _lines(row, view, request.GET.get("page")) if view else None,
        "must_choose": must_choose,
        "kept_until": row.created_at + timedelta(hours=settings.IMPORT_KEPT_HOURS),
        "may_plan_departures": row.kind == Import.Kind.AGENTS
        and row.state == State.DONE
        and may(request.user, Permission.MANAGE_DEPARTURES)
        and departures.proposed(row).exists(),
    }
    return render(request, "gestion/import.html", context, status=status)


def _counts(row: Import) -> dict[str, int]:
    """How many lines each view has; while the file is read nobody looks yet."""
    if row.is_under_way:
        return {}
    return {name: row.lines.filter(kind=kind).count() for name, (kind, _label) in VIEWS.items()}


def _lines(row: Import, view: str, page: str | None) -> Page[ImportLine]:
    found = row.lines.filter(kind=VIEWS[view][0]).select_related("agent").order_by("pk")
    return Paginator(found, LINES_A_PAGE).get_page(page)
