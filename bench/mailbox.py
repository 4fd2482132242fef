"""The mailbox that is measured: one person, 100,000 messages in INBOX, seeded, beside 30 small folders."""

from datetime import UTC, datetime
from itertools import islice

from accounts.models import Agent, User
from mailboxes.institutional.provisioning import create_personal_mailbox
from mailboxes.models import Mailbox
from sample.bulk import generate_bulk
from sample.delivery import MailDrop, opened
from webmail.imap import session

LOGIN = "camille.mesure"
PASSWORD = "trois cartables bleus sous la pluie"  # noqa: S105  (nobody's)
SEED = 1
UNTIL = datetime(2026, 9, 1, tzinfo=UTC)
FOLDERS = 24  # beside the six usual ones


def measured_mailbox(domain: str) -> Mailbox:
    """The row, made at the first run."""
    address = f"{LOGIN}@{domain}"
    known = Mailbox.objects.filter(owner__username=LOGIN).first()
    if known is not None:
        return known
    user = User.objects.create_user(LOGIN, PASSWORD, is_active=True)
    names = {"first_name": "Camille", "usual_name": "Mesure", "civil_name": "Mesure"}
    Agent.objects.create(user=user, status=Agent.Status.ACTIVE, **names)
    return create_personal_mailbox(user, address, quota_mb=20_000)


def fill(mailbox: Mailbox, wanted: int) -> None:
    """Brings INBOX to `wanted` messages; what an earlier run delivered stays."""
    address = mailbox.address
    with opened(address) as drop:
        _make_folders(drop)
        present = drop.bulk_count()
        mails = islice(generate_bulk(address, wanted, seed=SEED, until=UNTIL), present, None)
        for _count in drop.deliver("inbox", mails):
            pass


def _make_folders(drop: MailDrop) -> None:
    for number in range(FOLDERS):
        name = f"Classe {number:02d}"
        if name not in drop.existing:
            drop.mail.create_folder(name)


def add_message(mailbox: Mailbox, folder: str, raw: bytes) -> int:
    """Appends one message to `folder`; its UID."""
    with session(mailbox.address, mailbox.address) as mail:
        mail.select(folder)
        before = next(it for it in mail.folders() if it.name == folder).uid_next
        mail.append(folder, raw)
    return before
