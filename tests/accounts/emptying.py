"""A login once given is never deleted, not even by the flush with which a transactional test ends."""

from django.db import connection

from accounts import login_triggers
from accounts.models import LoginName


def empty_the_logins() -> None:
    login_triggers.remove(connection)
    LoginName.objects.all().delete()
    login_triggers.install(connection)
