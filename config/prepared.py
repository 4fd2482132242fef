"""Queries that every page asks: Django makes their SQL once, PostgreSQL its plan; then only values change.

Making the SQL of a query of many columns takes Django longer than PostgreSQL takes to answer it, and so
does the plan of a query of many tables.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import copy
from datetime import date
from functools import cached_property
from typing import Any, ClassVar, Generic, TypeVar

from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.postgresql import base as postgresql
from django.db.models import Expression, Field, Model, QuerySet
from django.db.models.query import ModelIterable
from django.db.models.sql.compiler import SQLCompiler

Row = TypeVar("Row", bound=Model)
MOMENT = re.compile(r"\d{4}-\d\d-\d\d")
PLACEHOLDER = re.compile("%[s%]")


class Slot(Expression):
    """Stands in a query for a value that is given later; `field` knows how the database takes it."""

    def __init__(self, name: str, field: "Field[Any, Any]") -> None:
        super().__init__(output_field=field)
        self.name = name

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, tuple[Any, ...]]:
        return "%s", (self,)


def slot_for(model: type[Model], field: str, name: str) -> Slot:
    """A value that is compared with this field of a model."""
    compared: Any = model._meta.get_field(field)  # noqa: SLF001 public in fact
    return Slot(name, compared)


class Prepared(Generic[Row]):
    """Rows of a model by one query. `build` makes it with a Slot wherever calls differ; it is called once."""

    def __init__(self, build: Callable[[], QuerySet[Row]]) -> None:
        self.build = build

    def rows(self, **values: object) -> list[Row]:
        """`values` by the names of the slots."""
        return list(self._asked(values))

    def first(self, **values: object) -> Row | None:
        return next(self._asked(values), None)

    def _asked(self, values: Mapping[str, object]) -> Iterator[Row]:
        asking: Any = _Asking(*self._made, values)
        return iter(ModelIterable(asking))

    @cached_property
    def _made(self) -> tuple[SQLCompiler, str, tuple[Slot, ...]]:
        """The compiler knows which column is which; nothing of it belongs to one connection."""
        compiler = self.build().query.get_compiler(DEFAULT_DB_ALIAS)
        sql, parameters = compiler.as_sql()
        if any(map(_is_moment, parameters)):
            raise ImproperlyConfigured(f"this moment would stay for ever: {parameters}")
        slots = tuple(it for it in parameters if isinstance(it, Slot))
        return compiler, _written_out(sql, parameters), slots


def _is_moment(parameter: object) -> bool:
    """SQLite's are text."""
    return isinstance(parameter, date) or bool(MOMENT.match(str(parameter)))


def _written_out(sql: str, parameters: Sequence[Any]) -> str:
    """What never changes as words of the query: an index that holds some rows only is chosen by them."""
    connection.ensure_connection()
    left = iter(parameters)

    def written(placeholder: re.Match[str]) -> str:
        if placeholder[0] == "%%":
            return "%%"
        value = next(left)
        return "%s" if isinstance(value, Slot) else _quoted(value).replace("%", "%%")

    return PLACEHOLDER.sub(written, sql)


def _quoted(value: object) -> str:
    quoted: str = connection.schema_editor().quote_value(value)
    return quoted


class _Asking:
    """What Django's iterable over models wants of a QuerySet and of its Query, for one call."""

    db = DEFAULT_DB_ALIAS
    _known_related_objects: ClassVar[dict[Any, Any]] = {}

    def __init__(
        self,
        made: SQLCompiler,
        sql: str,
        slots: tuple[Slot, ...],
        values: Mapping[str, object],
    ) -> None:
        self.compiler = copy(made)
        self.compiler.connection = connection
        self.statement = sql, tuple(_given(slot, values) for slot in slots)
        self.compiler.execute_sql = self._fetched  # type: ignore[assignment]
        self.query, self.model = self, made.query.model

    def get_compiler(self, using: str) -> SQLCompiler:
        return self.compiler

    def _fetched(self, **_how: object) -> list[list[tuple[Any, ...]]]:
        with _cursor() as cursor:
            cursor.execute(*self.statement)
            return [cursor.fetchall()]


def _given(slot: Slot, values: Mapping[str, object]) -> Any:
    return slot.output_field.get_db_prep_value(values[slot.name], connection)


def _cursor() -> Any:
    """PostgreSQL keeps the plans of what is asked through a cursor that leaves the values to it."""
    if connection.vendor != "postgresql":
        return connection.cursor()
    connection.ensure_connection()
    opened: Any = connection.connection
    usual = opened.cursor_factory
    opened.cursor_factory = postgresql.ServerBindingCursor
    try:
        return connection.cursor()
    finally:
        opened.cursor_factory = usual
