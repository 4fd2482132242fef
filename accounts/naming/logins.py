"""Giving logins: each one once, to one person, for ever (IDENTITY rules, "Login names")."""

from collections.abc import Callable, Collection, Iterator
from itertools import count
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Agent, LoginName, User
from accounts.naming.login_names import login_name, numbered

# Given some logins: those that are the left part of an address of ours.
AddressCheck = Callable[[Collection[str]], set[str]]

_address_checks: list[AddressCheck] = []

LOOKED_UP_AT_ONCE = 20
# Left parts of addresses that belong to no person (RFC 2142): only a single name could be one.
NOBODYS = frozenset(
    {"abuse", "admin", "administrator", "hostmaster", "mailer-daemon", "noreply", "nobody"}
    | {"postmaster", "root", "security", "support", "webmaster", "www"}
)


def ask_which_are_addresses(check: AddressCheck) -> None:
    """Lets the app that knows addresses, which is above this one, answer for them."""
    if check not in _address_checks:
        _address_checks.append(check)


def reserve_login(agent: Agent) -> str:
    """The login of this saved agent, now theirs for ever; the same at each call.

    Homonyms may ask at the same moment: each gets another number. Call it outside a long
    transaction, else two of them may each wait for a name that the other holds.
    """
    for login in _candidates(agent):
        if mine := login_of(agent):
            return mine
        try:
            with transaction.atomic():
                LoginName.objects.create(login=login, agent=agent)
        except IntegrityError:  # a homonym was quicker, or another request for this agent
            continue
        return login
    raise AssertionError("numbers do not end")


def login_of(agent: Agent) -> str:
    """The login of the account, else the reserved one, else nothing."""
    account = User.objects.filter(agent=agent).values_list("username", flat=True)
    reserved = LoginName.objects.filter(agent=agent).values_list("login", flat=True)
    return account.first() or reserved.first() or ""


def is_given(login: str, *, but_to: User | None = None) -> bool:
    """Whether somebody has, had or will have this login, other than ``but_to``."""
    if but_to is not None and but_to.username == login:
        return False
    return LoginName.objects.filter(login=login).exists()


def record_login(
    instance: User, raw: bool, update_fields: Collection[str] | None, **_: Any
) -> None:
    """Signal handler: an account was saved; from now on its login is given."""
    if not raw and (update_fields is None or "username" in update_fields):
        LoginName.objects.get_or_create(login=instance.username)


def refuse_given_login(instance: User, raw: bool, **_signal: Any) -> None:
    """Signal handler: a new account gets a new login, or the one that waits for its agent.

    Raises ValidationError.
    """
    if raw or not instance._state.adding:  # noqa: SLF001  (Django documents it)
        return
    given = LoginName.objects.filter(login=instance.username)
    if given.exclude(agent__isnull=False, agent__user=None).exists():
        message = _("L’identifiant « %(login)s » a déjà été donné : il ne l’est jamais deux fois.")
        raise ValidationError({"username": message % {"login": instance.username}}, code="given")


def _candidates(agent: Agent) -> Iterator[str]:
    """``prenom.nom``, ``prenom.nom1``, … without those that are taken now."""
    name = login_name(agent.first_name, agent.usual_name)
    for first in count(0, LOOKED_UP_AT_ONCE):
        logins = [numbered(name, first + step) for step in range(LOOKED_UP_AT_ONCE)]
        taken = _taken_of(logins)
        yield from (login for login in logins if login not in taken)


def _taken_of(logins: Collection[str]) -> set[str]:
    given = LoginName.objects.filter(login__in=logins).values_list("login", flat=True)
    accounts = User.objects.filter(username__in=logins).values_list("username", flat=True)
    addresses = (check(logins) for check in _address_checks)
    return set(NOBODYS).intersection(logins).union(given, accounts, *addresses)
