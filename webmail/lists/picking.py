"""Which messages a form means: the opened one, the rows that were ticked, or all that the list shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from django.http import QueryDict

from webmail.errors import MessageGone
from webmail.imap import UID_LIMIT, UidSet
from webmail.lists import listing
from webmail.lists.list_address import NUMBER_LENGTH, ListAddress, OddAddress, View, number
from webmail.models import Folder

MOST_ROWS = 5000  # in one form; more is "all that the list shows"


class NothingPicked(Exception):
    """The form was sent without a tick."""


@dataclass(frozen=True)
class Picked:
    """`whole` means every row of the list, on whatever page."""

    uids: Sequence[int] = ()
    conversations: Sequence[int] = ()
    whole: bool = False
    elsewhere: Mapping[int, Sequence[int]] = field(default_factory=dict)  # UIDs by folder
    conversations_elsewhere: Mapping[int, Sequence[int]] = field(default_factory=dict)

    @classmethod
    def read(cls, form: QueryDict) -> "Picked":
        """Fields `uid`, `ligne` ("c12", "m34", or "m34.5" of folder 5; once each or with commas), `tout`.

        Raises OddAddress, NothingPicked.
        """
        if form.get("tout"):
            return cls(whole=True)
        opened = form.get("uid")
        if opened:
            return cls(uids=[uid(opened)])
        return cls.of_rows(",".join(form.getlist("ligne")))

    @classmethod
    def of_rows(cls, written: str) -> "Picked":
        """Raises OddAddress, NothingPicked."""
        if len(written) > MOST_ROWS * (NUMBER_LENGTH + 2):
            raise OddAddress("too many rows")
        keys = list(filter(None, written.split(",")))
        if not keys:
            raise NothingPicked
        if len(keys) > MOST_ROWS or any(key[0] not in "cm" for key in keys):
            raise OddAddress("rows")
        elsewhere: dict[int, list[int]] = {}
        whole: dict[int, list[int]] = {}
        for key in (it for it in keys if "." in it):
            row, _dot, folder = key[1:].partition(".")
            if key[0] == "m":
                elsewhere.setdefault(number(folder), []).append(uid(row))
            else:
                whole.setdefault(number(folder), []).append(number(row))
        here = [key for key in keys if "." not in key]
        return cls(
            uids=[uid(key[1:]) for key in here if key[0] == "m"],
            conversations=[number(key[1:]) for key in here if key[0] == "c"],
            elsewhere=elsewhere,
            conversations_elsewhere=whole,
        )


def uid(asked: str) -> int:
    """Raises OddAddress."""
    found = number(asked)
    if not 0 < found < UID_LIMIT:
        raise OddAddress(asked)
    return found


class Message(NamedTuple):
    uid: int
    folder_id: int


def opened(form: QueryDict, folder: Folder) -> Message | None:
    """What is open beside the list: `uid` of `folder` itself, or `ouvert`: "34.5" of folder 5.

    Raises OddAddress.
    """
    asked = form.get("uid")
    if asked:
        return Message(uid(asked), folder.pk)
    message, _dot, folder_id = form.get("ouvert", "").partition(".")
    return Message(uid(message), number(folder_id)) if message else None


def messages_of(
    picked: Picked, folder: Folder, address: ListAddress, view: View, keyword: str
) -> dict[int, UidSet]:
    """By the numbers of their folders; `folder` is the list's. Raises MessageGone when nothing is there any more."""
    if picked.whole:
        found = listing.uids_by_folder(folder, address, view, keyword)
    else:
        found = {pk: list(uids) for pk, uids in picked.elsewhere.items()}
        for pk, conversations in picked.conversations_elsewhere.items():
            there = listing.uids_of(Folder(pk=pk, mailbox_id=folder.mailbox_id), conversations)
            found.setdefault(pk, []).extend(there)
        of_rows = listing.uids_of(folder, picked.conversations) if picked.conversations else []
        found.setdefault(folder.pk, []).extend([*picked.uids, *of_rows])
    chosen = {pk: UidSet.of(uids) for pk, uids in found.items() if uids}
    if not chosen:
        raise MessageGone("rows")
    return chosen
