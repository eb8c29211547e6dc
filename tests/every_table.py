"""
Rows in each table that a shop has left empty, so that a comparison of tables has something to see.

They hold every constraint and foreign key, as rows must that PostgreSQL is to read back; only
triggers are set aside. What they say makes no sense.
"""

from typing import Any

from django.apps import apps
from django.db import connection, models

from tests import many_rows

ROWS = 5
# One of a month that has no table, and of each month that has one (`outbox.partitions`).
EACH_MONTH = "uuidv7((n - 2) * interval '1 month')"
CUT_BY_MONTH = {"audit_entry", "outbox_history"}
# Where a constraint asks for more than a column's type.
SAID = {
    "audit_entry.id": EACH_MONTH,
    "backoffice_bulkaction.stopped": "''",
    "backoffice_undoablerow.refusal": "''",
    "catalog_scheduledprice.ends_at": "NULL",
    "catalog_searchboost.brand_id": "NULL",
    "catalog_searchboost.category_id": "NULL",
    "catalog_searchboost.position": "NULL",
    "catalog_searchredirect.target": "'/c/sofas/'",
    "catalog_synonymgroup.words": "ARRAY['sofa', 'divan' || n]",
    "checkout_draft.order_id": "NULL",
    "checkout_draft.phone": "'+51987654321'",
    "checkout_draft.status": "'open'",
    "cart_cart.order": "NULL",
    "complaints_complaint.answer": "''",
    "complaints_complaint.answered_at": "NULL",
    "complaints_complaint.number": "'LR-2026-' || lpad(n::text, 6, '0')",
    "outbox_history.id": EACH_MONTH,
    "payouts_statement.carried": "0",
    "payouts_statement.carried_from_id": "NULL",
    "payouts_statement.commission": "0",
    "payouts_statement.period": "daterange(current_date - 7 * n, current_date - 7 * (n - 1))",
    "payouts_statement.refunds": "0",
    "payouts_statement.status": "'approved'",
    "purchasing_purchaseorder.number": "'OC-2026-' || lpad(n::text, 3, '0')",
    "purchasing_purchaseorder.tax": "0",
    "reviews_productquestion.answer": "''",
    "reviews_productquestion.answered_at": "NULL",
    "reviews_reviewphoto.position": "n - 1",
    "sellers_sellerapplication.answered_at": "NULL",
    "sellers_sellerapplication.seller_id": "NULL",
    "sellers_sellerapplication.status": "'new'",
    "till_entry.kind": "'sale'",
    "till_entry.order_id": "(SELECT id FROM orders_order ORDER BY id OFFSET n - 1 LIMIT 1)",
    "till_entry.tendered": "NULL",
    "till_session.closed_at": "now()",
}


def fill_the_empty() -> None:
    """A few rows in each table of a model that has none; tables that others refer to come first."""
    waiting = [model for model in stored() if _has_room(model)]
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        while waiting:
            ready = [model for model in waiting if not _needs(model) & set(waiting)]
            assert ready, waiting
            for model in ready:
                cursor.execute(many_rows.insert(model, ROWS, _value))
            waiting = [model for model in waiting if model not in ready]
        cursor.execute("SET session_replication_role = origin")


def stored() -> list[type[models.Model]]:
    """Models with a table of their own, those between two others too."""
    found = apps.get_models(include_auto_created=True)
    return [each for each in found if each._meta.managed and not each._meta.proxy]


def _has_room(model: type[models.Model]) -> bool:
    return model._meta.db_table in CUT_BY_MONTH or not model._base_manager.exists()


def _needs(model: type[models.Model]) -> set[Any]:
    """Whose rows it must name."""
    fields = [each for each in model._meta.concrete_fields if each.is_relation and not each.null]
    return {each.related_model for each in fields} - {model}


def _value(field: Any) -> str:
    if said := SAID.get(f"{field.model._meta.db_table}.{field.column}"):
        return said
    if not field.is_relation:
        return many_rows.value(field, {})
    other = field.related_model._meta
    # Anyone who asks and anyone who approves are two people.
    alike = [each for each in field.model._meta.concrete_fields if _names(each) == _names(field)]
    number = f'NULLIF((SELECT count(*) FROM "{other.db_table}"), 0)'
    one = f'SELECT "{other.pk.column}" FROM "{other.db_table}" ORDER BY 1'
    return f"({one} LIMIT 1 OFFSET (n - 1 + {alike.index(field)}) % {number})"


def _names(field: Any) -> Any:
    return field.related_model
