"""Sessions in the database, as Django keeps them; the query that every page begins with is made once."""

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import CharField, DateTimeField, QuerySet
from django.utils import timezone

from config.prepared import Prepared, Slot


def _living() -> QuerySet[Session]:
    return Session.objects.filter(
        session_key=Slot("key", CharField()), expire_date__gt=Slot("now", DateTimeField())
    )


LIVING = Prepared(_living)


class SessionStore(db.SessionStore):
    """What SESSION_ENGINE names."""

    def _get_session_from_db(self) -> Session | None:
        """None for a key that opens nothing (any more), which is then forgotten."""
        found = LIVING.first(key=self.session_key, now=timezone.now())
        if found is None:
            self._session_key = None
        return found
