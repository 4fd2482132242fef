"""The account is open: its mailbox opens, then the page that says how to sign in."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.models import User
from accounts.restriction import is_restricted
from activation.journey import stepper
from activation.journey.browser import after
from activation.models import Journey
from mailboxes.models import Address

Step = Journey.Step


@after(Step.OPENING)
def opening(request: HttpRequest, journey: Journey) -> HttpResponse:
    """Nothing is done here: a worker opens the mailbox, and this page is sent on once it is."""
    context = {"login": journey.account.username, "step": stepper.READY}
    return render(request, "activation/opening.html", context)


@after(Step.DONE)
def ready(request: HttpRequest, journey: Journey) -> HttpResponse:
    account = journey.account
    mailbox = account.mailbox
    others = mailbox.addresses.exclude(kind=Address.Kind.PRIMARY).order_by("address")
    context = {
        "agent": journey.agent,
        "login": account.username,
        "somebody_else": _somebody_else(request, account),
        "site_url": settings.BASE_URL,
        "address": mailbox.address,
        "other_addresses": [other.address for other in others],
        "restricted_until": account.restricted_until if is_restricted(account) else None,
        "programs": {
            "imap_host": settings.PUBLIC_IMAP_HOST,
            "imap_port": settings.PUBLIC_IMAP_PORT,
            "smtp_host": settings.PUBLIC_SMTP_HOST,
            "smtp_port": settings.PUBLIC_SMTP_PORT,
        },
        "step": stepper.READY,
    }
    return render(request, "activation/ready.html", context)


def _somebody_else(request: HttpRequest, account: User) -> str:
    """Whose mailbox this browser has open: at the secretariat's computer, not the newcomer's."""
    here = request.user
    return here.get_full_name() if isinstance(here, User) and here.pk != account.pk else ""
