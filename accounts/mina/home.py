"""The first page of MINA: everything about one's account, at a glance."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.mina.sessions import open_sessions
from accounts.models import RecoveryContact, User
from accounts.passwords.validator import has_second_factor
from accounts.questions import has_registered
from accounts.requests import SignedInRequest


def home(request: HttpRequest) -> HttpResponse:
    """Whoever is not signed in finds the ways in, forgotten password included."""
    if isinstance(request.user, User):
        return _account(cast(SignedInRequest, request))
    return render(request, "mina/welcome.html")


def _account(request: SignedInRequest) -> HttpResponse:
    user = request.user
    context = {
        "second_factor": has_second_factor(user),
        "questions": has_registered(user),
        "recovery": RecoveryContact.objects.filter(user=user, verified_at__isnull=False),
        "applications": user.application_passwords.all(),
        "sessions": open_sessions(request),
    }
    return render(request, "mina/home.html", context)
