"""Tell the mail servers when an identity changes."""

from django.contrib.auth import get_user_model
from django.db.models import Model

from mailboxes import lookup
from mailboxes.models import Address, Mailbox


def models_behind_the_views() -> tuple[type[Model], ...]:
    return (get_user_model(), Mailbox, Address)


def identity_changed(update_fields: frozenset[str] | None = None, **_: object) -> None:
    """Bulk operations send no signal: their callers call ``lookup.refresh_on_commit``."""
    signing_in = update_fields is not None and update_fields <= {"last_login"}
    if not signing_in:
        lookup.refresh_on_commit()


def views_may_be_read(**_: object) -> None:
    """After each ``migrate``, and after a test's flush, which sends no other signal."""
    if lookup.views_exist():
        lookup.grant_views()
        lookup.refresh()
