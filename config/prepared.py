"""Queries that every page asks: Django makes their SQL once, afterwards only the values change.

Making the SQL of a query of many columns takes Django longer than PostgreSQL takes to answer it.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from copy import copy
from datetime import date
from functools import cached_property
from typing import Any, ClassVar, Generic, TypeVar

from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Expression, Field, Model, QuerySet
from django.db.models.query import ModelIterable
from django.db.models.sql.compiler import SQLCompiler

Row = TypeVar("Row", bound=Model)
MOMENT = re.compile(r"\d{4}-\d\d-\d\d")


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
    def _made(self) -> tuple[SQLCompiler, str, tuple[Any, ...]]:
        """The compiler knows which column is which; nothing of it belongs to one connection."""
        compiler = self.build().query.get_compiler(DEFAULT_DB_ALIAS)
        sql, parameters = compiler.as_sql()
        if any(map(_is_moment, parameters)):
            raise ImproperlyConfigured(f"this moment would stay for ever: {parameters}")
        return compiler, sql, parameters


def _is_moment(parameter: object) -> bool:
    """SQLite's are text."""
    return isinstance(parameter, date) or bool(MOMENT.match(str(parameter)))


class _Asking:
    """What Django's iterable over models wants of a QuerySet and of its Query, for one call."""

    db = DEFAULT_DB_ALIAS
    _known_related_objects: ClassVar[dict[Any, Any]] = {}

    def __init__(
        self,
        made: SQLCompiler,
        sql: str,
        parameters: tuple[Any, ...],
        values: Mapping[str, object],
    ) -> None:
        self.compiler = copy(made)
        self.compiler.connection = connection
        statement = sql, tuple(_given(it, values) for it in parameters)
        self.compiler.as_sql = lambda: statement  # type: ignore[assignment, misc]
        self.query, self.model = self, made.query.model

    def get_compiler(self, using: str) -> SQLCompiler:
        return self.compiler


def _given(parameter: Any, values: Mapping[str, object]) -> Any:
    if not isinstance(parameter, Slot):
        return parameter
    return parameter.output_field.get_db_prep_value(values[parameter.name], connection)
