"""Who has which right in which functional mailbox, for a spreadsheet."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from audit.export import lines_for_a_spreadsheet
from mailboxes.delegating import standing
from mailboxes.models import Delegation, Mailbox
from mailboxes.models.mailboxes import with_address

NOBODY = [""] * 6
AT_ONCE = 1000  # mailboxes, whose rights one query brings


def lines(mailboxes: QuerySet[Mailbox]) -> Iterator[str]:
    """One line a right; a mailbox in which nobody has one gets a line too."""
    return lines_for_a_spreadsheet(_titles(), _rows(mailboxes))


def _rows(mailboxes: QuerySet[Mailbox]) -> Iterator[list[str]]:
    rights = Prefetch("delegations", standing.current_everywhere(), to_attr="rights")
    boxes: QuerySet[Any] = with_address(mailboxes).prefetch_related(rights)
    for mailbox in boxes.iterator(AT_ONCE):
        school = mailbox.school.uai if mailbox.school else ""
        for cells in [_cells(it) for it in mailbox.rights] or [NOBODY]:
            yield [mailbox.primary_address, mailbox.name, school, *cells]


def _titles() -> list[str]:
    return [
        _("Adresse"),
        _("Boîte"),
        _("UAI"),
        _("Personne"),
        _("Identifiant"),
        _("Droit"),
        _("Titulaire"),
        _("À partir du"),
        _("Jusqu’au"),
    ]


def _cells(delegation: Delegation) -> list[str]:
    return [
        delegation.person.get_full_name(),
        delegation.person.username,
        str(delegation.right.label),
        _("oui") if delegation.is_responsable else "",
        delegation.first_day.isoformat(),
        delegation.last_day.isoformat() if delegation.last_day else "",
    ]
