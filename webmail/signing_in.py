"""What begins when a person signs in."""

from functools import partial

from django.conf import settings
from django.db import transaction

from accounts.models import User
from webmail import outbox
from webmail.drafts import sweeping


def signed_in(user: User, **_: object) -> None:
    """A mail server that wants passwords is reached now, for the first time since the last visit."""
    if settings.MAIL_AUTH == "password":
        transaction.on_commit(partial(outbox.send_waiting, user))
        transaction.on_commit(partial(sweeping.file_waiting, user))
