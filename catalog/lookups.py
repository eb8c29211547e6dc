from typing import Any

from django.db.models import Lookup, UUIDField


@UUIDField.register_lookup
class AnyOf(Lookup[Any]):
    """`id__any_of=keys`: one array instead of as many parameters as there are keys."""

    lookup_name = "any_of"
    prepare_rhs = False

    def get_db_prep_lookup(self, value: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        return "%s", (list(value),)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        left, left_values = self.process_lhs(compiler, connection)
        right, right_values = self.process_rhs(compiler, connection)
        return f"{left} = ANY({right}::uuid[])", (*left_values, *right_values)
