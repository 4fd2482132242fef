"""Making, renaming, moving and removing folders: the server first, our rows second."""

from collections.abc import Callable
from dataclasses import dataclass

from mailboxes.models import Mailbox
from webmail import sync
from webmail.errors import FolderNameRefused
from webmail.imap import MailSession
from webmail.models import Folder

LONGEST_NAME = 100  # characters of one level
DEEPEST = 10
# What LIST takes for wildcards; servers that keep folders as files stumble over the others.
REFUSED = frozenset("*%\\~")


class FolderRefused(Exception):
    """The wish cannot be granted; `reason` is one of REASONS' keys in views/browsing/folders.py."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Folders:
    """The folders of one mailbox as the server has them now, on an open session."""

    mail: MailSession
    mailbox: Mailbox
    known: list[Folder]

    @classmethod
    def of(cls, mail: MailSession, mailbox: Mailbox) -> "Folders":
        return cls(mail, mailbox, sync.store_folders(mailbox, mail.folders()))

    def create(self, name: str, parent: Folder | None) -> Folder:
        """Raises FolderRefused."""
        full = self._free_name(name, parent)
        self._ask(self.mail.create_folder, full)
        return self._after(full)

    def rename(self, folder: Folder, name: str) -> Folder:
        """Folders inside go along. Raises FolderRefused."""
        return self._rename(folder, self._free_name(name, self.parent_of(folder), folder))

    def move(self, folder: Folder, parent: Folder | None) -> Folder:
        """Into another folder, or to the top. Raises FolderRefused."""
        if parent is not None and (parent == folder or self._is_inside(parent, folder)):
            raise FolderRefused("inside itself")
        return self._rename(folder, self._free_name(folder.label, parent, folder))

    def _rename(self, folder: Folder, full: str) -> Folder:
        _refuse_special(folder)
        if full == folder.name:
            return folder
        self._ask(self.mail.rename_folder, folder.name, full)
        return self._after(full)

    def delete(self, folder: Folder) -> None:
        """Only an empty folder without others inside goes. Raises FolderRefused, MessageGone."""
        _refuse_special(folder)
        if any(self._is_inside(other, folder) for other in self.known):
            raise FolderRefused("has folders")
        if folder.selectable and self.mail.select(folder.name).exists:
            raise FolderRefused("has messages")
        self.mail.delete_folder(folder.name)
        sync.store_folders(self.mailbox, self.mail.folders())

    def subscribe(self, folder: Folder, *, wanted: bool) -> None:
        """Whether other mail programs show it."""
        self.mail.subscribe(folder.name, wanted=wanted)
        Folder.objects.filter(pk=folder.pk).update(subscribed=wanted)

    def parent_of(self, folder: Folder) -> Folder | None:
        above = folder.name.rpartition(folder.delimiter)[0] if folder.delimiter else ""
        return next((other for other in self.known if other.name == above), None) if above else None

    def _free_name(self, name: str, parent: Folder | None, own: Folder | None = None) -> str:
        """The whole name of a folder called `name` in `parent`. Raises FolderRefused."""
        delimiter = self._delimiter
        checked = checked_name(name, delimiter)
        full = f"{parent.name}{delimiter}{checked}" if parent else checked
        if delimiter and full.count(delimiter) >= DEEPEST:
            raise FolderRefused("too deep")
        taken = {other.name.casefold() for other in self.known if other != own}
        if full.casefold() in taken:
            raise FolderRefused("taken")
        return full

    @property
    def _delimiter(self) -> str:
        return next((folder.delimiter for folder in self.known if folder.delimiter), "/")

    @staticmethod
    def _is_inside(inner: Folder, outer: Folder) -> bool:
        return bool(outer.delimiter) and inner.name.startswith(outer.name + outer.delimiter)

    @staticmethod
    def _ask(command: Callable[..., None], *names: str) -> None:
        try:
            command(*names)
        except FolderNameRefused as error:
            raise FolderRefused("refused") from error

    def _after(self, full: str) -> Folder:
        folders = sync.store_folders(self.mailbox, self.mail.folders())
        found = next((folder for folder in folders if folder.name == full), None)
        if found is None:
            raise FolderRefused("refused")
        return found


def _refuse_special(folder: Folder) -> None:
    if folder.special_use:
        raise FolderRefused("special")


def checked_name(name: str, delimiter: str) -> str:
    """One level of a folder's name. Raises FolderRefused."""
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise FolderRefused("length")
    if not name.isprintable() or REFUSED & set(name) or (delimiter and delimiter in name):
        raise FolderRefused("characters")
    if name.casefold() == "inbox" or name in {".", ".."}:
        raise FolderRefused("taken")
    return name
