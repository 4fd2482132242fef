"""The first page of MINA: everything about one's account, at a glance."""

from allauth.usersessions.models import UserSession
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render

from accounts.mina.sessions import open_sessions
from accounts.models import RecoveryContact
from accounts.passwords.validator import has_second_factor
from accounts.questions import has_registered
from accounts.requests import SignedInRequest


@login_required
def home(request: SignedInRequest) -> HttpResponse:
    user = request.user
    context = {
        "second_factor": has_second_factor(user),
        "questions": has_registered(user),
        "recovery": RecoveryContact.objects.filter(user=user, verified_at__isnull=False),
        "applications": user.application_passwords.all(),
        "sessions": open_sessions(request),
    }
    return render(request, "mina/home.html", context)
