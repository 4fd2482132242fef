"""When the pages a person has open must be asked again whether they may be shown."""

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session

from accounts.models import User
from webmail import announcing


def epoch_began(user: User, **_: object) -> None:
    announcing.announce_doubt(user.pk)


def session_ended(instance: Session, **_: object) -> None:
    """Signed out, or ended from another browser; the row is gone already."""
    person = instance.get_decoded().get(SESSION_KEY)
    if person is not None:
        announcing.announce_doubt(int(person))
