"""A new password: what it ends, who is told, what the journal keeps."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import throttling
from accounts.epoch import begin_epoch, end_applications
from accounts.models import TemporaryPassword, User
from accounts.passwords import normalised
from accounts.secrets import Password
from accounts.telling.notices import tell
from accounts.telling.second_notice import tell_elsewhere
from accounts.throttling import mail_pauses
from audit import journal
from audit.events import Event
from audit.parties import Origin

RESET = _("Votre mot de passe a été réinitialisé")
PASSWORD_FIELDS = ["password", "must_change_password", "password_changed_at"]


@transaction.atomic
def change_password(user: User, password: Password, origin: Origin) -> None:
    """Sets the password that its owner chose, knowing the one before.

    Web sessions end and mail programs sign in again; application passwords stay. The password has
    passed the rules (accounts/passwords). Whoever asks keeps the session with
    ``update_session_auth_hash``.
    """
    _replace(user, password)
    tell(user, _("Votre mot de passe a été changé"), origin)
    journal.record(Event.PASSWORD_CHANGED, actor=user.party, subject=user.party, origin=origin)


@transaction.atomic
def reset_password(user: User, password: Password, origin: Origin, method: str, flow: str) -> None:
    """Sets the password of someone who forgot it: application passwords end too.

    The pauses after failures are over; nobody is signed in by a reset (IDENTITY rules, "Reset").
    """
    end_applications(user)
    _replace(user, password)
    throttling.forget_devices(user.username)
    mail_pauses.forget_lines(user)
    tell(user, RESET, origin)
    tell_elsewhere(user, RESET, origin)
    journal.record(
        Event.PASSWORD_RESET, subject=user.party, origin=origin, method=method, flow=flow
    )


def _replace(user: User, password: Password) -> None:
    user.set_password(normalised(password.reveal()))
    user.must_change_password = False
    user.password_changed_at = timezone.now()
    user.save(update_fields=PASSWORD_FIELDS)
    TemporaryPassword.objects.filter(user=user).delete()
    throttling.clear(user.username)  # what was tried was not this password
    mail_pauses.end(user)
    begin_epoch(user)
