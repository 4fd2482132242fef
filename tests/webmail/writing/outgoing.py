"""What waits to leave, as its bytes are."""

from webmail.models import OutgoingMessage
from webmail.outbox import spool


def bytes_of(message: OutgoingMessage) -> bytes:
    """Raises FileNotFoundError once it has gone."""
    with spool.open_message(message) as file:
        return file.read()
