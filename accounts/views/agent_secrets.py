"""What is shown once to whoever hands it over: a NUMEN, a code, a temporary password.

The secret stands in the answer to the form and nowhere else: no address leads to it, nothing keeps
it, and the same form sent again shows nothing.
"""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.agents.act_forms import IdentityCheckedForm, OnceForm
from accounts.agents.agent_acts import GIVE_PASSWORD, HAND_OUT_CODE, SHOW_NUMEN, Act
from accounts.credentials.temporary_passwords import give_temporary_password
from accounts.models import Agent
from accounts.origins import origin_of
from accounts.recovery.handed_codes import hand_out
from accounts.requests import SignedInRequest
from accounts.sealed.numen import reveal_numen
from accounts.secrets import Secret
from accounts.views.agent_acts import ask, page_of


@page_of(SHOW_NUMEN)
def show_numen(request: SignedInRequest, agent: Agent) -> HttpResponse:
    form = OnceForm(request.POST or None)
    if form.was_spent(request):
        return _shown_before(request, agent)
    if not form.is_valid():
        return ask(request, SHOW_NUMEN, agent, form)
    form.spend(request)
    numen = reveal_numen(agent, request.user, form.why, origin_of(request))
    return _show(request, SHOW_NUMEN, agent, numen)


@page_of(HAND_OUT_CODE)
def hand_out_code(request: SignedInRequest, agent: Agent) -> HttpResponse:
    form = IdentityCheckedForm(request.POST or None)
    if form.was_spent(request):
        return _shown_before(request, agent)
    if not form.is_valid():
        return ask(request, HAND_OUT_CODE, agent, form)
    form.spend(request)
    code = hand_out(request.user, agent, origin_of(request), form.why, form.method)
    return _show(request, HAND_OUT_CODE, agent, code, settings.HANDED_CODE_HOURS)


@page_of(GIVE_PASSWORD)
def give_password(request: SignedInRequest, agent: Agent) -> HttpResponse:
    form = IdentityCheckedForm(request.POST or None)
    if form.was_spent(request):
        return _shown_before(request, agent)
    if not form.is_valid():
        return ask(request, GIVE_PASSWORD, agent, form)
    form.spend(request)
    password = give_temporary_password(
        request.user, agent, origin_of(request), form.why, form.method
    )
    return _show(request, GIVE_PASSWORD, agent, password, settings.TEMPORARY_PASSWORD_HOURS)


def _show(
    request: SignedInRequest, act: Act, agent: Agent, secret: Secret | None, hours: int = 0
) -> HttpResponse:
    context = {"act": act, "agent": agent, "secret": secret, "hours": hours}
    return render(request, "gestion/agent_secret.html", context)


def _shown_before(request: SignedInRequest, agent: Agent) -> HttpResponse:
    messages.warning(request, _("Cela n’est montré qu’une fois. Recommencez s’il le faut."))
    return redirect("agent", pk=agent.pk)
