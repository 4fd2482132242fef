"""The index of a mailbox: what the server told us last, so that pages need not ask again."""

from django.db import transaction

from mailboxes.models import Mailbox
from webmail.imap import FolderStatus
from webmail.models import Folder

COUNTS = [
    "delimiter",
    "special_use",
    "selectable",
    "uid_validity",
    "uid_next",
    "messages",
    "unseen",
]


def store_folders(mailbox: Mailbox, statuses: list[FolderStatus]) -> list[Folder]:
    """Makes the rows of `mailbox` equal to what LIST answered, and returns them.

    Rows whose counts did not change are not written. A folder whose UIDVALIDITY changed is
    another folder (RFC 9051 §2.3.1.1): it gets a new row, so an old link cannot name a wrong message.
    """
    with transaction.atomic():
        known = {folder.name: folder for folder in mailbox.folders.all()}
        current = {status.name: status.uid_validity for status in statuses}
        for folder in list(known.values()):
            if current.get(folder.name) != folder.uid_validity:
                known.pop(folder.name).delete()
        fresh = [_folder(mailbox, status) for status in statuses]
        new = [folder for folder in fresh if folder.name not in known]
        # Two pages opened at once both see a new folder; either row is as good.
        Folder.objects.bulk_create(new, ignore_conflicts=True)
        changed = [_changed(known[folder.name], folder) for folder in fresh if folder.name in known]
        Folder.objects.bulk_update([folder for folder in changed if folder], COUNTS)
    return list(mailbox.folders.all())


def _folder(mailbox: Mailbox, status: FolderStatus) -> Folder:
    values = {name: getattr(status, name) for name in COUNTS}
    return Folder(mailbox=mailbox, name=status.name, **values)


def _changed(known: Folder, fresh: Folder) -> Folder | None:
    if all(getattr(known, name) == getattr(fresh, name) for name in COUNTS):
        return None
    fresh.pk = known.pk
    return fresh
