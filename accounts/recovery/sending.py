"""Sending a code to someone: not too often, since text messages cost and nobody likes floods."""

from django.http import HttpRequest

from accounts import throttling
from accounts.models import User
from accounts.signing_in import signin
from accounts.throttling import Guarded


def count_sending(request: HttpRequest, user: User) -> None:
    """Raises signin.MustWait from the sixth code in a row, as after failures."""
    signin.permit_for(request, _name(user), Guarded.CODE)


def forget_sendings(user: User) -> None:
    """One of the codes was used: the next ones are for something else."""
    throttling.clear(_name(user))


def _name(user: User) -> str:
    return f"codes sent to {user.username}"
