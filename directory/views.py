"""``/annuaire/``: colleagues, schools and functional mailboxes, for whoever is signed in."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import School
from accounts.requests import SignedInRequest
from accounts.sealed.numen import looks_like_numen
from directory import finding

PEOPLE_A_PAGE = 50
MOST_SCHOOLS = 20
MOST_MAILBOXES = 20
MOST_SUGGESTIONS = 8
MOST_STAFFS = 2
MOST_MEMBERS = 200  # of a group one writes to


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def directory(request: SignedInRequest) -> HttpResponse:
    """Nothing is listed before something is looked for: a directory is no list to be copied.

    What is typed comes by POST, and only what is no NUMEN goes on into the page's address.
    """
    fields = request.POST if request.method == "POST" else request.GET
    words = finding.words_of(fields.get("q", ""))
    typed = " ".join(words)
    if looks_like_numen(typed):
        return render(request, "directory/directory.html", {"is_numen": True}, status=400)
    query = urlencode({"q": typed})
    if request.method == "POST":
        return redirect(f"{reverse('directory')}?{query}")
    found = _found(words, request.GET.get("page")) if words else {}
    return render(
        request, "directory/directory.html", {"typed": typed, "query": f"{query}&", **found}
    )


def _found(words: list[str], page: str | None) -> dict[str, Any]:
    return {
        "page": Paginator(finding.colleagues_with(words), PEOPLE_A_PAGE).get_page(page),
        "schools": finding.schools_with(words)[:MOST_SCHOOLS],
        "mailboxes": finding.functional_mailboxes_with(words)[:MOST_MAILBOXES],
    }


@login_required
@never_cache
@require_safe
def school(request: SignedInRequest, uai: str) -> HttpResponse:
    shown = _school(uai)
    people = Paginator(finding.staff_of(shown), PEOPLE_A_PAGE)
    context = {
        "school": shown,
        "page": people.get_page(request.GET.get("page")),
        "mailboxes": finding.mailboxes_of(shown),
    }
    return render(request, "directory/school.html", context)


@login_required
@never_cache
@require_safe
def suggestions(request: SignedInRequest) -> JsonResponse:
    """Whom one may mean while an address is typed: ``[{name, address, about}]``, eight at most.

    Then schools, whose staff are a group: without an address, with the ``members_url`` that tells them.
    """
    words = finding.words_of(request.GET.get("q", ""))
    if not words:
        return JsonResponse([], safe=False)
    people = [
        {"name": it.display_name, "address": it.mail_address, "about": str(it.school or it.post)}
        for it in finding.colleagues_with(words)[:MOST_SUGGESTIONS]
    ]
    posts = [
        {"name": it.name, "address": it.mail_address, "about": ""}
        for it in finding.functional_mailboxes_with(words)[:MOST_SUGGESTIONS]
    ]
    return JsonResponse([*[*people, *posts][:MOST_SUGGESTIONS], *_staffs(words)], safe=False)


def _staffs(words: list[str]) -> list[dict[str, str]]:
    """As many words as name one or two schools, and not half of them."""
    schools = finding.schools_with(words)
    if len(schools) > MOST_STAFFS:
        return []
    staffs = [(school, finding.staff_of(school).count()) for school in schools]
    return [
        {
            "name": str(school),
            "address": "",
            "about": ngettext(
                "Tout le personnel : %(n)s personne", "Tout le personnel : %(n)s personnes", size
            )
            % {"n": size},
            "members_url": reverse("directory_staff", args=[school.uai]),
        }
        for school, size in staffs
        if 0 < size <= MOST_MEMBERS
    ]


@login_required
@never_cache
@require_safe
def staff(request: SignedInRequest, uai: str) -> JsonResponse:
    """``[{name, address}]``: those one writes to under the school's name."""
    people = finding.staff_of(_school(uai))
    if people.count() > MOST_MEMBERS:
        raise Http404("too many for one message")
    members = [{"name": it.display_name, "address": it.mail_address} for it in people]
    return JsonResponse(members, safe=False)


def _school(uai: str) -> School:
    """Raises Http404."""
    if not uai.isalnum():  # PostgreSQL refuses a null
        raise Http404("no UAI")
    return get_object_or_404(School, uai=uai.upper())
