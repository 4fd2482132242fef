"""What open pages listen to, and what Dovecot says of new mail."""

from base64 import b64encode

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.http import StreamingHttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import SignedInRequest
from mailboxes.models import Mailbox
from webmail import sync
from webmail.access import mailbox_for, own_mailbox
from webmail.push import registration, stream


@login_required
@require_safe
def events(request: SignedInRequest, mailbox_id: int) -> StreamingHttpResponse:
    """Server-sent events of one mailbox for as long as the page is open; see push/stream.py."""
    chosen = mailbox_for(request.user, mailbox_id)
    sync.note_seen(chosen)
    registration.register_soon(chosen, own_mailbox(request.user))
    response = StreamingHttpResponse(
        stream.events(stream.Reader.of(request.session, chosen.pk)),
        content_type="text/event-stream",
    )
    response["X-Accel-Buffering"] = "no"  # nginx would hold events back
    return response


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
