"""« Cet appareil est à moi »: browsers that need no second factor for a while.

django-allauth keeps this trust in a cookie alone, which nobody can take back. Here the cookie holds
a token drawn each time; the trust is a row, and goes with it.
"""

from datetime import datetime, timedelta

from allauth.mfa.internal.flows.trust import create_config_fingerprint
from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.models import TrustedBrowser, User
from accounts.models.trusted_browsers import USER_AGENT_MAX_LENGTH
from accounts.origins import origin_of
from accounts.secrets import Token
from accounts.tokens import hash_of_token, new_token
from audit import journal
from audit.events import Event
from audit.parties import Origin

COOKIE = "pli_trust"
BETWEEN = "."
PEOPLE_A_BROWSER = 5


def is_trusted(request: HttpRequest, user: User) -> bool:
    """Whether ``user`` said so in this browser, not too long ago, under the same credentials."""
    mine = trusted_browsers(user).filter(token_hash__in=_hashes_shown_by(request))
    return mine.update(last_used_at=timezone.now()) == 1


def is_this_browser(request: HttpRequest, browser: TrustedBrowser) -> bool:
    return browser.token_hash in _hashes_shown_by(request)


def trusted_browsers(user: User) -> QuerySet[TrustedBrowser]:
    """Those whose trust still holds."""
    fingerprint = create_config_fingerprint(user)
    return user.trusted_browsers.filter(trusted_at__gt=_oldest(), given_under=fingerprint)


@transaction.atomic
def trust(request: HttpRequest, user: User, response: HttpResponse) -> None:
    """Trusts the browser of the request from now on; journalled."""
    token, now, origin = new_token(), timezone.now(), origin_of(request)
    shown = _hashes_shown_by(request)
    user.trusted_browsers.filter(Q(trusted_at__lte=_oldest()) | Q(token_hash__in=shown)).delete()
    user.trusted_browsers.create(
        token_hash=hash_of_token(token),
        given_under=create_config_fingerprint(user),
        user_agent=origin.user_agent[:USER_AGENT_MAX_LENGTH],
        address=origin.plain_address,
        trusted_at=now,
        last_used_at=now,
    )
    _keep([*_tokens_shown_by(request), token], response)
    journal.record(Event.DEVICE_TRUSTED, actor=user.party, subject=user.party, origin=origin)


@transaction.atomic
def distrust(browser: TrustedBrowser, origin: Origin) -> None:
    """Asks this browser for the second factor again, at its next sign-in; journalled."""
    browser.delete()
    party = browser.user.party
    journal.record(Event.DEVICE_FORGOTTEN, actor=party, subject=party, origin=origin)


def _tokens_shown_by(request: HttpRequest) -> list[Token]:
    """One for each person who trusts this browser, the newest last."""
    tokens = request.COOKIES.get(COOKIE, "").split(BETWEEN)
    return [Token(token) for token in tokens if token]


def _hashes_shown_by(request: HttpRequest) -> list[str]:
    return [hash_of_token(token) for token in _tokens_shown_by(request)[-PEOPLE_A_BROWSER:]]


def _keep(tokens: list[Token], response: HttpResponse) -> None:
    response.set_cookie(
        COOKIE,
        BETWEEN.join(token.reveal() for token in tokens[-PEOPLE_A_BROWSER:]),
        max_age=settings.TRUSTED_DEVICE_DAYS * 86_400,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _oldest() -> datetime:
    return timezone.now() - timedelta(days=settings.TRUSTED_DEVICE_DAYS)
