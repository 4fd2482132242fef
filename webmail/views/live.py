"""What Dovecot says of new mail."""

from base64 import b64encode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from webmail import sync
from webmail.access import mailbox_for_index
from webmail.push import registration


@csrf_exempt  # Dovecot has no cookie: the key stands for it
@require_http_methods(["PUT"])
def new_mail(request: HttpRequest) -> HttpResponse:
    """Dovecot's word that a mailbox got mail: it is synced now, and open pages hear of it."""
    if not _has_key(request):
        raise Http404
    try:
        mailbox_id = registration.mailbox_of_news(request.body)
    except registration.NotNews as error:
        return HttpResponseBadRequest(str(error), content_type="text/plain")
    mailbox = mailbox_for_index(mailbox_id)
    if mailbox is not None:
        sync.queue(mailbox)
    return HttpResponse(status=204)


def _has_key(request: HttpRequest) -> bool:
    """HTTP's basic authentication (RFC 7617): all that Dovecot's plugin can send."""
    key = settings.MAIL_POLICY_KEY
    expected = f"Basic {b64encode(f'pli:{key}'.encode()).decode()}"
    return bool(key) and constant_time_compare(request.headers.get("Authorization", ""), expected)
