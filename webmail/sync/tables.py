"""Writing many rows at once: COPY where the database knows it, one prepared statement elsewhere.

Django's own bulk_create makes a model of each row, and costs three times as much.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from django.db import connection, models


@cache
def columns(model: type[models.Model]) -> tuple[str, ...]:
    """Names of the table's columns, in the order of the model's fields."""
    return tuple(field.attname for field in model._meta.concrete_fields)  # noqa: SLF001 public in fact


def insert(model: type[models.Model], rows: Sequence[Sequence[Any]]) -> None:
    """Adds `rows`, whose values stand in the order of `columns(model)`. Within a transaction."""
    if not rows:
        return
    names = ", ".join(map(_quoted, columns(model)))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {_table(model)} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(columns(model)))
            statement = f"INSERT INTO {_table(model)} ({names}) VALUES ({marks})"  # noqa: S608 our own names
            cursor.executemany(statement, _adapted(rows))


def pairs(
    model: type[models.Model], columns: tuple[str, str], mailbox_id: int, keys: Iterable[int]
) -> list[tuple[int, int]]:
    """Both columns of the rows of a mailbox whose first one is among `keys`.

    Thousands of keys: numbers stand in the statement itself, as parameters each costs more than its row.
    """
    wanted = ", ".join(map(str, map(int, keys)))
    if not wanted:
        return []
    first, second = map(_quoted, columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {first}, {second} FROM {_table(model)} "  # noqa: S608 our own names, and numbers
            f"WHERE mailbox_id = %s AND {first} IN ({wanted})",
            [mailbox_id],
        )
        return list(cursor.fetchall())


def update(
    model: type[models.Model],
    changed: Sequence[str],
    keys: Sequence[str],
    rows: Sequence[Sequence[Any]],
) -> None:
    """Sets the columns `changed` where the columns `keys` are equal; a row holds the values of both."""
    if not rows:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(*_joined_update(model, changed, keys, rows))
        else:
            setting = ", ".join(f"{_quoted(name)} = %s" for name in changed)
            where = " AND ".join(f"{_quoted(name)} = %s" for name in keys)
            statement = f"UPDATE {_table(model)} SET {setting} WHERE {where}"  # noqa: S608 our own names
            cursor.executemany(statement, _adapted(rows))


def _joined_update(
    model: type[models.Model],
    changed: Sequence[str],
    keys: Sequence[str],
    rows: Sequence[Sequence[Any]],
) -> tuple[str, list[list[Any]]]:
    """One statement that joins the table with the rows: one plan, however little the planner knows."""
    arrays = ", ".join(f"%s::{_kind(model, name)}[]" for name in [*changed, *keys])
    given = ", ".join([*(_quoted(f"new_{name}") for name in changed), *map(_quoted, keys)])
    setting = ", ".join(f"{_quoted(name)} = {_quoted(f'new_{name}')}" for name in changed)
    where = " AND ".join(f"now.{_quoted(name)} = given.{_quoted(name)}" for name in keys)
    statement = (
        f"UPDATE {_table(model)} AS now SET {setting} "  # noqa: S608 our own names
        f"FROM unnest({arrays}) AS given({given}) WHERE {where}"
    )
    return statement, [list(column) for column in zip(*rows, strict=True)]


def count_anew(*tables: type[models.Model]) -> None:
    """Lets PostgreSQL's planner look at tables that grew much since it last did.

    It does so by itself within a minute or two, while the person whose mailbox it was already searches.
    """
    if connection.vendor != "postgresql":
        return
    names = [model._meta.db_table for model in tables]  # noqa: SLF001 public in fact
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_stat_user_tables"
            " WHERE relname = ANY(%s) AND n_mod_since_analyze > 1000 + n_live_tup / 5",
            [names],
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f"ANALYZE {_quoted(name)}")


@cache
def _kind(model: type[models.Model], column: str) -> str:
    fields = model._meta.concrete_fields  # noqa: SLF001 public in fact
    return next(str(it.db_type(connection)) for it in fields if it.attname == column)


def _table(model: type[models.Model]) -> str:
    return _quoted(model._meta.db_table)  # noqa: SLF001 public in fact


def _quoted(name: str) -> str:
    return str(connection.ops.quote_name(name))


def _adapted(rows: Iterable[Sequence[Any]]) -> list[Sequence[Any]]:
    """Values as the database's driver takes them: SQLite keeps moments as text in UTC."""
    if connection.vendor == "postgresql":
        return list(rows)
    adapt = connection.ops.adapt_datetimefield_value
    return [[adapt(it) if isinstance(it, datetime) else it for it in row] for row in rows]
