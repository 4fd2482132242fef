"""The page for what went wrong between Pli and the mail servers: it offers what this person may do."""

from collections.abc import Callable

from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.models import User
from webmail.access import Right, mailbox_for
from webmail.errors import MailError


class MailServerMiddleware:
    """Turns a MailError raised by a view into its page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, MailError):
            return None
        context = {"error": error, "sends_from": _sends_from(request)}
        return render(request, error.template, context, status=error.status)


def _sends_from(request: HttpRequest) -> int:
    """The page's mailbox, for who may write from it; else 0."""
    place = request.resolver_match.kwargs if request.resolver_match else {}
    mailbox_id = place.get("mailbox_id", 0)
    return mailbox_id if mailbox_id and _may_send(request.user, mailbox_id) else 0


def _may_send(person: User | AnonymousUser, mailbox_id: int) -> bool:
    try:
        mailbox_for(person, mailbox_id, Right.SEND)
    except Http404:
        return False
    return True
