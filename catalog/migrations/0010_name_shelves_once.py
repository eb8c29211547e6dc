"""A name is once in its place, in each language that it is written in; built beside the traffic."""

from typing import Any

from django.db import migrations, models
from django.db.models import Q

TAKEN = "There is a category with this name here already."
# By suffix of the constraint: the column of the name.
NAMES = {"": "name", "-es": "name_es", "-en": "name_en"}


def once(name: str, places: list[str], place: Q, column: str, where: str) -> Any:
    """The constraint, whose index is made without a lock on the table."""
    columns = ", ".join(f"{each}_id" for each in places)
    create = f'''
        CREATE UNIQUE INDEX CONCURRENTLY "{name}"
        ON catalog_category ({columns}, {column}) WHERE {where}
    '''
    constraint = models.UniqueConstraint(
        fields=[*places, column], condition=place, name=name, violation_error_message=TAKEN
    )
    return migrations.SeparateDatabaseAndState(
        database_operations=[
            migrations.RunSQL(create, f'DROP INDEX CONCURRENTLY IF EXISTS "{name}"')
        ],
        state_operations=[migrations.AddConstraint("category", constraint)],
    )


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("catalog", "0009_keep_old_slugs")]

    operations = [
        *(
            migrations.RemoveConstraint("category", f"category_name_once{suffix}")
            for suffix in NAMES
        ),
        *(
            once(
                f"category_name_once{suffix}",
                ["parent"],
                Q(parent__isnull=False),
                column,
                "parent_id IS NOT NULL",
            )
            for suffix, column in NAMES.items()
        ),
        *(
            once(
                f"category_name_once_on_top{suffix}",
                ["family"],
                Q(parent=None),
                column,
                "parent_id IS NULL",
            )
            for suffix, column in NAMES.items()
        ),
    ]
