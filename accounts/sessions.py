"""What every request asks about who makes it: its session and its person, by prepared queries."""

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from config.prepared import Prepared, slot_for


def _sessions() -> QuerySet[Session]:
    return Session.objects.filter(
        session_key=slot_for(Session, "session_key", "key"),
        expire_date__gt=slot_for(Session, "expire_date", "now"),
    )


def _people() -> QuerySet[User]:
    return User.objects.filter(pk=slot_for(User, "id", "person"))


SESSIONS = Prepared(_sessions)
PEOPLE = Prepared(_people)


class SessionStore(db.SessionStore):
    """Django's, in the database."""

    def _get_session_from_db(self) -> Session | None:
        found = SESSIONS.first(key=self.session_key, now=timezone.now())
        if found is None:
            self._session_key = None
        return found


class Backend(AuthenticationBackend):  # type: ignore[misc]
    """allauth's."""

    def get_user(self, user_id: int) -> User | None:
        person = PEOPLE.first(person=user_id)
        return person if person is not None and self.user_can_authenticate(person) else None
