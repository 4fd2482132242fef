"""``ce.<uai>@``: each school's mailbox, opened once the import of schools knows the school."""

import logging

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import School
from audit import journal
from audit.events import Event
from audit.parties import SYSTEM
from mailboxes.delegating import telling
from mailboxes.institutional import responsables
from mailboxes.institutional.provisioning import create_functional_mailbox
from mailboxes.models import Address, Mailbox

log = logging.getLogger(__name__)


def address_of(school: School) -> str:
    return f"ce.{school.uai.lower()}@{settings.DOMAINS[0]}"


def open_missing() -> None:
    """After an import, and hourly: schools without their mailbox get it; its head answers for it."""
    schools = {address_of(school): school for school in School.objects.order_by("uai")}
    known = set(
        Address.objects.filter(
            address__in=schools,
            mailbox__kind=Mailbox.Kind.FUNCTIONAL,
            mailbox__school__isnull=False,
        ).values_list("address", flat=True)
    )
    for address, school in schools.items():
        if address not in known:
            _open(school, address)


@transaction.atomic
def _open(school: School, address: str) -> None:
    """One that was opened by hand before is the school's from now on."""
    mailbox = Mailbox.objects.filter(addresses__address=address).first()
    if mailbox is None:
        mailbox = _created(school, address)
    if mailbox is None or mailbox.owner_id is not None:
        return
    mailbox.school = school
    mailbox.save(update_fields=["school"])
    responsables.follow_posts_of(school)


def _created(school: School, address: str) -> Mailbox | None:
    try:
        mailbox = create_functional_mailbox(school.name, address)
    except ValidationError as error:
        log.warning("no mailbox for %s: %s", school.uai, error.messages)
        return None
    journal.record(
        Event.FUNCTIONAL_MAILBOX_OPENED,
        actor=SYSTEM,
        reason=address,
        flow=telling.flow_of(mailbox),
    )
    return mailbox
