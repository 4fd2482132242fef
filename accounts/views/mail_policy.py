"""``/interne/programmes-de-courriel/``: what Dovecot tells about mail programs.

It answers whoever knows the key that Dovecot has, and nobody else.
"""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounts.credentials.mail_policy import NotAnAttempt, note_outcome, read_attempt

ACCEPT = 0


@csrf_exempt  # Dovecot has no cookie: the key stands for it
@require_POST
def answer(request: HttpRequest) -> HttpResponse:
    """Only ``command=report`` counts: a Dovecot that is made to ask before is always told yes."""
    if not _has_key(request):
        raise Http404
    try:
        attempt = read_attempt(request.body)
    except NotAnAttempt as error:
        return HttpResponseBadRequest(str(error), content_type="text/plain")
    if request.GET.get("command") == "report":
        note_outcome(attempt)
    return JsonResponse({"status": ACCEPT, "msg": ""})


def _has_key(request: HttpRequest) -> bool:
    given = request.headers.get("X-Pli-Key", "")
    return bool(settings.MAIL_POLICY_KEY) and constant_time_compare(given, settings.MAIL_POLICY_KEY)
