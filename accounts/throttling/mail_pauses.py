"""The pauses after failures, held on the mail ports too.

Dovecot asks nobody before it verifies a password: it reads it in a view, and the view does not show
the password of an account whose pause lasts. Where the person's own mail program signed in before,
another view goes on showing it: strangers' failures lock no known line out. So pauses cost a
sign-in nothing, and they hold and end while the site is away. See docs/decisions/0005.
"""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import MailLine, MailPause, User
from accounts.throttling import Reason, Refusal

FOR_GOOD = datetime(9999, 1, 1, tzinfo=UTC)
A_DAY = timedelta(days=1)
# Passwords that were being verified while the pause began: told a moment later, they still count.
UNDER_WAY = timedelta(seconds=2)
# A wait at the address of a whole school says nothing about one person's password.
KEPT = frozenset({Reason.WAIT, Reason.DAY, Reason.DISABLED})


@transaction.atomic
def begin(user: User, refusal: Refusal, line: str = "") -> None:
    """Keeps mail programs waiting as the page does; ``line`` too, when it is the one that failed.

    Called with the refusal that a failure brought. The mail servers hear of it by the signal of
    the pause, hence the order.
    """
    if refusal.reason not in KEPT:
        return
    now, until = timezone.now(), _end_of(refusal)
    if line:
        user.mail_lines.filter(address=line).update(paused_until=until)
    pause = MailPause.objects.select_for_update().filter(user=user).first()
    if pause is None or pause.until <= now:
        values = {"began_at": now, "until": until}
        MailPause.objects.update_or_create(user=user, defaults=values)
    else:
        pause.until = max(until, pause.until)
        pause.save(update_fields=["until"])


def is_over_for(user: User, line: str) -> bool:
    """Whether a password that failed on this line had been looked at, and so counts."""
    now = timezone.now()
    pause = MailPause.objects.filter(user=user, until__gt=now).first()
    if pause is None or now - pause.began_at < UNDER_WAY:
        return True
    open_now = Q(paused_until=None) | Q(paused_until__lte=now)
    return user.mail_lines.filter(open_now, address=line).exists()


def know(user: User, line: str) -> None:
    """The person's mail program signed in from here; written once a day at most."""
    now = timezone.now()
    if line and not user.mail_lines.filter(address=line, last_success_at__gt=now - A_DAY).exists():
        MailLine.objects.update_or_create(
            user=user, address=line, defaults={"last_success_at": now, "paused_until": None}
        )


@transaction.atomic
def let_in_from(user: User, line: str) -> None:
    """Another address of a known IPv6 line: Dovecot knows addresses only, one by one."""
    if user.mail_lines.filter(address=line).exists():
        return
    know(user, line)
    for pause in MailPause.objects.filter(user=user):
        pause.save(update_fields=["until"])


def end(user: User) -> None:
    """A new password: nobody has guessed at it yet."""
    user.mail_lines.update(paused_until=None)
    MailPause.objects.filter(user=user).delete()


def forget_lines(user: User) -> None:
    """After a reset or a freeze no line is known any more."""
    user.mail_lines.all().delete()


def prune() -> None:
    """Pauses that are over, and lines that nobody used for long."""
    now = timezone.now()
    MailPause.objects.filter(until__lt=now - A_DAY).delete()
    oldest = now - timedelta(days=settings.KNOWN_DEVICE_DAYS)
    MailLine.objects.filter(last_success_at__lt=oldest).delete()


def _end_of(refusal: Refusal) -> datetime:
    if refusal.wait_seconds is None:
        return FOR_GOOD
    return timezone.now() + timedelta(seconds=refusal.wait_seconds)
