"""Choosing and answering one's security questions, for the first time or again."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from accounts.mina.confirmed import confirmed
from accounts.models import User
from accounts.origins import origin_of
from accounts.questions import has_registered
from accounts.questions.questions_form import QuestionsForm
from accounts.requests import SignedInRequest
from accounts.restriction import unrestricted
from accounts.telling.notices import tell
from audit import journal
from audit.events import Event
from audit.parties import Origin


@never_cache
@sensitive_post_parameters()
@confirmed
@unrestricted
def questions(request: SignedInRequest) -> HttpResponse:
    """The answers of before are never shown: all are given again."""
    form = QuestionsForm(request.POST or None, account=request.user)
    if form.is_valid():
        register(request.user, form, origin_of(request))
        messages.success(request, _("Vos questions de secours sont enregistrées."))
        return redirect("mina")
    context = {"form": form, "registered": has_registered(request.user)}
    return render(request, "mina/questions.html", context)


@transaction.atomic
def register(user: User, form: QuestionsForm, origin: Origin) -> None:
    form.save()
    tell(user, gettext_lazy("Vos questions de secours ont été modifiées"), origin)
    party = user.party
    journal.record(Event.QUESTIONS_CHANGED, actor=party, subject=party, origin=origin)
