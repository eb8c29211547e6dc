from itertools import product
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

from core.exceptions import InvalidTransition
from orders import services
from orders.models import Order
from orders.states import (
    FULFILMENT_TRANSITIONS,
    ORDER_TRANSITIONS,
    PAYMENT_STATUS_TRANSITIONS,
    FulfilmentStatus,
    OrderStatus,
    PaymentStatus,
)
from tests.orders.factories import place

pytestmark = pytest.mark.django_db
TABLES: dict[str, tuple[Any, Any]] = {
    "status": (OrderStatus, ORDER_TRANSITIONS),
    "payment_status": (PaymentStatus, PAYMENT_STATUS_TRANSITIONS),
    "fulfilment_status": (FulfilmentStatus, FULFILMENT_TRANSITIONS),
}


def _force(order: Order, column: str, value: str) -> None:
    """Put the row into a state, past the triggers."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(f"UPDATE orders_order SET {column} = %s WHERE id = %s", [value, order.pk])
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")


def _is_accepted(order: Order, column: str, value: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE orders_order SET {column} = %s WHERE id = %s", [value, order.pk]
            )
    except DatabaseError:
        return False
    return True


@pytest.mark.parametrize("column", TABLES)
def test_the_database_accepts_exactly_the_steps_of_the_table(column: str) -> None:
    order = place()
    statuses, table = TABLES[column]

    for old, new in product(statuses, statuses):
        _force(order, column, old)
        accepted = _is_accepted(order, column, new)

        expected = new == old or new in table.get(old, ())
        assert accepted == expected, f"{column}: {old} → {new}"


def test_a_service_refuses_a_step_before_the_database_does() -> None:
    order = place()

    with pytest.raises(InvalidTransition):
        services.complete(order.pk)

    order.refresh_from_db()
    assert order.status == OrderStatus.PENDING


def test_raw_sql_cannot_make_a_total_that_does_not_add_up() -> None:
    order = place()

    with pytest.raises(DatabaseError, match="order_adds_up"), connection.cursor() as cursor:
        cursor.execute("UPDATE orders_order SET total = total + 1 WHERE id = %s", [order.pk])
