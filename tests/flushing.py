"""How the tests empty the database while the site and the mail servers go on with what a test began.

With PostgreSQL, row by row: Django truncates, which takes each table for itself, one after the other, and so
meets whoever reads several of them; PostgreSQL then ends one of the two, at times the test. It also makes all
files of all tables anew, which takes four times as long on tables as small as these.
"""

from collections.abc import Iterable
from typing import Any

from django.core.management.color import Style
from django.db import DatabaseError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.operations import BaseDatabaseOperations
from django.db.backends.postgresql.operations import DatabaseOperations
from django.db.backends.sqlite3.base import DatabaseWrapper as Sqlite
from django.db.backends.sqlite3.operations import DatabaseOperations as SqliteOperations

from tests.accounts.emptying import empty_the_logins
from tests.audit.emptying import empty_the_journal
from tests.quiet import wait_until_the_site_rests

TRIES = 10


def flush_with_patience(connection: BaseDatabaseWrapper) -> None:
    """Has this connection's ``flush`` begin again where somebody wrote meanwhile."""
    is_sqlite = isinstance(connection, Sqlite)
    connection.ops = (PatientOperations if is_sqlite else DeletingOperations)(connection)


class Patient(BaseDatabaseOperations):
    def execute_sql_flush(self, sql_list: Iterable[str]) -> None:
        """A row that comes after its table's turn keeps another one, of a table whose turn is later, from
        going; one of the journal or of the logins refuses to go at all.
        """
        for _ in range(TRIES - 1):
            try:
                return super().execute_sql_flush(sql_list)
            except DatabaseError:
                wait_until_the_site_rests()
                empty_the_journal()
                empty_the_logins()
        return super().execute_sql_flush(sql_list)


class PatientOperations(Patient, SqliteOperations):
    """Django's, where a writer waits for its turn."""


class DeletingOperations(Patient, DatabaseOperations):
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
