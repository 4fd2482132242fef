"""``/interne/programmes-de-courriel/``: Dovecot's questions about mail programs.

It answers whoever knows the key that Dovecot has, and nobody else.
"""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounts.mail_policy import (
    Attempt,
    NotAnAttempt,
    in_plain_letters,
    note_outcome,
    read_attempt,
    refusal_of,
)

ACCEPT, REJECT = 0, -1


@csrf_exempt  # Dovecot has no cookie: the key stands for it
@require_POST
def answer(request: HttpRequest) -> HttpResponse:
    if not _has_key(request):
        raise Http404
    try:
        attempt = read_attempt(request.body)
    except NotAnAttempt as error:
        return HttpResponseBadRequest(str(error), content_type="text/plain")
    if request.GET.get("command") == "report":
        note_outcome(attempt)
        return _decision(ACCEPT)
    return _leave(attempt)


def _leave(attempt: Attempt) -> HttpResponse:
    refusal = refusal_of(attempt)
    if refusal is None:
        return _decision(ACCEPT)
    return _decision(REJECT, in_plain_letters(refusal.sentence))


def _decision(status: int, message: str = "") -> HttpResponse:
    """Dovecot shows the message to the person, as an alert of IMAP or in the answer of SMTP."""
    return JsonResponse({"status": status, "msg": message})


def _has_key(request: HttpRequest) -> bool:
    given = request.headers.get("X-Pli-Key", "")
    return bool(settings.MAIL_POLICY_KEY) and constant_time_compare(given, settings.MAIL_POLICY_KEY)
