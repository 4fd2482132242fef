"""What a person does to messages: the server first, our own rows at the next look at it."""

from collections.abc import Sequence

from webmail.errors import MessageGone
from webmail.imap import MailSession
from webmail.models import Folder

FLAGS = {
    "read": ("\\Seen", True),
    "unread": ("\\Seen", False),
    "star": ("\\Flagged", True),
    "unstar": ("\\Flagged", False),
}
MOVES = {
    "archive": Folder.Use.ARCHIVE,
    "junk": Folder.Use.JUNK,
    "inbox": Folder.Use.INBOX,
    "delete": Folder.Use.TRASH,
}


def act(mail: MailSession, folder: Folder, uids: Sequence[int], action: str) -> bool:
    """Does `action` (a key of FLAGS or MOVES) to messages of `folder`; True when they left it.

    Raises MessageGone, and KeyError for an unknown action.
    """
    mail.select(folder.name, readonly=False, uid_validity=folder.uid_validity)
    mail.require(uids)
    if action in FLAGS:
        flag, add = FLAGS[action]
        change = mail.add_flags if add else mail.remove_flags
        change(uids, [flag])
        return False
    target = folder.mailbox.folders.filter(special_use=MOVES[action]).first()
    if target is None:
        raise MessageGone(action)
    mail.move(uids, target.name)
    return True


def offered(folder: Folder, flags: frozenset[str]) -> list[str]:
    """The actions that make sense for one message of `folder`."""
    star = "unstar" if "\\Flagged" in flags else "star"
    moves = [name for name, use in MOVES.items() if use != folder.special_use]
    return ["unread", star, *moves]
