"""Whose letter somebody holds, whether the code is the one printed on it, and using it once.

The answers and the time they take do not tell whether an agent or a letter exists.
"""

from django.utils import timezone

from accounts.models import Agent
from accounts.sealed.numen import agent_with_numen
from accounts.secrets import Code, Numen
from activation.codes import decoy, is_code
from activation.models import Letter

NOBODY = 0


def letter_by_numen(numen: Numen) -> Letter | None:
    """The usable letter of the agent with this NUMEN."""
    agent = agent_with_numen(numen)
    return _usable(agent__pk=agent.pk if agent else NOBODY)


def letter_by_login(login: str) -> Letter | None:
    """The usable letter with this INA identifier, in lower case, on it."""
    return _usable(login=login)


def is_code_of(letter: Letter | None, code: Code) -> bool:
    """Whether ``code`` is printed on ``letter``; without a letter the same work, and no."""
    if letter is None:
        return is_code(code, decoy(), NOBODY)
    return is_code(code, letter.code_hash, letter.pk)


def redeem(letter_id: int) -> bool:
    """Uses the letter up; of two who try at the same moment one is told True."""
    now = timezone.now()
    usable = Letter.objects.filter(pk=letter_id, state__in=Letter.USABLE, expires_at__gt=now)
    return usable.update(state=Letter.State.REDEEMED, ended_at=now) == 1


def close_letters_of(agent: Agent) -> int:
    """Voids what is open for someone whose account opened by another way; returns how many."""
    mine = Letter.objects.filter(agent=agent, state__in=Letter.OPEN)
    return mine.update(
        state=Letter.State.VOIDED,
        ended_at=timezone.now(),
        void=Letter.Void.OPENED_OTHERWISE,
    )


def _usable(**whose: object) -> Letter | None:
    mine = Letter.objects.filter(
        state__in=Letter.USABLE,
        expires_at__gt=timezone.now(),
        agent__status=Agent.Status.IMPORTED,
        **whose,
    )
    return mine.select_related("agent__school", "agent__user").order_by("-pk").first()
