"""What PostgreSQL refuses, no matter who asks: each rule is broken here with raw SQL."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from inventory import consistency, services
from tests.inventory.factories import stocked

pytestmark = pytest.mark.django_db

# A check, a unique index, a foreign key, a trigger's own refusal: not a slip in the statement.
BY_A_RULE = {"23514", "23505", "23503", "23001", "P0001"}


def run(statement, values=None):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def sqlstate(error):
    return getattr(error.__cause__, "sqlstate", None)


@pytest.fixture
def level():
    """A level with 10 on the shelf, 3 sold and 2 held."""
    variant, order = stocked(10), uuid4()
    until = timezone.now() + timedelta(minutes=15)
    services.move_holds(cart=uuid4(), order=order, quantities={variant.pk: 3}, until=until)
    services.record_sale(order=order, quantities={variant.pk: 3})
    services.reserve({variant.pk: 2}, reference=uuid4(), until=until)
    return variant.stock_levels.get()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE inventory_stocklevel SET on_hand = on_hand + 1",
        "UPDATE inventory_stocklevel SET committed = 0",
        "UPDATE inventory_stocklevel SET reserved = 8",
        "UPDATE inventory_stocklevel SET reserved = -1",
        "UPDATE inventory_stocklevel SET minimum = 9, maximum = 8",
        (
            "INSERT INTO inventory_stocklevel (variant_id, warehouse_id, on_hand, committed,"
            " reserved, minimum, bin, is_below_minimum)"
            " SELECT variant_id, warehouse_id, 1, 0, 0, 5, '', FALSE"
            " FROM inventory_stocklevel"
        ),
        (
            "INSERT INTO inventory_stocklevel (variant_id, warehouse_id, on_hand, committed,"
            " reserved, minimum, bin, is_below_minimum)"
            " SELECT variant_id, warehouse_id, 0, 0, 0, 5, '', FALSE"
            " FROM inventory_stocklevel"
        ),
        "UPDATE inventory_movement SET quantity = quantity + 1",
        "UPDATE inventory_movement SET note = 'x'",
        "DELETE FROM inventory_movement",
        "UPDATE inventory_reservation SET quantity = 0",
        "UPDATE inventory_reservation SET status = 'active' WHERE status = 'converted'",
        "UPDATE inventory_reservation SET status = 'gone' WHERE status = 'active'",
        "UPDATE inventory_reservation SET reference_kind = 'napkin'",
        (
            "INSERT INTO inventory_reservation (variant_id, warehouse_id, reference,"
            " reference_kind, quantity, status, expires_at)"
            " SELECT variant_id, warehouse_id, reference, 'cart', 1,"
            " 'active', now() FROM inventory_reservation WHERE status = 'active'"
        ),
        "DELETE FROM catalog_variant",
        "UPDATE inventory_warehouse SET kind = 'attic'",
    ],
)
def test_the_database_refuses(level, statement):
    with pytest.raises(DatabaseError) as refusal:
        run(statement + "; SET CONSTRAINTS ALL IMMEDIATE")

    assert sqlstate(refusal.value) in BY_A_RULE
    assert consistency.differences() == []


@pytest.mark.parametrize(
    ("kind", "quantity", "on_hand_delta"),
    [
        ("sale", -6, 0),
        ("sale", 1, 0),
        ("sale", -1, -1),
        ("cancellation", 4, 0),
        ("dispatch", 0, -4),
        ("dispatch", -1, -1),
        ("receipt", 1, 2),
        ("receipt", -1, -1),
        ("write_off", -11, -11),
        ("adjustment", 0, 0),
        ("gift", 1, 1),
    ],
)
def test_the_ledger_refuses_what_does_not_fit(level, kind, quantity, on_hand_delta):
    with pytest.raises(DatabaseError) as refusal:
        run(
            "INSERT INTO inventory_movement (variant_id, warehouse_id, kind, quantity,"
            " on_hand_delta, reference_kind, note, on_hand_after, committed_after)"
            " VALUES (%s, %s, %s, %s, %s, 'manual', '', 0, 0)",
            [level.variant_id, level.warehouse_id, kind, quantity, on_hand_delta],
        )

    assert sqlstate(refusal.value) in BY_A_RULE
    level.refresh_from_db()
    assert (level.on_hand, level.committed, level.reserved) == (10, 3, 2)


def test_check_stock_finds_a_level_that_holds_do_not_explain(level):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE inventory_stocklevel SET reserved = 1")

    [difference] = consistency.differences()

    assert (difference.what, difference.stored, difference.proven) == ("reserved", 1, 2)
