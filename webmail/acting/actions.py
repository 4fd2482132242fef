"""What can be done to messages, and doing it to some of one folder: the server first, our index second."""

from collections.abc import Collection
from dataclasses import dataclass, field

from webmail import sync
from webmail.errors import MessageGone
from webmail.imap import MailSession, UidSet
from webmail.models import Act, Folder, IndexedMessage, Label, states
from webmail.models.states import KEYWORDS, State

SEEN, FLAGGED = "\\Seen", "\\Flagged"
FLAGS = {
    "read": (Act.Kind.FLAG, SEEN),
    "unread": (Act.Kind.UNFLAG, SEEN),
    "star": (Act.Kind.FLAG, FLAGGED),
    "unstar": (Act.Kind.UNFLAG, FLAGGED),
}
MOVES = {
    "archive": Folder.Use.ARCHIVE,
    "junk": Folder.Use.JUNK,
    "inbox": Folder.Use.INBOX,
    "delete": Folder.Use.TRASH,
}
STATEFUL = frozenset((*states.ACTIONS, states.CLEAR))
LABELLING = {"label": Act.Kind.FLAG, "unlabel": Act.Kind.UNFLAG}
MOVE, ERASE = "move", "erase"
NAMES = frozenset((*FLAGS, *MOVES, *LABELLING, MOVE, ERASE, *STATEFUL))
NAMED = 500  # messages in one query
# From these one deletes for good.
LAST_STOPS = frozenset((Folder.Use.TRASH, Folder.Use.JUNK))


class UnknownAction(Exception):
    """No button of ours asks for this."""


class AlreadyThere(Exception):
    """The messages are in the folder they are to be moved to."""


@dataclass(frozen=True)
class Change:
    """One action with what it needs; `name` is how the person called it."""

    name: str
    kind: Act.Kind
    flag: str = ""
    target: Folder | None = None


def change(folder: Folder, name: str, argument: int = 0) -> Change:
    """What `name` means in `folder`; `argument` numbers the folder of "move", the label of "label".

    Raises UnknownAction, AlreadyThere, and MessageGone when that folder or label is no longer there.
    """
    if name in MARKS:
        return MARKS[name]
    if name in MOVES:
        return _move(folder, name, special_use=MOVES[name])
    if name == MOVE:
        return _move(folder, name, pk=argument)
    if name in LABELLING:
        return Change(name, LABELLING[name], _keyword(folder, argument))
    if name == ERASE and folder.special_use in LAST_STOPS:
        return Change(name, Act.Kind.ERASE)
    raise UnknownAction(name)


def _without(state: State) -> Change:
    return Change(states.CLEAR, Act.Kind.UNFLAG, KEYWORDS[state])


# What means the same for every message.
MARKS = {name: Change(name, kind, flag) for name, (kind, flag) in FLAGS.items()} | {
    name: Change(name, Act.Kind.FLAG, KEYWORDS[state]) for name, state in states.ACTIONS.items()
}
MARKS[states.CLEAR] = _without(State.TODO)


def also(folder: Folder, what: Change, uids: UidSet) -> list[tuple[Change, UidSet]]:
    """What goes with a change of state: the other states come off the messages that have them."""
    if what.name not in STATEFUL:
        return []
    others = [_without(state) for state in State if KEYWORDS[state] != what.flag]
    affected = [(other, _otherwise(folder, other, uids)) for other in others]
    return [(other, having) for other, having in affected if having]


def _move(folder: Folder, name: str, **which: object) -> Change:
    target = Folder.objects.filter(mailbox=folder.mailbox_id, selectable=True, **which).first()
    if target is None:
        raise MessageGone(name)
    if target.pk == folder.pk:
        raise AlreadyThere(name)
    return Change(name, Act.Kind.MOVE, target=target)


def _keyword(folder: Folder, label_id: int) -> str:
    label = Label.objects.filter(mailbox=folder.mailbox_id, pk=label_id).first()
    if label is None:
        raise MessageGone("label")
    return label.keyword


@dataclass(frozen=True)
class Done:
    """What a change did: to be undone one needs to know no more."""

    changed: UidSet = field(default_factory=UidSet)  # these had the flag otherwise before
    arrived: UidSet = field(
        default_factory=UidSet
    )  # their UIDs in the target, as far as the server told


def perform(mail: MailSession, folder: Folder, what: Change, uids: UidSet) -> Done:
    """Two round trips: SELECT and the change; some hundreds of messages at a time.

    Messages that are no longer there are passed over.

    Raises MessageGone when a folder is no longer there, and what the mail server's errors are.
    """
    mail.select(folder.name, readonly=False, uid_validity=folder.uid_validity)
    if what.kind == Act.Kind.MOVE and what.target:
        return _perform_move(mail, folder, what.target, uids)
    if what.kind == Act.Kind.ERASE:
        mail.expunge(uids)
        sync.note_gone(folder, uids)
        return Done()
    changed = _otherwise(folder, what, uids)
    if what.kind == Act.Kind.FLAG:
        mail.add_flags(uids, [what.flag])
        sync.note_flags(folder, uids, add={what.flag})
    else:
        mail.remove_flags(uids, [what.flag])
        sync.note_flags(folder, uids, remove={what.flag})
    return Done(changed=changed)


def _perform_move(mail: MailSession, folder: Folder, target: Folder, uids: UidSet) -> Done:
    arrived = mail.move(uids, target.name)
    sync.note_moved(folder, target, arrived)
    sync.note_gone(folder, uids - UidSet.of(arrived))
    return Done(arrived=UidSet.of(arrived.values()))


def _otherwise(folder: Folder, what: Change, uids: UidSet) -> UidSet:
    """Those whose flag the change will change; of very many, the folder is looked through."""
    wanted = what.kind == Act.Kind.FLAG
    rows = IndexedMessage.objects.filter(mailbox_id=folder.mailbox_id, folder_id=folder.pk)
    if len(uids) <= NAMED:
        rows = rows.filter(uid__in=list(uids))
    field = {SEEN: "seen", FLAGGED: "flagged"}.get(what.flag)
    if field:
        rows = rows.filter(**{field: not wanted})
    else:
        there = {"keywords__contains": f" {what.flag} "}
        rows = rows.exclude(**there) if wanted else rows.filter(**there)
    return uids & UidSet.of(rows.values_list("uid", flat=True))


def inverse(folder: Folder, what: Change, done: Done) -> tuple[Folder, Change, UidSet] | None:
    """What takes back: the folder to act in, the change and its messages; None when nothing can be taken back."""
    if what.kind == Act.Kind.MOVE and what.target and done.arrived:
        return what.target, Change(MOVE, Act.Kind.MOVE, target=folder), done.arrived
    if what.kind in OPPOSITE and done.changed:
        return folder, Change(what.name, OPPOSITE[what.kind], what.flag), done.changed
    return None


OPPOSITE = {Act.Kind.FLAG: Act.Kind.UNFLAG, Act.Kind.UNFLAG: Act.Kind.FLAG}


def offered(folder: Folder) -> list[str]:
    """The actions that make sense for messages of `folder`."""
    if folder.special_use in LAST_STOPS:
        ways = ["inbox", ERASE] if folder.special_use == Folder.Use.TRASH else ["inbox", "delete"]
    elif folder.special_use in {Folder.Use.DRAFTS, Folder.Use.SENT}:
        ways = ["archive", "delete"]
    elif folder.special_use == Folder.Use.ARCHIVE:
        ways = ["inbox", "junk", "delete"]
    else:
        ways = [name for name in MOVES if MOVES[name] != folder.special_use]
    return ["read", "unread", "star", "unstar", *ways]


def offered_for_one(folder: Folder, flags: Collection[str]) -> list[str]:
    """The same for one message, of which one knows whether it is read and starred."""
    left_out = {
        "read" if SEEN in flags else "unread",
        "star" if FLAGGED in flags else "unstar",
    }
    return [name for name in offered(folder) if name not in left_out]
