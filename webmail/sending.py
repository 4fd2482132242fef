"""When a message leaves: at once, after the moment in which one may change one's mind, or later."""

from datetime import timedelta

from django.conf import settings

from accounts.models import User
from webmail import outbox
from webmail.models.preferences import LONGEST_UNDO
from webmail.surroundings import preferences_of


def plan_of(person: User) -> outbox.Plan:
    return outbox.Plan(hold=timedelta(seconds=undo_seconds(person)))


def undo_seconds(person: User) -> int:
    """The person's choice, else the academy's; none where only the person's password sends."""
    if settings.MAIL_AUTH == "password":
        return 0
    chosen = preferences_of(person).undo_seconds
    return min(settings.UNDO_SECONDS if chosen is None else chosen, LONGEST_UNDO)
