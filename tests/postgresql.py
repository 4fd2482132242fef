"""How the tests empty a PostgreSQL database: row by row, while the site and the mail servers read on.

Django truncates. That takes each table for itself, one after the other, and so meets whoever reads
several of them: PostgreSQL then ends one of the two, at times the test. It also makes all files of
all tables anew, which takes four times as long on tables as small as these.
"""

from collections.abc import Iterable
from typing import Any

from django.core.management.color import Style
from django.db import IntegrityError, OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.postgresql.operations import DatabaseOperations

TRIES = 10


def empty_by_rows(connection: BaseDatabaseWrapper) -> None:
    """Has this connection's ``flush`` delete rows."""
    if connection.vendor == "postgresql":
        connection.ops = DeletingOperations(connection)


class DeletingOperations(DatabaseOperations):
    """Foreign keys are looked at when the transaction ends: any order of tables will do."""

    def sql_flush(
        self,
        style: Style,
        tables: Any,
        *,
        reset_sequences: bool = False,
        allow_cascade: bool = False,
    ) -> list[str]:
        return [f"DELETE FROM {self.quote_name(table)}" for table in tables]  # noqa: S608

    def execute_sql_flush(self, sql_list: Iterable[str]) -> None:
        """Begins again when somebody wrote meanwhile: a row that comes after its table's turn keeps
        another one, of a table whose turn is later, from going.
        """
        for _ in range(TRIES - 1):
            try:
                return super().execute_sql_flush(sql_list)
            except (IntegrityError, OperationalError):
                continue
        return super().execute_sql_flush(sql_list)
