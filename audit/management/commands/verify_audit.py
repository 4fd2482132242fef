"""``manage.py verify_audit``: walks the journal's chain and says where it breaks."""

from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from audit import triggers
from audit.chain import Link
from audit.models import Entry
from audit.verification import ends_of_the_chain, verify


def link(text: str) -> Link:
    number, _, digits = text.partition(":")
    if not number.isdecimal() or len(digits) != 64:
        raise ArgumentTypeError("an anchor is NUMBER:HASH, as this command printed it")
    return Link(int(number), digits.lower())


class Command(BaseCommand):
    help = "Checks that no entry of the journal was changed, removed, added or reordered."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--anchor",
            type=link,
            metavar="NUMBER:HASH",
            help="a newest link that this command printed earlier and you noted elsewhere",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        found = verify(options["anchor"])
        unguarded = triggers.missing(connection)
        for place in found:
            self.stderr.write(str(place))
        for trigger in unguarded:
            self.stderr.write(f"the trigger {trigger} of the database is gone")
        if found or unguarded:
            raise CommandError(f"The journal is broken in {len(found) + len(unguarded)} places.")
        ends = ends_of_the_chain()
        entries = Entry.objects.filter(number__gt=ends.base_number).count()
        self.stdout.write(f"The journal is whole: {entries} entries, newest {ends.head}")
