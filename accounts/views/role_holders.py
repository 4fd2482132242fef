"""``/gestion/roles/``: who may do what for others."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import render

from accounts.models import Agent
from accounts.requests import SignedInRequest
from accounts.roles import Permission, Role, require

HOLDERS_A_PAGE = 50
# Those who may do most come first; most agents hold none of these.
ROLES = (Role.ADMINISTRATOR, Role.HELPDESK, Role.AUDITOR, Role.HEAD, Role.SECRETARY)


@login_required
def role_holders(request: SignedInRequest) -> HttpResponse:
    """The holders of ``?role=``, of the first role where it names none.

    A role is given and taken on the card of the person.
    """
    require(request.user, Permission.GIVE_ROLES)
    asked = request.GET.get("role", "")
    chosen = next((role for role in ROLES if role.value == asked), ROLES[0])
    holders = Agent.objects.filter(role=chosen).select_related("user", "school")
    in_order = holders.order_by("school__name", "usual_name", "first_name", "pk")
    page = Paginator(in_order, HOLDERS_A_PAGE).get_page(request.GET.get("page"))
    query = f"role={chosen.value}&"
    context = {"roles": _with_numbers(), "chosen": chosen, "page": page, "query": query}
    return render(request, "gestion/roles.html", context)


def _with_numbers() -> list[tuple[Role, int]]:
    counted = Agent.objects.filter(role__in=ROLES).values_list("role").annotate(Count("pk"))
    numbers = dict(counted)
    return [(role, numbers.get(role.value, 0)) for role in ROLES]
