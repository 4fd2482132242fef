"""``/gestion/activations/``: how far the academy is, a school, and reminding those who are late."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.agents.agent_search import words_typed
from accounts.models import School, User
from accounts.origins import origin_of
from accounts.requests import SignedInRequest
from accounts.roles import Permission, may, schools_where
from accounts.views.back_office import require_somewhere
from activation.follow_up.chart import chart_of
from activation.follow_up.course import course_of
from activation.follow_up.export import figures_as_csv
from activation.follow_up.figures import Figures, figures_by_school, people_missing, total_of
from activation.follow_up.reminders import remind
from activation.models import SchoolReminder
from audit import journal
from audit.events import Event

SCHOOLS_A_PAGE = 50
PEOPLE_SHOWN = 500


@login_required
def follow_up(request: SignedInRequest) -> HttpResponse:
    schools = _schools_of(request.user)
    typed = words_typed(request.GET)
    found = figures_by_school(_with_words(schools, typed))
    weeks = course_of(schools)
    context = {
        "total": total_of(found),
        "page": Paginator(found, SCHOOLS_A_PAGE).get_page(request.GET.get("page")),
        "typed": typed,
        "query": f"{urlencode({'q': typed})}&",
        "weeks": weeks,
        "chart": chart_of(weeks),
        "may_remind": may(request.user, Permission.REMIND_SCHOOLS),
    }
    return render(request, "gestion/follow_up.html", context)


@login_required
def school(request: SignedInRequest, uai: str) -> HttpResponse:
    one = get_object_or_404(_schools_of(request.user), uai=uai)
    only = School.objects.filter(pk=one.pk)
    found = figures_by_school(only)
    weeks = course_of(only)
    may_see = may(request.user, Permission.SEE_AGENTS, one)
    context = {
        "school": one,
        "figures": found[0].figures if found else Figures(),
        "weeks": weeks,
        "chart": chart_of(weeks),
        "people": people_missing(only)[:PEOPLE_SHOWN] if may_see else None,
        "may_remind": may(request.user, Permission.REMIND_SCHOOLS),
        "last": SchoolReminder.objects.filter(school=one).order_by("-on").first(),
    }
    return render(request, "gestion/follow_up_school.html", context)


@login_required
@require_POST
def remind_schools(request: SignedInRequest) -> HttpResponse:
    """All of the schools that are late, or the one that the form names."""
    schools = _schools_of(request.user)
    uai = request.POST.get("uai", "").replace("\x00", "")
    if "uai" in request.POST:
        schools = School.objects.filter(pk=get_object_or_404(schools, uai=uai).pk)
    number = remind(request.user, schools, origin_of(request))
    messages.success(request, _reminded(number)) if number else messages.warning(
        request,
        _("Aucun rappel : déjà envoyé aujourd’hui, pas d’adresse, ou plus personne n’attend."),
    )
    return redirect("follow_up_school", uai) if uai else redirect("follow_up")


@login_required
@require_POST
def export(request: SignedInRequest) -> HttpResponse:
    found = figures_by_school(_schools_of(request.user))
    with transaction.atomic():
        journal.record(
            Event.ACTIVATIONS_EXPORTED, actor=request.user.party, origin=origin_of(request)
        )
    answer = HttpResponse(figures_as_csv(found), content_type="text/csv; charset=utf-8")
    name = f"activations-{timezone.localdate():%Y-%m-%d}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer


def _schools_of(user: User) -> QuerySet[School]:
    """Those whose figures this person may see. Raises Http404 where there are none to see."""
    require_somewhere(user, Permission.SEE_FIGURES)
    return schools_where(user, Permission.SEE_FIGURES)


def _with_words(schools: QuerySet[School], typed: str) -> QuerySet[School]:
    for word in typed.split():
        here = Q(name__icontains=word) | Q(city__icontains=word) | Q(uai__icontains=word)
        schools = schools.filter(here)
    return schools


def _reminded(number: int) -> str:
    return ngettext(
        "%(number)d rappel part au secrétariat.",
        "%(number)d rappels partent aux secrétariats.",
        number,
    ) % {"number": number}
