"""« Ce n’est pas moi »: closes the web, IMAP and SMTP at once, open connections included."""

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from accounts import throttling
from accounts.epoch import begin_epoch, end_applications
from accounts.models import Agent, FreezeLink, TemporaryPassword, User
from accounts.secrets import Token
from accounts.telling.freeze_links import account_of_link
from accounts.telling.notices import tell
from accounts.throttling import mail_pauses
from audit import journal
from audit.events import Event
from audit.parties import NOBODY, Origin, Party

Status = Agent.Status


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
    """Nobody signs in any more, until the account is unfrozen."""
    agent = _locked_agent(user)
    FreezeLink.objects.filter(user=user).delete()
    end_applications(user)
    throttling.forget_devices(user.username)
    mail_pauses.forget_lines(user)
    _close(user, agent)
    begin_epoch(user)
    tell(user, _("Votre compte est gelé"), origin, offers_freezing=False)
    journal.record(
        Event.ACCOUNT_FROZEN, actor=actor, subject=user.party, origin=origin, reason=reason
    )


@transaction.atomic
def unfreeze(user: User, origin: Origin, actor: Party, justification: str) -> None:
    """Opens the account again, without a password: the one it had may be known to someone else.

    The person gets a new one by « mot de passe oublié », a temporary password or a letter. Who may
    do it is the caller's question (accounts/roles.py). Raises Http404 unless it is frozen.
    """
    agent = _locked_agent(user)
    if agent is None or agent.status != Status.FROZEN:
        raise Http404
    TemporaryPassword.objects.filter(user=user).delete()
    user.set_unusable_password()
    user.is_active = True
    user.save(update_fields=["password", "is_active"])
    agent.status = Status.ACTIVE
    agent.save(update_fields=["status"])
    tell(user, _("Votre compte est rouvert"), origin)
    journal.record(
        Event.ACCOUNT_UNFROZEN,
        actor=actor,
        subject=user.party,
        origin=origin,
        justification=justification,
    )


def _locked_agent(user: User) -> Agent | None:
    """Before anything of the account, in the same order as a departure locks them."""
    return Agent.objects.select_for_update().filter(user=user).first()


def _close(user: User, agent: Agent | None) -> None:
    user.is_active = False
    user.save(update_fields=["is_active"])
    if agent is not None and agent.status != Status.DEPARTED:
        agent.status = Status.FROZEN
        agent.save(update_fields=["status"])
