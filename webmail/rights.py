"""What the mail pages do when somebody's right in a mailbox changes."""

from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from mailboxes.delegating.standing import right_of
from mailboxes.models import Mailbox, Right
from webmail import announcing, outbox, shared_folders
from webmail.team import notices


def changed(mailbox: Mailbox, person: User, **_sent: object) -> None:
    """Open pages ask again, what waits to be sent is refused, nobody is called to what they cannot open,
    the mail server lets delegates in.
    """
    announcing.announce_doubt(person.pk)
    right = right_of(person, mailbox)
    if right is None or right < Right.SEND:
        outbox.refuse_all_of(person, mailbox, _("Vous ne pouvez plus écrire depuis cette boîte."))
    if right is None:
        notices.withdraw_all(person, mailbox)
    else:
        transaction.on_commit(partial(shared_folders.open_to_delegates, mailbox.pk))
