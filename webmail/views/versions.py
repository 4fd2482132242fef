"""The full and the simple version: the same addresses, one cookie."""

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
    back = request.GET.get("next", "/")
    if not back.startswith("/") or not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = "/"
    response = HttpResponseRedirect(back)
    response.set_cookie(
        "pli_version",
        version,
        max_age=YEAR,
        samesite="Lax",
        httponly=True,
        secure=request.is_secure(),
    )
    return response
