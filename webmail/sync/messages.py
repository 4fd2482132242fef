"""Messages that come into the index, change there, and leave it.

All of it set-wise, in one transaction each; what conversations and folders show follows in the same one.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import reduce
from operator import or_

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Greatest

from mailboxes.models import Mailbox
from webmail.imap import UidSet
from webmail.models import Folder, IndexedMessage, MailboxIndex
from webmail.sync import rows, threads
from webmail.sync.facts import Fact, Marks, MessageRow, as_columns, as_fact
from webmail.sync.tables import insert

RANGES = 200  # of UIDs in one condition


def arrive(index: MailboxIndex, folder: Folder, told: Sequence[MessageRow]) -> None:
    """Adds messages of `folder`; those already there stay as they are.

    Within `lease.writing`, whose row is `index`.
    """
    known = marks_of(folder, UidSet.of(it.uid for it in told))
    new = [it for it in told if it.uid not in known]
    placed = threads.place(folder.mailbox, index, new)
    insert(IndexedMessage, [as_columns(row) for row in new])
    count(folder, indexed=len(new))
    rows.add(folder.mailbox, _facts(new, placed.created))
    tidy(folder.mailbox, placed.touched)


def tidy(mailbox: Mailbox, conversations: Iterable[int]) -> None:
    """Shows conversations as their messages now are, and forgets those that have none."""
    threads.forget(mailbox, rows.refresh(mailbox, conversations))


def _facts(new: Iterable[MessageRow], conversations: Collection[int]) -> Mapping[int, list[Fact]]:
    found: dict[int, list[Fact]] = defaultdict(list)
    for row in new:
        if row.conversation in conversations:
            found[row.conversation].append(Fact(*as_fact(row)))
    return found


def change(folder: Folder, wanted: Mapping[int, Marks]) -> set[int]:
    """Sets flags and keywords by UID where they differ; answers the conversations concerned.

    Within `lease.writing`. One statement for each kind of marks, however many messages bear it.
    """
    different: dict[Marks, list[int]] = defaultdict(list)
    touched = set[int]()
    for there in among(folder, UidSet.of(wanted)):
        for uid, conversation, *now in there.values_list("uid", "conversation", *Marks._fields):
            if wanted[uid] != tuple(now):
                different[wanted[uid]].append(uid)
                touched.add(conversation)
    for one, uids in different.items():
        for there in among(folder, UidSet.of(uids)):
            there.update(**one._asdict())
    return touched


def marks_of(folder: Folder, uids: UidSet) -> dict[int, Marks]:
    """What these messages bear now; those not in the index are left out."""
    found: dict[int, Marks] = {}
    for there in among(folder, uids):
        found |= {uid: Marks(*now) for uid, *now in there.values_list("uid", *Marks._fields)}
    return found


def leave(folder: Folder, gone: UidSet) -> set[int]:
    """Removes messages of the index; answers their conversations. Within `lease.writing`."""
    touched = conversations(folder, gone)
    count(folder, indexed=-sum(there.delete()[0] for there in among(folder, gone)))
    return touched


def conversations(folder: Folder, uids: UidSet) -> set[int]:
    """Those that these messages belong to."""
    found = (there.values_list("conversation", flat=True) for there in among(folder, uids))
    return {number for numbers in found for number in numbers.distinct()}


def count(folder: Folder, **changes: int) -> None:
    """Adds to numbers of the folder's row; none gets below zero."""
    wanted = {name: Greatest(F(name) + by, 0) for name, by in changes.items() if by}
    if wanted:
        Folder.objects.filter(pk=folder.pk).update(**wanted)


def among(folder: Folder, uids: UidSet) -> Iterator[QuerySet[IndexedMessage]]:
    """The messages of `folder` in the index with these UIDs, in as many pieces as a statement bears."""
    for start in range(0, len(uids.ranges), RANGES):
        within = (Q(uid__range=ends) for ends in uids.ranges[start : start + RANGES])
        yield IndexedMessage.objects.filter(
            reduce(or_, within), mailbox=folder.mailbox_id, folder=folder
        )


def unseen(folder: Folder) -> int:
    """Messages of the index that were not read."""
    return IndexedMessage.objects.filter(
        mailbox=folder.mailbox_id, folder=folder, seen=False
    ).count()


def known_uids(folder: Folder, first: int = 0) -> UidSet:
    """UIDs of the messages of `folder` in the index, from `first` on."""
    found = IndexedMessage.objects.filter(mailbox=folder.mailbox_id, folder=folder, uid__gte=first)
    return UidSet.of(found.values_list("uid", flat=True))


def forget_folder(folder: Folder) -> None:
    """Removes a folder with its messages from the index. Within `lease.writing`."""
    conversations = leave(folder, UidSet.between(1))
    folder.delete()
    tidy(folder.mailbox, conversations)
