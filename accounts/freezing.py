"""« Ce n’est pas moi »: closes the web, IMAP and SMTP at once, open connections included."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.epoch import begin_epoch, end_applications
from accounts.freeze_links import account_of_link
from accounts.models import Agent, FreezeLink, User
from accounts.notices import tell
from accounts.secrets import Token
from audit import journal
from audit.events import Event
from audit.parties import NOBODY, Origin, Party


@transaction.atomic
def freeze_by_link(token: Token, origin: Origin) -> bool:
    """Freezes the account of the link; False when the link no longer works."""
    user = account_of_link(token)
    if user is None:
        return False
    freeze(user, origin, reason="link in a notice")
    return True


@transaction.atomic
def freeze(user: User, origin: Origin, actor: Party = NOBODY, reason: str = "") -> None:
    """Nobody signs in any more, until an administrator unfreezes the account."""
    FreezeLink.objects.filter(user=user).delete()
    end_applications(user)
    _close(user)
    begin_epoch(user)
    tell(user, _("Votre compte est gelé"), origin, offers_freezing=False)
    journal.record(
        Event.ACCOUNT_FROZEN, actor=actor, subject=user.party, origin=origin, reason=reason
    )


def _close(user: User) -> None:
    user.is_active = False
    user.save(update_fields=["is_active"])
    Agent.objects.filter(user=user).update(status=Agent.Status.FROZEN)
