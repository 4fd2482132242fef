"""Rows beside the row of another query, as one value: a page then needs no query for them."""

from collections.abc import Sequence
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import QuerySet, Subquery, TextField
from django.db.models.sql.compiler import SQLCompiler


class RowsAsJson(Subquery):
    """A JSON array of arrays, in no order; `columns` are those of `rows`, as the database calls them."""

    def __init__(self, rows: QuerySet[Any, Any], *columns: str) -> None:
        super().__init__(rows, output_field=TextField())
        # With the name of their table: SQLite would find a name that is not there in the outer query.
        listed = ", ".join(f"listed.{name}" for name in columns)
        self.template = (
            f"(SELECT json_group_array(json_array({listed}))"  # noqa: S608 names of ours
            " FROM (%(subquery)s) AS listed)"
        )

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any
    ) -> tuple[str, Sequence[Any]]:
        template = self.template.replace("json_array(", "json_build_array(")
        template = template.replace("json_group_array", "json_agg").replace(
            " FROM", "::text FROM", 1
        )
        return self.as_sql(compiler, connection, template=template, **extra)
