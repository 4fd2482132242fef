"""What a browser keeps of an activation, and which of its pages it may see."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from activation.journey.progress import JourneyOver, ended, has_reached, under_way
from activation.models import Journey

FLOW = "activation_flow"
START = "activation"
Step = Journey.Step
PAGES = {
    Step.PASSWORD: "activation_password",
    Step.QUESTIONS: "activation_questions",
    Step.TERMS: "activation_terms",
    Step.OPENING: "activation_opening",
    Step.DONE: "activation_ready",
}

View = Callable[[HttpRequest], HttpResponse]
JourneyView = Callable[[HttpRequest, Journey], HttpResponse]


def follow(request: HttpRequest, journey: Journey) -> HttpResponse:
    """The session gets another name first, which nobody can have planted in this browser."""
    request.session.cycle_key()
    request.session[FLOW] = journey.flow
    return redirect(next_page(journey))


def followed(request: HttpRequest) -> Journey | None:
    """The activation that this browser has under way."""
    return under_way(_flow(request))


def next_page(journey: Journey) -> str:
    return PAGES[Step(journey.step)]


def step(which: Journey.Step) -> Callable[[JourneyView], View]:
    """A page of an activation under way; whoever is not that far is sent to their next one."""

    def guard(view: JourneyView) -> View:
        @never_cache
        @sensitive_post_parameters()
        @wraps(view)
        def guarded(request: HttpRequest) -> HttpResponse:
            journey = followed(request)
            if journey is None:
                return _elsewhere(request)
            if not has_reached(journey, which):
                return redirect(next_page(journey))
            try:
                return view(request, journey)
            except JourneyOver:
                return _elsewhere(request)

        return guarded

    return guard


def after(which: Journey.Step) -> Callable[[JourneyView], View]:
    """A page of an account that is open: while its mailbox opens, or once it is."""

    def guard(view: JourneyView) -> View:
        @never_cache
        @wraps(view)
        def guarded(request: HttpRequest) -> HttpResponse:
            journey = ended(_flow(request))
            if journey is None:
                return _elsewhere(request)
            return view(request, journey) if journey.step == which else redirect(next_page(journey))

        return guarded

    return guard


def _elsewhere(request: HttpRequest) -> HttpResponse:
    """Another tab was quicker and is further, or there is nothing to go on with."""
    if journey := followed(request) or ended(_flow(request)):
        return redirect(next_page(journey))
    if request.session.pop(FLOW, None):
        messages.error(
            request,
            _("Le temps est passé, ou l’activation a été recommencée ailleurs. Reprenez ici."),
        )
    return redirect(START)


def _flow(request: HttpRequest) -> str:
    return str(request.session.get(FLOW, ""))
