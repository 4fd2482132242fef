"""``/gestion/agents/``: finding an agent, and their card.

A NUMEN typed into the search field is never carried on: the words that are looked for stand in the
page's address, and so in the server's log.
"""

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from accounts.agents.agent_acts import acts_for
from accounts.agents.agent_search import agents_seen_by, with_words, words_typed
from accounts.agents.agent_states import states_of
from accounts.naming.logins import login_of
from accounts.requests import SignedInRequest
from accounts.roles import Permission, may
from accounts.sealed.numen import looks_like_numen, masked_numen
from accounts.views.back_office import require_somewhere

AGENTS_A_PAGE = 50


@login_required
def agents(request: SignedInRequest) -> HttpResponse:
    seen = agents_seen_by(request.user)
    require_somewhere(request.user, Permission.SEE_AGENTS)
    typed = words_typed(request.POST if request.method == "POST" else request.GET)
    if looks_like_numen(typed):
        return render(request, "gestion/agents.html", {"is_numen": True}, status=400)
    if request.method == "POST":
        return redirect(f"{reverse('agents')}?{urlencode({'q': typed})}")
    page = Paginator(with_words(seen, typed), AGENTS_A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "typed": typed, "query": f"{urlencode({'q': typed})}&"}
    return render(request, "gestion/agents.html", context)


@login_required
@never_cache
def agent(request: SignedInRequest, pk: int) -> HttpResponse:
    who = get_object_or_404(agents_seen_by(request.user), pk=pk)
    acts = [(act, act.url(who)) for act in acts_for(request.user, who)]
    context = {
        "agent": who,
        "login": login_of(who),
        "masked": masked_numen(who),
        "states": states_of(who),
        "acts": acts,
        "may_see_journal": may(request.user, Permission.SEE_AUDIT),
    }
    return render(request, "gestion/agent.html", context)
