"""Restricted mode: for some days after a reset that only questions and a wait have proved.

The account reads and writes mail, but nothing may be changed or taken away that its true owner
would miss: second factors, recovery, application passwords, exports, forwarding.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.models import User
from accounts.requests import SignedInRequest

P = ParamSpec("P")
View = Callable[Concatenate[SignedInRequest, P], HttpResponse]


def is_restricted(user: User) -> bool:
    return user.is_restricted


def restrict(user: User) -> None:
    """From now on, for ``RESTRICTED_HOURS``."""
    user.restricted_until = timezone.now() + timedelta(hours=settings.RESTRICTED_HOURS)
    user.save(update_fields=["restricted_until"])


def unrestricted(view: View[P]) -> View[P]:
    """A page of someone signed in that is closed in restricted mode, and says until when."""

    @wraps(view)
    def closed_when_restricted(
        request: SignedInRequest, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponse:
        if is_restricted(request.user):
            return render(request, "mina/recovery_restricted.html", status=403)
        return view(request, *args, **kwargs)

    return closed_when_restricted
