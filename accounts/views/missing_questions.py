"""The page that asks for security questions in the middle of signing in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.debug import sensitive_post_parameters

from accounts.origins import origin_of
from accounts.questions.questions_form import QuestionsForm
from accounts.signing_in.missing_questions import register_missing
from accounts.signing_in.pending_signin import in_stage
from accounts.signing_in.stages import MissingQuestionsStage


@sensitive_post_parameters()
@in_stage(MissingQuestionsStage)
def missing_questions(request: HttpRequest, stage: MissingQuestionsStage) -> HttpResponse:
    form = QuestionsForm(request.POST or None, account=stage.login.user)
    if form.is_valid():
        register_missing(stage.login.user, form, origin_of(request))
        response: HttpResponse = stage.exit()
        return response
    return render(request, "account/missing_questions.html", {"form": form})
