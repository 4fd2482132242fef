"""``/gestion/agents/``: finding an agent, their card, and what is done for them.

A NUMEN typed into the search field is never carried on: the words that are looked for stand in the
page's address, and so in the server's log.
"""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.agent_search import agents_seen_by, with_words
from accounts.freezing import freeze, unfreeze
from accounts.models import Agent, User
from accounts.numen import looks_like_numen, masked_numen, reveal_numen
from accounts.origins import origin_of
from accounts.requests import SignedInRequest
from accounts.roles import Permission, Role, give_role, may, require
from accounts.views.back_office import require_somewhere
from audit.models import JUSTIFICATION_LENGTH, REASON_LENGTH

AGENTS_A_PAGE = 50
SHORTEST_JUSTIFICATION = 10
Status = Agent.Status


class JustifiedForm(forms.Form):
    """What is done to somebody else's account says why; the journal keeps it."""

    justification = forms.CharField(
        label=gettext_lazy("Justification"),
        help_text=gettext_lazy("Conservée dans le journal : la demande, qui l’a faite, quand."),
        min_length=SHORTEST_JUSTIFICATION,
        max_length=min(JUSTIFICATION_LENGTH, REASON_LENGTH),
        widget=forms.TextInput({"class": "in", "autocomplete": "off"}),
    )


class RoleForm(JustifiedForm):
    role = forms.ChoiceField(
        label=gettext_lazy("Rôle"),
        choices=Role.choices,
        widget=forms.Select({"class": "in in--short"}),
    )
    field_order = ("role", "justification")


@login_required
def agents(request: SignedInRequest) -> HttpResponse:
    seen = agents_seen_by(request.user)
    require_somewhere(request.user, Permission.SEE_AGENTS)
    typed = (request.POST if request.method == "POST" else request.GET).get("q", "").strip()
    if looks_like_numen(typed):
        return render(request, "gestion/agents.html", {"is_numen": True}, status=400)
    if request.method == "POST":
        return redirect(f"{reverse('agents')}?{urlencode({'q': typed})}")
    page = Paginator(with_words(seen, typed), AGENTS_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "gestion/agents.html", {"page": page, "typed": typed})


@login_required
@never_cache
def agent(request: SignedInRequest, pk: int) -> HttpResponse:
    return _card(request, _agent_for(request, pk))


@login_required
@require_POST
@never_cache
def show_numen(request: SignedInRequest, pk: int) -> HttpResponse:
    """Shown in the answer itself, once: no address leads to it."""
    who = _agent_for(request, pk)
    require(request.user, Permission.REVEAL_NUMEN, who.school)
    form = JustifiedForm(request.POST, prefix="numen")
    if not form.is_valid():
        return _card(request, who, numen_form=form)
    why = form.cleaned_data["justification"]
    numen = reveal_numen(who, request.user, why, origin_of(request))
    return _card(request, who, numen=numen)


@login_required
@require_POST
def change_role(request: SignedInRequest, pk: int) -> HttpResponse:
    who = _agent_for(request, pk)
    require(request.user, Permission.GIVE_ROLES)
    form = RoleForm(request.POST, prefix="role")
    if not form.is_valid():
        return _card(request, who, role_form=form)
    role = Role(form.cleaned_data["role"])
    why = form.cleaned_data["justification"]
    give_role(request.user, who, role, why, origin_of(request))
    messages.success(request, _("Rôle enregistré : %(role)s.") % {"role": role.label})
    return redirect("agent", pk=pk)


@login_required
@require_POST
def freeze_account(request: SignedInRequest, pk: int) -> HttpResponse:
    who, account = _account_for(request, pk, Status.ACTIVE)
    require(request.user, Permission.FREEZE_ACCOUNTS, who.school)
    form = JustifiedForm(request.POST, prefix="freeze")
    if not form.is_valid():
        return _card(request, who, freeze_form=form)
    why = form.cleaned_data["justification"]
    freeze(account, origin_of(request), actor=request.user.party, reason=why)
    messages.success(request, _("Compte gelé : web, IMAP et SMTP sont fermés."))
    return redirect("agent", pk=pk)


@login_required
@require_POST
def unfreeze_account(request: SignedInRequest, pk: int) -> HttpResponse:
    who, account = _account_for(request, pk, Status.FROZEN)
    require(request.user, Permission.UNFREEZE_ACCOUNTS, who.school)
    form = JustifiedForm(request.POST, prefix="freeze")
    if not form.is_valid():
        return _card(request, who, freeze_form=form)
    why = form.cleaned_data["justification"]
    unfreeze(account, origin_of(request), request.user.party, why)
    messages.success(request, _("Compte rouvert ; la personne doit choisir un mot de passe."))
    return redirect("agent", pk=pk)


def _agent_for(request: SignedInRequest, pk: int) -> Agent:
    """The agent if this person may see them. Raises Http404."""
    return get_object_or_404(agents_seen_by(request.user), pk=pk)


def _account_for(request: SignedInRequest, pk: int, status: Status) -> tuple[Agent, User]:
    """The agent and the account, in this state and somebody else's. Raises Http404."""
    who = _agent_for(request, pk)
    if who.user is None or who.user == request.user or who.status != status:
        raise Http404
    return who, who.user


def _card(request: SignedInRequest, who: Agent, **shown: Any) -> HttpResponse:
    """Forms with faults come in ``shown``; the others are new."""
    forms_of_page = {
        "numen_form": JustifiedForm(prefix="numen"),
        "role_form": RoleForm(prefix="role", initial={"role": who.role}),
        "freeze_form": JustifiedForm(prefix="freeze"),
    }
    faults = any(name in shown for name in forms_of_page)
    context = {"agent": who, "masked": masked_numen(who), **_rights(request, who)}
    return render(
        request,
        "gestion/agent.html",
        {**context, **forms_of_page, **shown},
        status=400 if faults else 200,
    )


def _rights(request: SignedInRequest, who: Agent) -> dict[str, bool]:
    user, school = request.user, who.school
    somebody_else = who.user_id is not None and who.user_id != user.pk
    frozen = who.status == Status.FROZEN
    return {
        "may_reveal": who.numen_key is not None and may(user, Permission.REVEAL_NUMEN, school),
        "may_give_role": who.user_id != user.pk and may(user, Permission.GIVE_ROLES),
        "may_freeze": somebody_else
        and who.status == Status.ACTIVE
        and may(user, Permission.FREEZE_ACCOUNTS, school),
        "may_unfreeze": somebody_else
        and frozen
        and may(user, Permission.UNFREEZE_ACCOUNTS, school),
        "may_see_journal": may(user, Permission.SEE_AUDIT),
    }
