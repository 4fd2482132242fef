"""The database itself refuses to change the journal, whatever program asks.

Deleting is let through up to the base of the chain, which only pruning moves. A migration that
rebuilds ``audit_entry`` on SQLite loses the triggers: it ends with :func:`install` again.
"""

from collections.abc import Iterator

from django.db.backends.base.base import BaseDatabaseWrapper

BASE = "(SELECT COALESCE(MAX(base_number), 0) FROM audit_chain)"
REFUSAL = "The journal is append-only."

# REPLACE INTO would delete a row without firing the trigger of DELETE, hence the one of INSERT.
SQLITE = {
    "audit_no_update": "BEFORE UPDATE ON audit_entry",
    "audit_no_delete": f"BEFORE DELETE ON audit_entry WHEN OLD.number > {BASE}",
    "audit_no_replace": """
        BEFORE INSERT ON audit_entry
        WHEN EXISTS (SELECT 1 FROM audit_entry WHERE number = NEW.number)
    """,
}

POSTGRESQL_FUNCTION = f"""
    CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE base bigint := {BASE};
    BEGIN
        IF TG_OP = 'DELETE' THEN
            IF OLD.number <= base THEN RETURN OLD; END IF;
        ELSIF TG_OP = 'TRUNCATE' THEN
            IF NOT EXISTS (SELECT 1 FROM audit_entry WHERE number > base) THEN RETURN NULL; END IF;
        END IF;
        RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'restrict_violation';
    END $$
"""  # noqa: S608  (constants of this file only)

POSTGRESQL = {
    "audit_no_change": "BEFORE UPDATE OR DELETE ON audit_entry FOR EACH ROW",
    "audit_no_truncate": "BEFORE TRUNCATE ON audit_entry FOR EACH STATEMENT",
}


def install(connection: BaseDatabaseWrapper) -> None:
    remove(connection)
    with connection.cursor() as cursor:
        for statement in _creations(connection.vendor):
            cursor.execute(statement)


def remove(connection: BaseDatabaseWrapper) -> None:
    postgresql = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        for name in POSTGRESQL if postgresql else SQLITE:
            table = "ON audit_entry" if postgresql else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {name} {table}")


def missing(connection: BaseDatabaseWrapper) -> set[str]:
    """The triggers that somebody dropped or disabled."""
    expected, query = (
        (POSTGRESQL, "SELECT tgname FROM pg_trigger WHERE tgenabled <> 'D'")
        if connection.vendor == "postgresql"
        else (SQLITE, "SELECT name FROM sqlite_master WHERE type = 'trigger'")
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        return expected.keys() - {name for (name,) in cursor.fetchall()}


def _creations(vendor: str) -> Iterator[str]:
    if vendor == "postgresql":
        yield POSTGRESQL_FUNCTION
        for name, when in POSTGRESQL.items():
            yield f"CREATE TRIGGER {name} {when} EXECUTE FUNCTION audit_refuse()"
    else:
        for name, when in SQLITE.items():
            yield f"CREATE TRIGGER {name} {when} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
