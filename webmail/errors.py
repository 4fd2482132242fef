"""Errors named for what the caller must do, and the pages that people see for them."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


class MailError(Exception):
    """Something between Pli and the mail servers; `template` and `status` are what the person gets."""

    template = "webmail/unavailable.html"
    status = HTTPStatus.SERVICE_UNAVAILABLE


class MailServerUnavailable(MailError):
    """IMAP does not answer, or refuses what we asked: show what the database knows, try again later."""


class LoginRefused(MailError):
    """The mail server refused our token: the mailbox is unknown or frozen there. Retrying is useless."""


class PasswordNeeded(MailError):
    """The mail server takes nothing but the person's password, and nobody here knows it: sign in again."""

    template = "webmail/password_needed.html"
    status = HTTPStatus.FORBIDDEN


class MessageGone(MailError):
    """The message or its folder is no longer there: say so, show the list again."""

    template = "webmail/gone.html"
    status = HTTPStatus.NOT_FOUND


class FolderNameRefused(MailError):
    """The server takes no folder of this name, or has one already: ask for another name."""

    template = "400.html"
    status = HTTPStatus.BAD_REQUEST


class MailboxFull(MailError):
    """The quota leaves no room for what should be stored: nothing was; the person must make room."""

    template = "webmail/mailbox_full.html"
    status = HTTPStatus.INSUFFICIENT_STORAGE


class DangerousText(MailError):
    """A control character where the protocol allows none: refuse the input."""

    template = "400.html"
    status = HTTPStatus.BAD_REQUEST


class SpoolFull(MailError):
    """The site cannot store the message on its disk: nothing was accepted; what was written stays on the page."""

    template = "webmail/unavailable.html"
    status = HTTPStatus.INSUFFICIENT_STORAGE


class SubmissionUnavailable(MailError):
    """The submission server cannot be reached or asks to come back: keep the message, retry."""


class DeliveryUncertain(MailError):
    """The connection broke after the message was handed over: never resend without asking."""


class FileRefused(Exception):
    """A file that cannot go with the message: its words are for the person; nothing was kept of it."""


class MethodPageMiddleware:
    """Django answers a method that a page does not have with nothing at all; people get a page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED:
            return response
        page = render(request, "405.html", status=HTTPStatus.METHOD_NOT_ALLOWED)
        page["Allow"] = response["Allow"]
        return page


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Cookies blocked or a page left open for days: say what to do (Django names the reason in its log)."""
    return render(request, "403_csrf.html", status=HTTPStatus.FORBIDDEN)
