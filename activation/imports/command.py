"""``manage.py import_agents`` and ``import_schools``: the same way as on the page, in one go."""

from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from activation.imports import arrivals, reading, writing
from activation.imports.layout import Refused, check_beginning
from activation.models.imports import Import, ImportLine
from activation.models.problems import Problem

OCTETS_A_PART = 1024 * 1024


class ImportCommand(BaseCommand):
    """Shows what the file would change; ``--confirm`` also writes it. The journal names the system."""

    kind: ClassVar[Import.Kind]

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--confirm", action="store_true", help="write what was found")
        parser.add_argument(
            "--without-errors", action="store_true", help="leave faulty rows out and write the rest"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        row = self._read(options["file"])
        try:
            self._tell(row)
            if options["confirm"]:
                self._write(row, without_errors=options["without_errors"])
        finally:
            arrivals.give_up(row, None)  # comes too late once it was written

    def _read(self, path: Path) -> Import:
        try:
            self._check(path)
            row = arrivals.receive(self.kind, path.name, _parts(path), asks_worker=False)
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
        except Refused as refused:
            raise CommandError(refused.problem.says(refused.detail)) from refused
        reading.read(row.pk)
        row.refresh_from_db()
        if row.state != Import.State.READ:
            raise CommandError(row.problem_sentence or f"Import {row.pk} is read elsewhere.")
        return row

    def _check(self, path: Path) -> None:
        if path.stat().st_size > settings.IMPORT_MAX_MB * OCTETS_A_PART:
            raise Refused(Problem.TOO_BIG, str(settings.IMPORT_MAX_MB))
        check_beginning(next(_parts(path), b""))

    def _tell(self, row: Import) -> None:
        """Errors and what is worth a look one by one, differences and newcomers as numbers."""
        self.stdout.write(
            f"{row.rows} rows: {row.new} new, {row.changed} changed, {row.unchanged} unchanged, "
            f"{row.wrong} with errors; {row.missing} not in the file"
        )
        if row.ignored_columns:
            self.stdout.write(f"ignored columns: {row.ignored_columns}")
        with translation.override("en"):
            for line in row.lines.filter(kind__in=("error", "note")).order_by("pk").iterator():
                self.stderr.write(_sentence(line))

    def _write(self, row: Import, *, without_errors: bool) -> None:
        if not row.writes_something:
            self.stdout.write("Nothing to write.")
            return
        try:
            arrivals.confirm(
                row, row.plan_hash, without_errors=without_errors, by=None, asks_worker=False
            )
        except arrivals.HasErrors as error:
            raise CommandError("Rows with errors: nothing written. --without-errors?") from error
        except arrivals.AnotherIsWritten as error:
            raise CommandError("Another import is being written; try again later.") from error
        writing.write(row.pk)
        row.refresh_from_db()
        if row.state != Import.State.DONE:
            raise CommandError(row.problem_sentence or "Nothing written; try again.")
        self.stdout.write(f"Written: import {row.pk}.")


def _parts(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while part := file.read(OCTETS_A_PART):
            yield part


def _sentence(line: ImportLine) -> str:
    place = " ".join(part for part in (f"line {line.line}", line.column) if part)
    return f"{place}: {line.reason}"
