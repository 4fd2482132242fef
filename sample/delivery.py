"""Puts sample mails into mailboxes over IMAP, with their dates and flags.

The site's own token opens each mailbox; messages travel many at a time (MULTIAPPEND, RFC 3502).
What a mailbox already holds, in whatever folder, is not delivered again.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice

from sample.bulk import MESSAGE_ID_START
from sample.letters import DRAFTS, SENT
from sample.mails import SPECIAL_FOLDERS, SampleMail
from webmail.imap import MailSession, session

BATCH = 200  # messages in one command
SLICE = 500  # UIDs in one FETCH
MESSAGE_ID = "BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)]"


@contextmanager
def opened(mailbox: str) -> Iterator["MailDrop"]:
    """The mailbox of that address, opened by the site. Errors: see ``webmail.imap.connect``."""
    with session(mailbox, mailbox) as mail:
        yield MailDrop(mail)


class MailDrop:
    """One mailbox while the sample fills or empties it."""

    def __init__(self, mail: MailSession) -> None:
        self.mail = mail
        folders = mail.folders()
        self.names = {folder.special_use: folder.name for folder in folders if folder.special_use}
        self.existing = {folder.name for folder in folders if folder.selectable}

    def deliver_missing(self, mails: Iterable[SampleMail]) -> int:
        """Deliver what is not there yet; returns how many."""
        present = self._message_ids()
        missing = [mail for mail in mails if mail.message_id not in present]
        for folder in dict.fromkeys(mail.folder for mail in missing):
            for _count in self.deliver(folder, [mail for mail in missing if mail.folder == folder]):
                pass
        return len(missing)

    def deliver(self, folder: str, mails: Iterable[SampleMail]) -> Iterator[int]:
        """Append all to one folder, yielding after each command how many have gone so far."""
        name = self._name_of(folder)
        remaining, count = iter(mails), 0
        while batch := list(islice(remaining, BATCH)):
            self.mail.client.multiappend(name, [_appended(mail) for mail in batch])
            count += len(batch)
            yield count

    def bulk_count(self) -> int:
        """How many mails for measuring the INBOX holds."""
        self.mail.select(self.names["inbox"])
        return len(self.mail.client.search(["HEADER", "Message-ID", MESSAGE_ID_START]))

    def empty(self) -> None:
        """Delete every message, and every folder that is not one of the usual ones."""
        for folder in sorted(self.existing - set(self.names.values()), reverse=True):
            self.mail.client.delete_folder(folder)
        for folder in self.names.values():
            if self.mail.select(folder, readonly=False).exists:
                self.mail.client.delete_messages("1:*", silent=True)
                self.mail.client.expunge()

    def _name_of(self, folder: str) -> str:
        """The server's name of a folder, which is made when it is one of the person's own."""
        if folder in SPECIAL_FOLDERS:
            return self.names[folder]
        if folder not in self.existing:
            self.mail.create_folder(folder)
            self.existing.add(folder)
        return folder

    def _message_ids(self) -> set[str]:
        """Of every folder; the many mails for measuring are not looked at."""
        found: set[str] = set()
        for folder in sorted(self.existing):
            self.mail.select(folder)
            uids = self.mail.client.search(["NOT", "HEADER", "Message-ID", MESSAGE_ID_START])
            for start in range(0, len(uids), SLICE):
                found |= self._message_ids_of(uids[start : start + SLICE])
        return found

    def _message_ids_of(self, uids: Sequence[int]) -> set[str]:
        answer = self.mail.client.fetch(uids, [MESSAGE_ID])
        headers = (item[MESSAGE_ID.replace(".PEEK", "").encode()] for item in answer.values())
        return {header.partition(b":")[2].strip().decode("ascii", "replace") for header in headers}


def _appended(mail: SampleMail) -> dict[str, object]:
    return {"msg": _as_stored(mail), "flags": sorted(mail.flags), "date": mail.received_at}


def _as_stored(mail: SampleMail) -> bytes:
    """What final delivery adds (RFC 5321, 4.4); one's own letters have never travelled."""
    if mail.folder in {SENT, DRAFTS}:
        return mail.raw
    return b"Return-Path: <%b>\r\n" % mail.envelope_sender.encode() + mail.raw
