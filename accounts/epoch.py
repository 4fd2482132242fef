"""Ending what an account has open: each change of its credentials begins a new epoch.

Web sessions carry the epoch in their hash (User._get_session_auth_hash), so they end at their next
request. Connections of mail programs are ended by whoever knows the mail servers, which is above
this app and listens to :data:`connections_must_end`.
"""

from django.dispatch import Signal
from django.utils import timezone

from accounts.models import User

# Sent inside the transaction, with ``user``; receivers act when it commits.
connections_must_end = Signal()


def begin_epoch(user: User) -> None:
    """Ends every web session, every trusted browser and every open connection of the account.

    Called inside the transaction that changes the credentials, after the change was saved. Who
    stays signed in calls Django's ``update_session_auth_hash`` afterwards.
    """
    user.credential_epoch = timezone.now()
    user.save(update_fields=["credential_epoch"])
    user.trusted_browsers.all().delete()
    connections_must_end.send(sender=User, user=user)


def end_applications(user: User) -> None:
    """Takes every application password back."""
    for password in user.application_passwords.all():
        password.delete()
