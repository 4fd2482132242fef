"""The database itself refuses to change a published text or what someone accepted.

A migration that rebuilds one of the tables on SQLite loses the triggers: it ends with
:func:`install` again.
"""

from collections.abc import Iterator

from django.db.backends.base.base import BaseDatabaseWrapper

TABLES = ("accounts_termsversion", "accounts_termsacceptance")
REFUSAL = "Published terms and their acceptances never change."

POSTGRESQL_FUNCTION = f"""
    CREATE OR REPLACE FUNCTION accounts_terms_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'restrict_violation'; END $$
"""


def install(connection: BaseDatabaseWrapper) -> None:
    remove(connection)
    with connection.cursor() as cursor:
        for statement in _creations(connection.vendor):
            cursor.execute(statement)


def remove(connection: BaseDatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        for table in TABLES:
            on_table = f"ON {table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {table}_no_update {on_table}")


def _creations(vendor: str) -> Iterator[str]:
    if vendor == "postgresql":
        yield POSTGRESQL_FUNCTION
    for table in TABLES:
        before = f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table}"
        if vendor == "postgresql":
            yield f"{before} FOR EACH ROW EXECUTE FUNCTION accounts_terms_refuse()"
        else:
            yield f"{before} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
