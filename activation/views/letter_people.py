"""``/gestion/courriers/personnes/``: finding somebody's letter, or writing to one person.

As in the list of agents, a NUMEN that was typed is never carried on in the page's address.
"""

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.agents.agent_search import with_words, words_typed
from accounts.models import Agent
from accounts.requests import SignedInRequest
from accounts.roles import Permission, require
from accounts.sealed.numen import looks_like_numen
from activation.letters.content import REFERENCE
from activation.letters.drafting import may_activate
from activation.models import Letter
from activation.views.letters import reissue_for

AGENTS_A_PAGE = 50


@login_required
@never_cache
def letter_people(request: SignedInRequest) -> HttpResponse:
    require(request.user, Permission.PRINT_LETTERS)
    typed = words_typed(request.POST if request.method == "POST" else request.GET)
    if looks_like_numen(typed):
        return render(request, "gestion/letter_people.html", {"is_numen": True}, status=400)
    if request.method == "POST":
        return redirect(_address(typed))
    page = Paginator(_found(typed), AGENTS_A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "gestion/letter_people.html",
        {"page": page, "typed": typed, "query": f"{urlencode({'q': typed})}&"},
    )


@login_required
@require_POST
def write_to_people(request: SignedInRequest) -> HttpResponse:
    """New letters for those who were ticked, whatever became of their earlier ones."""
    require(request.user, Permission.PRINT_LETTERS)
    typed = words_typed(request.POST)
    back = _address("" if looks_like_numen(typed) else typed)
    ticked = [
        int(one) for one in request.POST.getlist("agent") if one.isdecimal() and len(one) < 19
    ]
    if not ticked:
        messages.warning(request, _("Cochez d’abord au moins une personne."))
        return redirect(back)
    return reissue_for(request, Agent.objects.filter(pk__in=ticked), back)


def _found(typed: str) -> QuerySet[Agent]:
    """By the reference printed on a letter, or by words; the newest letter first."""
    agents = may_activate().select_related("school").order_by("usual_name", "first_name", "pk")
    newest = Letter.objects.select_related("batch").order_by("-pk")
    agents = agents.prefetch_related(Prefetch("letters", newest, to_attr="newest_letters"))
    if reference := REFERENCE.fullmatch(typed):
        batch, letter = (int(number) for number in reference.groups())
        return agents.filter(Q(letters__pk=letter, letters__batch=batch))
    return with_words(agents, typed)


def _address(typed: str) -> str:
    return f"{reverse('letter_people')}?{urlencode({'q': typed})}"
