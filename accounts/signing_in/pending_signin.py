"""A sign-in that is half done holds only for the credentials under which it began.

Between the password and the session lie pages on which one may stay for a quarter of an hour.
Whatever ends sessions meanwhile (a new password, a reset, a freeze) ends such a sign-in too.
"""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from allauth.account.internal.decorators import login_stage_required
from allauth.account.internal.stagekit import clear_login
from allauth.account.stages import LoginStage
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from accounts.models import User

BEGUN_UNDER = "signing_in_under"  # in the session

Stage = TypeVar("Stage", bound=LoginStage)
View = Callable[[HttpRequest], HttpResponse]


def begin(request: HttpRequest, user: User) -> None:
    """From now on the sign-in under way holds for the credentials that ``user`` has now."""
    request.session[BEGUN_UNDER] = user.get_session_auth_hash()


def still_holds(request: HttpRequest, user: User) -> bool:
    begun_under = str(request.session.get(BEGUN_UNDER, ""))
    return user.is_active and constant_time_compare(begun_under, user.get_session_auth_hash())


def give_up(request: HttpRequest) -> HttpResponse:
    clear_login(request)
    request.session.pop(BEGUN_UNDER, None)
    messages.error(request, _("Votre compte a changé entre-temps. Connectez-vous de nouveau."))
    return redirect("account_login")


def in_stage(stage: type[Stage]) -> Callable[[Callable[[HttpRequest, Stage], HttpResponse]], View]:
    """A page of a sign-in that has come to ``stage``, which the view is given."""
    required = login_stage_required(stage=stage.key, redirect_urlname="account_login")

    def opened(view: Callable[[HttpRequest, Stage], HttpResponse]) -> View:
        @wraps(view)
        def page(request: HttpRequest) -> HttpResponse:
            current: Stage = request._login_stage  # type: ignore[attr-defined]  # noqa: SLF001
            if not still_holds(request, current.login.user):
                return give_up(request)
            return view(request, current)

        view_in_stage: View = required(page)
        return view_in_stage

    return opened
