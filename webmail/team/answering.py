"""Who else answers, or has answered, the message that a draft answers: so that it does not get two answers.

From drafts and what has left, so that it is known without Redis too.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from mailboxes.models import Mailbox
from webmail.message.summary import hashed
from webmail.models import Draft, Folder, IndexedMessage, MessageReference, OutgoingMessage
from webmail.sync.facts import unpacked
from webmail.team.colleagues import NOBODY, Colleagues

UNFINISHED_SINCE = timedelta(minutes=30)  # an older draft was left lying
MODES = ("reply", "reply_all")


def is_shared(mailbox: Mailbox) -> bool:
    """Whether anybody but the owner may ever have written from it; without a query."""
    return mailbox.kind == Mailbox.Kind.FUNCTIONAL or mailbox.opened_at is not None


def colleagues(mailbox: Mailbox, answered: str, person_id: int, since: datetime) -> Colleagues:
    """For the answer that this person writes to the message `answered` (its identifier).

    Of answers that have left, those of `since` and later.
    """
    if not answered or not is_shared(mailbox):
        return NOBODY
    others = Draft.objects.filter(mailbox=mailbox, in_reply_to=answered, mode__in=MODES)
    lately = timezone.now() - UNFINISHED_SINCE
    is_written = Q(state=Draft.State.WRITING, changed_at__gte=lately)
    has_left = ~Q(sent_as="") & Q(changed_at__gte=since)
    found = others.exclude(person=person_id).filter(is_written | has_left)
    writing, sent = dict[str, None](), dict[str, None]()
    for row in found.select_related("person__agent").order_by("changed_at"):
        names = writing if row.state == Draft.State.WRITING else sent
        names[row.person.get_full_name()] = None
    sent.update(dict.fromkeys(_filed(mailbox, answered, person_id, since)))
    return Colleagues(tuple(writing), tuple(sent))


def colleagues_of(row: Draft) -> Colleagues:
    """For a draft that is about to leave: those who answered since it was begun."""
    if row.mode not in MODES:
        return NOBODY
    return colleagues(row.mailbox, row.in_reply_to, row.person_id, row.created_at)


def _filed(mailbox: Mailbox, answered: str, person_id: int, since: datetime) -> Iterator[str]:
    """Of answers in the Sent folder that somebody else sent, whatever program they used."""
    identifier = hashed(answered)
    known = MessageReference.objects.filter(mailbox=mailbox, identifier=identifier)
    sent = IndexedMessage.objects.filter(
        mailbox=mailbox,
        conversation__in=known.values("conversation"),
        folder__special_use=Folder.Use.SENT,
        received_at__gte=since.replace(microsecond=0),  # mail servers count whole seconds
    )
    rows = [row for row in sent if identifier in unpacked(row.identifiers)[1:]]
    bracketed = [f"<{row.message_id}>" for row in rows]
    left = OutgoingMessage.objects.filter(mailbox=mailbox, message_id__in=bracketed)
    writers = {it.message_id: it.person for it in left.select_related("person__agent")}
    for name in bracketed:
        writer = writers.get(name)
        if writer is None or writer.pk != person_id:
            yield writer.get_full_name() if writer else ""
