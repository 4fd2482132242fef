"""The mailboxes' delayed work."""

from celery import shared_task

from mailboxes import kick


@shared_task(  # type: ignore[untyped-decorator]
    autoretry_for=(kick.ConnectionsRemain,),
    retry_backoff=True,
    retry_backoff_max=60,
    max_retries=60,
)
def end_connections_of(address: str) -> None:
    kick.end_connections(address)
