"""A login once given is never deleted, not even by the flush with which a transactional test ends."""

from django.db import connection

from accounts.models import LoginName
from accounts.naming import login_triggers


def empty_the_logins() -> None:
    login_triggers.remove(connection)
    LoginName.objects.all().delete()
    login_triggers.install(connection)
