"""Pages that ask again who is there, when the last time was some minutes ago."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.reauthentication import is_reauthentication_required
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect

from accounts.requests import SignedInRequest

P = ParamSpec("P")
View = Callable[Concatenate[SignedInRequest, P], HttpResponse]


def confirmed(view: View[P]) -> View[P]:
    """Asks for the password, or another factor, before this page.

    allauth's own decorator keeps what was posted in the session, to post it again: a new password
    would lie there in clear. Here the page is only opened again.
    """

    @wraps(view)
    def asked(request: SignedInRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if is_reauthentication_required(request, app=""):
            return _ask(request)
        return view(request, *args, **kwargs)

    return login_required(asked)


def _ask(request: SignedInRequest) -> HttpResponse:
    methods = get_adapter().get_reauthentication_methods(request.user)
    return redirect(f"{methods[0]['url']}?{urlencode({'next': request.path})}")
