"""Registering security questions for the first time."""

from django.db import transaction

from accounts.models import User
from accounts.questions.questions_form import QuestionsForm
from audit import journal
from audit.events import Event
from audit.parties import Origin


@transaction.atomic
def register_missing(account: User, form: QuestionsForm, origin: Origin) -> None:
    form.save()
    journal.record(
        Event.QUESTIONS_CHANGED,
        actor=account.party,
        subject=account.party,
        origin=origin,
        reason="registered at sign-in",
    )
