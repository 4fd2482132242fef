"""Who are you, then three questions: the same for everyone, known here or not."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from accounts.models import User
from accounts.naming.identifiers import account_for, read_identifier
from accounts.origins import origin_of
from accounts.questions import answers_are_right, asked_questions
from accounts.recovery import journey
from accounts.recovery.forms import AnswersForm, IdentityForm
from accounts.recovery.resets import begin
from accounts.signing_in import signin
from accounts.throttling import Guarded
from audit.events import Event

WRONG = gettext_lazy(
    "Une réponse au moins n’est pas la bonne, ou ce compte n’a pas de questions. Vérifiez "
    "l’identifiant et réessayez ; les majuscules, les accents et les espaces ne comptent pas."
)


@never_cache
@sensitive_post_parameters()
def forgotten_password(request: HttpRequest) -> HttpResponse:
    """Nothing is looked up yet: any name goes on to the questions."""
    form = IdentityForm(request.POST or None)
    if form.is_valid():
        journey.name_identity(request, form.cleaned_data["login"])
        return redirect("mina_reset_questions")
    return render(request, "mina/forgotten_password.html", {"form": form})


@never_cache
@sensitive_post_parameters()
def answer_questions(request: HttpRequest) -> HttpResponse:
    typed = journey.named_identity(request)
    if not typed:
        return redirect(journey.START)
    account = account_for(typed)
    identity = account.username if account else read_identifier(typed)
    form = AnswersForm(request.POST or None, questions=asked_questions(identity, account))
    if form.is_valid() and _are_right(request, identity, account, form) and account:
        return _go_on(request, account)
    return render(request, "mina/forgotten_questions.html", {"form": form, "typed": typed})


def _are_right(
    request: HttpRequest, identity: str, account: User | None, form: AnswersForm
) -> bool:
    """Counted before anything is verified; one sentence for all that may be wrong."""
    try:
        permit = signin.permit_for(request, identity, Guarded.QUESTIONS)
    except signin.MustWait as pause:
        form.add_error(None, pause.refusal.sentence)
        return False
    if answers_are_right(identity, account, form.answers):
        signin.passed(permit)
        return True
    reason = "wrong answers" if account else "unknown identifier"
    signin.refused(request, permit, account, Event.QUESTIONS_ANSWERED, "questions", reason)
    form.add_error(None, WRONG)
    return False


def _go_on(request: HttpRequest, account: User) -> HttpResponse:
    if not account.is_active:
        journey.forget(request)
        messages.error(request, _("Ce compte n’est pas ouvert. Adressez-vous à votre assistance."))
        return redirect(journey.START)
    reset = begin(account, origin_of(request))
    journey.follow(request, reset)
    return redirect(journey.next_page(reset))
