"""What Dovecot says of new mail."""

from base64 import b64encode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from mailboxes.models import Mailbox
from webmail import sync
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
    mailbox = Mailbox.objects.filter(pk=mailbox_id, is_active=True).first()
    if mailbox is not None:
        sync.queue(mailbox)
    return HttpResponse(status=204)


def _has_key(request: HttpRequest) -> bool:
    given = request.headers.get("Authorization", "")
    key = settings.MAIL_POLICY_KEY
    expected = f"Basic {b64encode(f'pli:{key}'.encode()).decode()}" if key else ""
    return registration.is_key(given, expected)
