"""``/gestion/agents/7/…``: the pages on which something is done for an agent.

Each one asks first whether this person may do it for that agent (else the page does not exist),
then who is there, then why.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts.agents.act_forms import DepartureForm, JustifiedForm, RoleForm
from accounts.agents.agent_acts import (
    CANCEL_DEPARTURE,
    CHANGE_ROLE,
    FREEZE,
    PLAN_DEPARTURE,
    TAKE_BACK,
    UNFREEZE,
    Act,
)
from accounts.agents.agent_search import agents_seen_by
from accounts.agents.departure import cancel_departure, plan_departure, take_back
from accounts.credentials.freezing import freeze, unfreeze
from accounts.mina.confirmed import confirmed
from accounts.models import Agent, User
from accounts.origins import origin_of
from accounts.requests import SignedInRequest
from accounts.roles import Role, give_role

ActView = Callable[[SignedInRequest, Agent], HttpResponse]
PageView = Callable[[SignedInRequest, int], HttpResponse]


def page_of(act: Act) -> Callable[[ActView], PageView]:
    """The page exists for those who may do this for that agent; it asks for their password first."""

    def opened(view: ActView) -> PageView:
        asked = confirmed(view)

        @never_cache
        @login_required
        @wraps(view)
        def page(request: SignedInRequest, pk: int) -> HttpResponse:
            agent = get_object_or_404(agents_seen_by(request.user), pk=pk)
            if act.is_open(request.user, agent):
                return asked(request, agent)
            if request.method == "POST" and act.comes_too_late(request.user, agent):
                messages.warning(
                    request,
                    _("Rien n’a changé : c’était déjà fait, ou le compte est dans un autre état."),
                )
                return redirect("agent", pk=agent.pk)
            raise Http404

        return page

    return opened


def ask(
    request: SignedInRequest, act: Act, agent: Agent, form: JustifiedForm, **shown: Any
) -> HttpResponse:
    """The form of the act; with a fault where it was filled in wrongly."""
    context = {"act": act, "agent": agent, "form": form, **shown}
    return render(request, "gestion/agent_act.html", context, status=400 if form.errors else 200)


@page_of(CHANGE_ROLE)
def change_role(request: SignedInRequest, agent: Agent) -> HttpResponse:
    form = RoleForm(request.POST or None, initial={"role": agent.role})
    if not form.is_valid():
        return ask(request, CHANGE_ROLE, agent, form)
    role = Role(form.cleaned_data["role"])
    give_role(request.user, agent, role, form.why, origin_of(request))
    return _done(request, agent, _("Rôle enregistré : %(role)s.") % {"role": role.label})


@page_of(FREEZE)
def freeze_account(request: SignedInRequest, agent: Agent) -> HttpResponse:
    form = JustifiedForm(request.POST or None)
    if not form.is_valid():
        return ask(request, FREEZE, agent, form)
    freeze(_account(agent), origin_of(request), actor=request.user.party, reason=form.why)
    return _done(request, agent, _("Compte gelé : web, IMAP et SMTP sont fermés."))


@page_of(UNFREEZE)
def unfreeze_account(request: SignedInRequest, agent: Agent) -> HttpResponse:
    form = JustifiedForm(request.POST or None)
    if not form.is_valid():
        return ask(request, UNFREEZE, agent, form)
    unfreeze(_account(agent), origin_of(request), request.user.party, form.why)
    return _done(request, agent, _("Compte rouvert ; la personne doit choisir un mot de passe."))


@page_of(PLAN_DEPARTURE)
def plan(request: SignedInRequest, agent: Agent) -> HttpResponse:
    form = DepartureForm(request.POST or None)
    if not form.is_valid():
        return ask(request, PLAN_DEPARTURE, agent, form)
    day = form.cleaned_data["leaves_on"]
    plan_departure(request.user, agent, day, origin_of(request), form.why)
    if day > timezone.localdate():
        return _done(request, agent, _("Départ enregistré ; la personne est prévenue."))
    return _done(request, agent, _("Compte fermé : web, IMAP et SMTP ne s’ouvrent plus."))


@page_of(CANCEL_DEPARTURE)
def cancel(request: SignedInRequest, agent: Agent) -> HttpResponse:
    form = JustifiedForm(request.POST or None)
    if not form.is_valid():
        return ask(request, CANCEL_DEPARTURE, agent, form)
    cancel_departure(request.user, agent, origin_of(request), form.why)
    return _done(request, agent, _("Départ annulé ; la personne est prévenue."))


@page_of(TAKE_BACK)
def undo(request: SignedInRequest, agent: Agent) -> HttpResponse:
    form = JustifiedForm(request.POST or None)
    if not form.is_valid():
        return ask(request, TAKE_BACK, agent, form)
    take_back(request.user, agent, origin_of(request), form.why)
    return _done(
        request, agent, _("Compte rouvert. Remettez un mot de passe provisoire à la personne.")
    )


def _account(agent: Agent) -> User:
    if agent.user is None:
        raise Http404
    return agent.user


def _done(request: SignedInRequest, agent: Agent, sentence: str) -> HttpResponse:
    messages.success(request, sentence)
    return redirect("agent", pk=agent.pk)
