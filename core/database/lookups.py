"""Ways to ask the database that Django lacks."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Func, Lookup, Subquery, TextField, UUIDField


def as_array(keys: Iterable[Any]) -> str:
    """Keys as PostgreSQL writes an array: psycopg would search each of thousands for quotes."""
    return f"{{{','.join(map(str, keys))}}}"


@UUIDField.register_lookup
class AnyOf(Lookup[Any]):
    """`id__any_of=keys`: one array instead of as many parameters."""

    lookup_name = "any_of"
    prepare_rhs = False

    def get_db_prep_lookup(self, value: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        return "%s", (as_array(value),)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        left, left_values = self.process_lhs(compiler, connection)
        right, right_values = self.process_rhs(compiler, connection)
        # Hidden from the planner, which would look up how frequent each of many is.
        return f"{left} = ANY((SELECT {right}::uuid[])::uuid[])", (*left_values, *right_values)


class AsJSON(Func):
    """What `ArraySubquery` finds, as one text that Python reads when it is needed."""

    template = "array_to_json(%(expressions)s)::text"
    output_field = TextField()


class OfGroup(Subquery):
    """A subquery about columns that rows are grouped by: asked for each group, not for each row."""

    def get_group_by_cols(self) -> list[Any]:
        return []
