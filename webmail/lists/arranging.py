"""The order of the mailboxes beside one's own, which of them are shown, and which are read together."""

from collections.abc import Collection, Sequence

from django.db import transaction

from accounts.models import User
from webmail.lists.beside import Beside
from webmail.models import MailboxPlace


def ordered(boxes: Sequence[Beside], wanted: Sequence[int]) -> list[Beside]:
    """As `wanted` by their numbers; those it does not name stay behind, and unknown ones are nobody's."""
    places = {number: place for place, number in enumerate(wanted)}
    return sorted(boxes, key=lambda box: (not box.is_own, places.get(box.id, len(places))))


def moved(boxes: list[Beside], number: int, step: int) -> list[Beside]:
    """One of the others a step up (-1) or down (1), where there is room."""
    own = [box for box in boxes if box.is_own]
    others = [box for box in boxes if not box.is_own]
    place = next((it for it, box in enumerate(others) if box.id == number), None)
    if place is not None and 0 <= place + step < len(others):
        others.insert(place + step, others.pop(place))
    return own + others


@transaction.atomic
def keep(
    person: User, boxes: Sequence[Beside], shown: Collection[int], together: Collection[int]
) -> None:
    """The mailboxes in their new order; of those this person may no longer open nothing is kept."""
    MailboxPlace.objects.filter(person=person).delete()
    MailboxPlace.objects.bulk_create(
        MailboxPlace(
            person=person,
            mailbox_id=box.id,
            position=place,
            is_shown=box.is_own or box.id in shown,
            is_together=box.id in together,
        )
        for place, box in enumerate(boxes)
    )
