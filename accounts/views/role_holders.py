"""``/gestion/roles/``: who may do what for others."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render

from accounts.models import Agent
from accounts.requests import SignedInRequest
from accounts.roles import Permission, Role, require


@login_required
def role_holders(request: SignedInRequest) -> HttpResponse:
    """A role is given and taken on the card of the person."""
    require(request.user, Permission.GIVE_ROLES)
    holders = Agent.objects.exclude(role=Role.AGENT).select_related("user", "school")
    in_order = list(holders.order_by("school__name", "usual_name", "first_name", "pk"))
    roles = [
        (role, [agent for agent in in_order if agent.role == role])
        for role in reversed(Role)
        if role != Role.AGENT
    ]
    return render(request, "gestion/roles.html", {"roles": roles})
