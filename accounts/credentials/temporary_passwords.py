"""The password that a secretary hands to someone of their school whose identity they checked.

It opens one page, the one that replaces it, and no mail program. Source: IDENTITY rules,
"Variants" (4).
"""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import throttling
from accounts.epoch import begin_epoch, end_applications
from accounts.models import Agent, HandedCode, TemporaryPassword, User
from accounts.naming.first_account import account_of
from accounts.passwords import normalised, suggest_passphrase
from accounts.roles import Permission, is_not_above, require
from accounts.secrets import Password
from accounts.telling.notices import tell
from audit import journal
from audit.events import Event
from audit.parties import Origin

Status = Agent.Status


def give_temporary_password(
    by: User, agent: Agent, origin: Origin, justification: str, method: str = ""
) -> Password:
    """A new password for ``agent``, seen once by ``by``; what was open before ends.

    Somebody who never activated their account does so with it. ``method`` says how the identity
    was checked. Raises Http404 without the right, or where the account is closed.
    """
    require(by, Permission.GIVE_TEMPORARY_PASSWORDS, agent.school)
    account = _account_for(by, agent)
    return _give(by, agent, account, origin, justification, method)


@transaction.atomic
def _give(
    by: User, agent: Agent, account: User, origin: Origin, justification: str, method: str
) -> Password:
    password = Password(suggest_passphrase())
    set_temporary_password(account, password)
    also = [agent.personal_email] if agent.personal_email else []
    what = _("Un mot de passe provisoire vous a été remis")
    # There is nothing to freeze yet in an account that waits for its first activation.
    tell(account, what, origin, also=also, offers_freezing=account.is_active)
    journal.record(
        Event.TEMPORARY_PASSWORD_GIVEN,
        actor=by.party,
        subject=agent.party,
        origin=origin,
        method=method,
        justification=justification,
    )
    return password


def set_temporary_password(user: User, password: Password) -> None:
    """From now on, for ``TEMPORARY_PASSWORD_HOURS``, the only one; inside a transaction."""
    end_applications(user)
    HandedCode.objects.filter(user=user).delete()
    user.set_password(normalised(password.reveal()))
    user.must_change_password = True
    user.save(update_fields=["password", "must_change_password"])
    expires = timezone.now() + timedelta(hours=settings.TEMPORARY_PASSWORD_HOURS)
    TemporaryPassword.objects.update_or_create(user=user, defaults={"expires_at": expires})
    throttling.clear(user.username)  # what was tried was not this password
    throttling.forget_devices(user.username)
    begin_epoch(user)


def close_expired() -> None:
    """Run nightly. Sign-in refuses an expired one anyway; here its hash goes too."""
    for row in TemporaryPassword.objects.filter(expires_at__lte=timezone.now()):
        _close(row.pk)


@transaction.atomic
def _close(row_id: int) -> None:
    """Nothing happens where the person was quicker, or was given another one meanwhile."""
    rows = TemporaryPassword.objects.select_for_update(of=("self",)).select_related("user")
    row = rows.filter(pk=row_id, expires_at__lte=timezone.now()).first()
    if row is None:
        return
    row.user.set_unusable_password()
    row.user.save(update_fields=["password"])
    row.delete()


def _account_for(by: User, agent: Agent) -> User:
    if not is_not_above(by, agent):
        raise Http404
    if agent.status == Status.IMPORTED:
        agent.user = account_of(agent)  # the page shows the login beside the password
        return agent.user
    if agent.user is None or not agent.user.is_active:
        raise Http404
    return agent.user
