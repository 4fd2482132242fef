"""What stands on an agent's card beside the status: what is under way, and until when."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import Agent, Departure, HandedCode, TemporaryPassword, User
from accounts.restriction import is_restricted

Status = Agent.Status


@dataclass(frozen=True)
class State:
    """A sentence, and whether someone has to look at it."""

    sentence: str
    is_warning: bool = False


def states_of(agent: Agent) -> list[State]:
    return [*_of_departure(agent), *(_of_account(agent.user) if agent.user else ())]


def _of_departure(agent: Agent) -> Iterator[State]:
    departure = Departure.objects.filter(agent=agent).first()
    if departure is None:
        return
    if departure.carried_out_at is None:
        yield State(_("Part le %(day)s") % {"day": _day(departure.leaves_on)}, is_warning=True)
        return
    yield State(_("Parti le %(day)s") % {"day": _day(departure.carried_out_at)})
    if departure.mailbox_closed_at:
        day = _day(departure.mailbox_closed_at)
        yield State(_("Boîte fermée le %(day)s") % {"day": day})
    else:
        yield State(_("La boîte reçoit encore"))


def _of_account(user: User) -> Iterator[State]:
    given = TemporaryPassword.objects.filter(user=user).first()
    if given and given.has_expired:
        yield State(_("Mot de passe provisoire expiré"), is_warning=True)
    elif given:
        moment = _moment(given.expires_at)
        yield State(_("Mot de passe provisoire jusqu’au %(moment)s") % {"moment": moment})
    code = HandedCode.objects.filter(user=user, expires_at__gt=timezone.now()).first()
    if code:
        moment = _moment(code.expires_at)
        yield State(_("Code de réinitialisation valable jusqu’au %(moment)s") % {"moment": moment})
    if user.restricted_until and is_restricted(user):
        moment = _moment(user.restricted_until)
        yield State(_("Mode restreint jusqu’au %(moment)s") % {"moment": moment}, is_warning=True)
    if user.is_active and user.mail_password_is_disabled:
        yield State(_("Mot de passe refusé par IMAP et SMTP"), is_warning=True)


def _day(day: date | datetime) -> str:
    return date_format(timezone.localtime(day) if isinstance(day, datetime) else day, "j F Y")


def _moment(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "j F Y, H:i")
