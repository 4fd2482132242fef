"""The accounts' scheduled and delayed work."""

from celery import shared_task

from accounts import throttling
from accounts.agents import departure
from accounts.credentials import temporary_passwords
from accounts.recovery import identifier, upkeep
from accounts.sealed import retention
from accounts.telling import notices
from accounts.throttling import mail_pauses
from audit.parties import Origin


@shared_task  # type: ignore[untyped-decorator]
def send_notice(notice_id: int) -> None:
    notices.send(notice_id)


@shared_task  # type: ignore[untyped-decorator]
def send_due_notices() -> None:
    notices.sweep()


@shared_task  # type: ignore[untyped-decorator]
def prune_throttles() -> None:
    throttling.prune()
    mail_pauses.prune()


@shared_task  # type: ignore[untyped-decorator]
def send_identifiers(contact: str, address: str) -> None:
    """``contact`` is where someone asks for their identifier; ``address`` is whence they ask."""
    identifier.send_identifiers(contact, Origin(address))


@shared_task  # type: ignore[untyped-decorator]
def prune_resets() -> None:
    upkeep.prune()


@shared_task  # type: ignore[untyped-decorator]
def carry_out_departures() -> None:
    departure.carry_out_due()


@shared_task  # type: ignore[untyped-decorator]
def close_expired_temporary_passwords() -> None:
    temporary_passwords.close_expired()


@shared_task  # type: ignore[untyped-decorator]
def forget_what_is_due() -> None:
    retention.forget_what_is_due()
