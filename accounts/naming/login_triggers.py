"""The database itself refuses to delete a login once given, or to change it.

A migration that rebuilds ``accounts_loginname`` on SQLite loses the triggers: it ends with
:func:`install` again.
"""

from collections.abc import Iterator

from django.db.backends.base.base import BaseDatabaseWrapper

REFUSAL = "A login once given stays for ever."

SQLITE = {
    "login_no_delete": "BEFORE DELETE ON accounts_loginname",
    "login_no_change": """
        BEFORE UPDATE OF login ON accounts_loginname WHEN OLD.login <> NEW.login
    """,
}

POSTGRESQL_FUNCTION = f"""
    CREATE OR REPLACE FUNCTION accounts_keep_login() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'restrict_violation';
    END $$
"""

POSTGRESQL = {
    "login_no_delete": "BEFORE DELETE ON accounts_loginname FOR EACH ROW",
    "login_no_change": """
        BEFORE UPDATE ON accounts_loginname FOR EACH ROW WHEN (OLD.login <> NEW.login)
    """,
}


def install(connection: BaseDatabaseWrapper) -> None:
    remove(connection)
    with connection.cursor() as cursor:
        for statement in _creations(connection.vendor):
            cursor.execute(statement)


def remove(connection: BaseDatabaseWrapper) -> None:
    table = "ON accounts_loginname" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        for name in SQLITE:
            cursor.execute(f"DROP TRIGGER IF EXISTS {name} {table}")


def _creations(vendor: str) -> Iterator[str]:
    if vendor == "postgresql":
        yield POSTGRESQL_FUNCTION
        for name, when in POSTGRESQL.items():
            yield f"CREATE TRIGGER {name} {when} EXECUTE FUNCTION accounts_keep_login()"
    else:
        for name, when in SQLITE.items():
            yield f"CREATE TRIGGER {name} {when} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
