"""The link « Ce n’est pas moi » of each notice: the right to freeze one account, once."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from accounts.models import FreezeLink, User
from accounts.secrets import Token
from accounts.tokens import hash_of_token, new_token


def new_freeze_link(user: User) -> Token:
    """The token of a link that freezes this account once, for ``NOTICE_LINK_DAYS``."""
    token = new_token()
    expires = timezone.now() + timedelta(days=settings.NOTICE_LINK_DAYS)
    FreezeLink.objects.create(user=user, token_hash=hash_of_token(token), expires_at=expires)
    return token


def account_of_link(token: Token) -> User | None:
    """Whom the link would freeze; None when it is unknown, used or too old."""
    links = FreezeLink.objects.select_related("user__agent")
    link = links.filter(token_hash=hash_of_token(token), expires_at__gt=timezone.now()).first()
    return link.user if link else None
