"""The language a person reads: of the site in this browser, and of what they are sent."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts.requests import SignedInRequest

SECONDS_A_YEAR = 31_536_000


@require_POST
@login_required
def choose(request: SignedInRequest) -> HttpResponse:
    chosen = request.POST.get("language", "")
    if chosen not in dict(settings.LANGUAGES):
        raise Http404
    request.user.language = chosen
    request.user.save(update_fields=["language"])
    response = redirect("mina")
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        chosen,
        max_age=SECONDS_A_YEAR,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )
    return response
