"""SQL files: migrations read each, and notice when one changes."""

import re

from pgtrigger.compiler import UpsertTriggerSql

from core.database.sql_files import ROOT, read_sql
from orders.models import Order

MIGRATIONS = "".join(path.read_text() for path in ROOT.glob("*/migrations/*.py"))


def test_migrations_read_all_files() -> None:
    files = {(path.parts[-3], path.stem) for path in ROOT.glob("*/sql/*.sql")}

    assert files == set(re.findall(r'r(?:ead|un)_sql\(\s*"(\w+)",\s*"(\w+)"', MIGRATIONS))


def test_values_stand_where_their_names_stood() -> None:
    assert "kind = 'page' AND" in read_sql("catalog", "free_slug", kind="page")


def test_a_body_that_changes_no_longer_fits_the_hash_of_its_migration() -> None:
    triggers = {trigger.name: trigger for trigger in getattr(Order._meta, "triggers", [])}
    made = triggers["order_has_a_line"].compile(Order).sql
    parts = made.kwargs | {"func": made.kwargs["func"].replace("no line", "no lines")}

    assert UpsertTriggerSql(**parts) != UpsertTriggerSql(**parts, hash=made.hash)
