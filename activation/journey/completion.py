"""The end of an activation: in one transaction the account opens, or nothing has happened."""

from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import throttling
from accounts.models import Agent, TemporaryPassword, TermsVersion, User
from accounts.restriction import restrict
from accounts.telling.notices import tell
from accounts.terms import accept
from activation.journey.progress import JourneyOver, Step, locked
from activation.letters.redeeming import close_letters_of, redeem
from activation.models import ExpectedTransfer, Journey
from audit import journal
from audit.events import Event
from audit.parties import Origin
from mailboxes.institutional.provisioning import add_address, create_personal_mailbox
from mailboxes.models import Address, Mailbox

OPENED = ["password", "is_active", "must_change_password", "password_changed_at"]


@transaction.atomic
def activate(journey: Journey, version: TermsVersion, origin: Origin) -> None:
    """Spends the proof, opens the account and its mailbox's rows, keeps the acceptance of ``version``.

    Of two who come with one letter, one gets here. Raises JourneyOver.
    """
    row = locked(journey)
    if row.step != Step.TERMS:
        raise JourneyOver
    account = row.account
    _spend(row)
    _open(account, row)
    accept(account, version, origin)
    if row.proof == Journey.Proof.TRANSFER:
        restrict(account)
    mailbox_of(account)
    tell(account, _("Votre compte académique est activé"), origin, also=told_besides(row))
    journal.record(
        Event.ACCOUNT_ACTIVATED,
        actor=account.party,
        subject=account.party,
        origin=origin,
        method=row.proof,
        flow=row.flow,
    )


def mailbox_of(account: User) -> Mailbox:
    """The personal mailbox, with an address in each of the academy's domains; safe to run twice."""
    mailbox = Mailbox.objects.filter(owner=account).first()
    primary, *others = [f"{account.username}@{domain}" for domain in settings.DOMAINS]
    if mailbox is None:
        mailbox = create_personal_mailbox(account, primary)
    for address in others:
        _add_if_free(mailbox, address)
    return mailbox


def told_besides(journey: Journey) -> list[str]:
    """Where the true owner hears of it, should somebody else have come in their place.

    The personal address is as HR told it; the former one belongs to the academy they come from.
    """
    former = journey.transfer.former_address if journey.transfer else ""
    return [address for address in (journey.agent.personal_email, former) if address]


def _spend(row: Journey) -> None:
    """What served as proof serves no more. Raises JourneyOver where it was spent meanwhile."""
    if row.letter_id is not None and not redeem(row.letter_id):
        raise JourneyOver
    if row.transfer_id is not None and not _use_transfer(row.transfer_id):
        raise JourneyOver
    if row.proof == Journey.Proof.TEMPORARY and not _is_still_given(row):
        raise JourneyOver
    close_letters_of(row.agent)


def _is_still_given(row: Journey) -> bool:
    """Whether the temporary password that began this is neither expired nor replaced by another."""
    lasts = timedelta(hours=settings.TEMPORARY_PASSWORD_HOURS)
    given = TemporaryPassword.objects.filter(user=row.account, expires_at__gt=timezone.now())
    return given.filter(expires_at__lte=row.started_at + lasts).exists()


def _use_transfer(transfer_id: int) -> bool:
    awaited = ExpectedTransfer.objects.filter(pk=transfer_id, used_at__isnull=True)
    return awaited.update(used_at=timezone.now()) == 1


def _open(account: User, row: Journey) -> None:
    account.password = row.password_hash
    account.is_active = True
    account.must_change_password = False
    account.password_changed_at = timezone.now()
    account.save(update_fields=OPENED)
    TemporaryPassword.objects.filter(user=account).delete()
    throttling.clear(account.username)
    row.agent.status = Agent.Status.ACTIVE
    row.agent.save(update_fields=["status"])
    row.step, row.password_hash, row.activated_at = Step.OPENING, "", timezone.now()
    row.save(update_fields=["step", "password_hash", "activated_at"])


def _add_if_free(mailbox: Mailbox, address: str) -> None:
    """An older domain may have given this address to somebody else: it stays theirs."""
    if Address.objects.filter(address=address).exists():
        return
    try:
        with transaction.atomic():
            add_address(mailbox, address, Address.Kind.HISTORIC)
    except ValidationError:
        return
