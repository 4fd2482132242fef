"""What a browser keeps of a journey: who was named, and the name of the row that holds the proof."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from accounts.models import Reset
from accounts.recovery.cases import Case, case_of
from accounts.recovery.resets import reset_under_way

IDENTITY, FLOW = "reset_identity", "reset_flow"
START = "mina_forgotten_password"
PAGES = {
    Case.SECOND_FACTOR: "mina_reset_factor",
    Case.CONTACT: "mina_reset_contact",
    Case.NEITHER: "mina_reset_neither",
}

View = Callable[[HttpRequest], HttpResponse]
ResetView = Callable[[HttpRequest, Reset], HttpResponse]


def name_identity(request: HttpRequest, identity: str) -> None:
    forget(request)
    request.session[IDENTITY] = identity


def named_identity(request: HttpRequest) -> str:
    return str(request.session.get(IDENTITY, ""))


def follow(request: HttpRequest, reset: Reset) -> None:
    """The session gets another name first, which nobody can have planted in this browser."""
    request.session.cycle_key()
    request.session[FLOW] = reset.flow


def forget(request: HttpRequest) -> None:
    for key in (IDENTITY, FLOW):
        request.session.pop(key, None)


def next_page(reset: Reset) -> str:
    """The name of the page where this journey goes on."""
    return "mina_reset_held" if reset.step == Reset.Step.HELD else PAGES[case_of(reset.user)]


def step(page: str) -> Callable[[ResetView], View]:
    """A page open only to whoever answered right, and only when it is their next one."""

    def guard(view: ResetView) -> View:
        @never_cache
        @sensitive_post_parameters()
        @wraps(view)
        def guarded(request: HttpRequest) -> HttpResponse:
            reset = reset_under_way(str(request.session.get(FLOW, "")))
            if reset is None:
                return begin_again(request)
            expected = next_page(reset)
            return view(request, reset) if page == expected else redirect(expected)

        return guarded

    return guard


def begin_again(request: HttpRequest) -> HttpResponse:
    messages.error(request, _("Le temps est passé, ou la démarche est finie. Recommencez ici."))
    return redirect(START)
