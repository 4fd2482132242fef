"""The full or the simple version, French or English: the same addresses, a cookie each."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe

VERSIONS = ("simple", "complete")
YEAR = 365 * 86400  # seconds


@require_safe
def choose(request: HttpRequest, version: str) -> HttpResponse:
    """Remembers the version on this device and goes back to the page one came from."""
    if version not in VERSIONS:
        raise Http404("no such version")
    return _remembered(request, "pli_version", version)


@require_safe
def speak(request: HttpRequest, language: str) -> HttpResponse:
    """Remembers the language on this device; a signed-in person's own choice is in MINA."""
    if language not in dict(settings.LANGUAGES):
        raise Http404("no such language")
    return _remembered(request, settings.LANGUAGE_COOKIE_NAME, language)


def _remembered(request: HttpRequest, cookie: str, value: str) -> HttpResponse:
    back = request.GET.get("next", "/")
    if not back.startswith("/") or not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = "/"
    response = HttpResponseRedirect(back)
    response.set_cookie(
        cookie,
        value,
        max_age=YEAR,
        samesite="Lax",
        httponly=True,
        secure=request.is_secure(),
    )
    return response
