"""``manage.py prune_audit``: removes what the journal has kept long enough."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit.pruning import JournalBroken, end_of_retention, prune


class Command(BaseCommand):
    help = "Removes the entries older than PLI_AUDIT_DAYS; the chain stays verifiable."

    def handle(self, *_args: Any, **_options: Any) -> None:
        try:
            removed = prune(before=end_of_retention())
        except JournalBroken as error:
            raise CommandError(f"{error} Nothing was removed; see verify_audit.") from error
        self.stdout.write(f"{removed} entries removed.")
