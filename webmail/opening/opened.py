"""One message as the mail server gave it and as it is shown."""

from dataclasses import dataclass

from webmail.imap import FetchedMessage
from webmail.models import Folder
from webmail.readable.reading import Reading

SEEN, DRAFT = "\\Seen", "\\Draft"


@dataclass(frozen=True)
class Opened:
    """One message as the server gave it and as it is shown."""

    folder: Folder
    fetched: FetchedMessage
    shown: Reading

    @property
    def place(self) -> list[int]:
        """Mailbox, folder and UID: what the addresses of its pages are made from."""
        return [self.folder.mailbox_id, self.folder.pk, self.fetched.uid]

    @property
    def is_draft(self) -> bool:
        return DRAFT in self.fetched.flags
