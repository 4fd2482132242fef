"""What the mail pages tell the logbook of a mailbox (mailboxes/logbook.py): nothing of one's own mailbox, else
one query an act.
"""

from collections.abc import Iterable

from accounts.models import User
from mailboxes import logbook
from mailboxes.logbook import Act as Noted
from mailboxes.logbook import Which
from mailboxes.models import Deed, Mailbox
from webmail.acting.actions import Change
from webmail.imap import UidSet
from webmail.message.summary import hashed
from webmail.models import Act, Folder, IndexedMessage, OutgoingMessage
from webmail.opening.opened import Opened

SENDING = {
    OutgoingMessage.Mark.ANSWERED: Deed.ANSWERED,
    OutgoingMessage.Mark.FORWARDED: Deed.FORWARDED,
}


def which(folder: str, uid: int, message_id: str) -> Which:
    """`message_id` with its brackets or without."""
    bare = message_id.strip().strip("<>")
    return Which(folder, uid, bare, hashed(bare) if bare else 0)


def read(person: User, mailbox: Mailbox, opened: Iterable[Opened]) -> None:
    """These messages were shown."""
    shown = [
        which(one.folder.name, one.fetched.uid, one.shown.message.message_id) for one in opened
    ]
    logbook.note(mailbox, person, Noted(Deed.READ), shown)


def had(person: User, folder: Folder, uid: int, deed: Deed = Deed.READ) -> None:
    """Something of one message was given out: its text, its files, all of it."""
    if logbook.is_kept(folder.mailbox, person):
        logbook.note(folder.mailbox, person, Noted(deed), known(folder, [uid]))


def known(folder: Folder, uids: Iterable[int]) -> list[Which]:
    """Each of these messages, with its Message-ID where the index has it."""
    wanted = list(uids)
    rows = IndexedMessage.objects.filter(
        mailbox_id=folder.mailbox_id, folder_id=folder.pk, uid__in=wanted
    )
    names = dict(rows.values_list("uid", "message_id"))
    return [which(folder.name, uid, names.get(uid, "")) for uid in wanted]


def before(person: User, folder: Folder, uids: UidSet) -> list[Which]:
    """What is about to change, to be told by `changed` once it has; empty where no logbook is kept."""
    return known(folder, uids) if logbook.is_kept(folder.mailbox, person) else []


def changed(person: User, folder: Folder, what: Change, messages: list[Which]) -> None:
    """`messages` come from `before`."""
    target = what.target.name if what.target else ""
    act = Noted(deed_of(folder, what), target=target, flag=what.flag)
    logbook.note(folder.mailbox, person, act, messages)


def deed_of(folder: Folder, what: Change) -> Deed:
    if what.kind == Act.Kind.FLAG:
        return Deed.MARKED
    if what.kind == Act.Kind.UNFLAG:
        return Deed.UNMARKED
    if what.kind == Act.Kind.ERASE:
        return Deed.ERASED
    return moved(folder.special_use, what.target.special_use if what.target else "")


def moved(source_use: str, target_use: str) -> Deed:
    """What a move between folders of these uses is called."""
    if target_use == Folder.Use.TRASH:
        return Deed.DELETED
    return Deed.RESTORED if source_use == Folder.Use.TRASH else Deed.MOVED


def sent(message: OutgoingMessage) -> None:
    """It has left; under its own Message-ID, also when it answers another."""
    answers = message.answers_uid is not None
    deed = SENDING[OutgoingMessage.Mark(message.answers_mark)] if answers else Deed.SENT
    letter = which("", 0, message.message_id)
    told_as = f"outgoing {message.pk}"  # postponed recipients are tried again
    logbook.note_once(message.mailbox, message.person, Noted(deed), letter, told_as)


def folder_changed(person: User, mailbox: Mailbox, folder: Folder, renamed_to: str = "") -> None:
    """Renamed, or deleted with what it held."""
    deed = Deed.FOLDER_RENAMED if renamed_to else Deed.FOLDER_DELETED
    logbook.note(mailbox, person, Noted(deed, target=renamed_to), [Which(folder.name)])
