"""The three steps after the proof: password, questions, conditions of use."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from accounts.origins import origin_of
from accounts.passwords import suggest_passphrase
from accounts.passwords.choosing import ChangePasswordForm, strength_answer
from accounts.questions.questions_form import QuestionsForm
from accounts.secrets import Password
from accounts.terms import current_terms
from accounts.terms.text import blocks_of
from activation.journey import stepper
from activation.journey.browser import PAGES, followed, step
from activation.journey.completion import activate
from activation.journey.forms import TermsForm
from activation.journey.opening import open_or_go_on
from activation.journey.progress import is_done, keep_answers, keep_password
from activation.models import Journey

Step = Journey.Step


@step(Step.PASSWORD)
def password(request: HttpRequest, journey: Journey) -> HttpResponse:
    account = journey.account
    form = ChangePasswordForm(request.POST or None, account=account)
    if form.is_valid():
        keep_password(journey, Password(form.cleaned_data["password"]))
        return redirect("activation_questions")
    context = {
        "form": form,
        "account": account,
        "passphrase": suggest_passphrase(),
        "chosen": is_done(journey, Step.PASSWORD),
        "onward": PAGES[Step.QUESTIONS],
        "step": stepper.PASSWORD,
    }
    return render(request, "activation/password.html", context)


@sensitive_post_parameters()
@require_POST
def show_strength(request: HttpRequest) -> HttpResponse:
    """As in MINA: ``{"level", "sentence", "refusals"}``."""
    journey = followed(request)
    if journey is None:
        return JsonResponse({}, status=404)
    return strength_answer(journey.account, request.POST.get("password", ""))


@step(Step.QUESTIONS)
def questions(request: HttpRequest, journey: Journey) -> HttpResponse:
    form = QuestionsForm(request.POST or None, account=journey.account)
    if form.is_valid():
        keep_answers(journey, form)
        return redirect("activation_terms")
    context = {
        "form": form,
        "chosen": is_done(journey, Step.QUESTIONS),
        "onward": PAGES[Step.TERMS],
        "step": stepper.QUESTIONS,
    }
    return render(request, "activation/questions.html", context)


@step(Step.TERMS)
def terms(request: HttpRequest, journey: Journey) -> HttpResponse:
    version = current_terms()
    form = TermsForm(request.POST or None, version=version)
    if form.is_valid():
        activate(journey, version, origin_of(request))
        open_or_go_on(journey.pk)
        return redirect("activation_ready")
    language = "en" if get_language() == "en" else "fr"
    context = {
        "form": form,
        "version": version,
        "blocks": blocks_of(version.text_in(language)),
        "lang": language,
        "step": stepper.TERMS,
    }
    return render(request, "activation/terms.html", context)
