"""New mail: what Dovecot says of it, and what pages ask where nobody tells."""

from base64 import b64encode

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import SignedInRequest
from webmail import sync
from webmail.access import Right, mailbox_for, mailbox_for_index
from webmail.acting import program_acts
from webmail.lists import beside
from webmail.lists.list_address import OddAddress, number
from webmail.models import MailboxIndex
from webmail.push import registration
from webmail.sync import freshness

LOOKS_FOR = 2.0  # seconds: nobody waits for the answer


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


@csrf_exempt
@require_POST
def acts_of_programs(request: HttpRequest) -> HttpResponse:
    """Dovecot's word of what mail programs did in delegated mailboxes: a line of JSON each."""
    if not _has_key(request):
        raise Http404
    for told in program_acts.read(request.body):
        program_acts.keep(told)
    return HttpResponse(status=204)


def _has_key(request: HttpRequest) -> bool:
    """HTTP's basic authentication (RFC 7617): all that Dovecot's plugin can send."""
    key = settings.MAIL_POLICY_KEY
    expected = f"Basic {b64encode(f'pli:{key}'.encode()).decode()}"
    return bool(key) and constant_time_compare(request.headers.get("Authorization", ""), expected)


@login_required
@require_POST
def look_again(request: SignedInRequest, mailbox_id: int) -> HttpResponse:
    """Field `dossier`, which the page shows. {version, unfinished}: the mailbox's state, and whether to come back soon.

    For servers that know no tokens: only this person's request can ask them. 403 without the password.
    """
    mailbox = mailbox_for(request.user, mailbox_id, Right.READ)
    if settings.MAIL_AUTH != "password":
        raise Http404
    try:
        folder_id = number(request.POST.get("dossier", ""))
    except OddAddress as error:
        raise Http404("no such folder") from error
    freshness.look(mailbox, folder_id, LOOKS_FOR)
    known = MailboxIndex.objects.filter(mailbox=mailbox).first() or MailboxIndex()
    version = beside.version(known.changes, beside.present_mark(request.user))
    return JsonResponse({"version": version, "unfinished": known.unfinished})
