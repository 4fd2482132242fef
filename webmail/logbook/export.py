"""A logbook as a file for a spreadsheet."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.export import lines_for_a_spreadsheet
from mailboxes.models import LogbookEntry
from webmail.logbook.rows import name_of

READ_AT_ONCE = 500


def lines(found: QuerySet[LogbookEntry]) -> Iterator[str]:
    """All that was found; what messages are about is not in it."""
    return lines_for_a_spreadsheet(_titles(), map(_cells, found.iterator(READ_AT_ONCE)))


def _titles() -> list[str]:
    return [
        _("Date"),
        _("Personne"),
        _("Identifiant"),
        _("Acte"),
        _("Depuis"),
        _("Personne concernée"),
        _("Dossier"),
        _("Vers"),
        _("Marque"),
        _("Message-ID"),
    ]


def _cells(entry: LogbookEntry) -> list[str]:
    return [
        timezone.localtime(entry.at).isoformat(sep=" ", timespec="seconds"),
        name_of(entry.person),
        entry.person.username if entry.person else "",
        str(entry.get_deed_display()),
        str(entry.get_via_display()),
        entry.about.get_full_name() if entry.about else "",
        entry.folder,
        entry.target,
        entry.flag,
        entry.message_id,
    ]
