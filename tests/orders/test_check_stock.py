"""check_stock finds every lie about the stock, and --fix explains it in the ledger."""

from contextlib import contextmanager
from datetime import timedelta
from uuid import uuid4

import pytest
from constance import config
from django.db import connection
from django.utils import timezone
from post_office.models import Email

from inventory import consistency, services
from inventory.models import Movement, Reservation, StockLevel
from orders import services as orders
from orders.models import Order, OrderLine
from orders.tasks import check_stock
from tests.catalog.factories import VariantFactory
from tests.commands import rows_of, run
from tests.inventory.factories import WarehouseFactory, stocked
from tests.orders.factories import new_line, place

pytestmark = pytest.mark.django_db


@contextmanager
def behind_the_guards():
    """As a restored backup or a careless administrator would write: without triggers."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield cursor
        cursor.execute("SET LOCAL session_replication_role = origin")


@pytest.fixture
def level():
    """Ten units, of which three are sold and two are held."""
    variant = stocked(10, warehouse=WarehouseFactory.create(code="LIM-01"))
    sold(variant, 3)
    until = timezone.now() + timedelta(minutes=15)
    services.reserve({variant.pk: 2}, reference=uuid4(), until=until)
    return StockLevel.objects.get(variant=variant)


def sold(variant, quantity):
    """An order that is paid, its units taken."""
    order = place(new_line(variant, quantity))
    orders.mark_paid(order.pk)
    return order


def falsify(**numbers):
    with behind_the_guards():
        StockLevel.objects.update(**numbers)


def numbers(level):
    level.refresh_from_db()
    return level.on_hand, level.committed, level.reserved


def test_books_that_are_right_end_with_0(level):
    ran = run("check_stock")

    assert ran.code == 0
    assert "0" in ran.error


@pytest.mark.parametrize(
    ("field", "stored", "whats"),
    [
        ("on_hand", 7, {"on hand"}),
        ("on_hand", 12, {"on hand"}),
        ("committed", 1, {"committed", "sold and not dispatched"}),
        ("reserved", 0, {"reserved"}),
        ("reserved", 5, {"reserved"}),
    ],
)
def test_each_wrong_number_is_found_and_ends_with_1(level, field, stored, whats):
    right = getattr(level, field)
    falsify(**{field: stored})

    ran = run("check_stock", "--format", "json")

    assert ran.code == 1
    assert {row["what"] for row in ran.rows} == whats
    assert {(row["stored"], row["proven"], row["repaired"]) for row in ran.rows} == {
        (stored, right, False)
    }
    assert getattr(StockLevel.objects.get(), field) == stored


@pytest.mark.parametrize(
    "lie",
    [
        "UPDATE inventory_movement SET on_hand_delta = 9, quantity = 9 WHERE kind = 'receipt'",
        "DELETE FROM inventory_movement WHERE kind = 'receipt'",
        "DELETE FROM inventory_movement WHERE kind = 'sale'",
        "UPDATE inventory_reservation SET quantity = 1 WHERE status = 'active'",
        """
        INSERT INTO inventory_movement (variant_id, warehouse_id, kind, quantity, on_hand_delta,
            reference_kind, note, on_hand_after, committed_after)
        SELECT variant_id, warehouse_id, 'receipt', 1, 1, 'manual', '', 11, 3
        FROM inventory_stocklevel
        """,
    ],
)
def test_a_ledger_or_hold_that_a_superuser_has_rewritten_is_found_and_mended(level, lie):
    with behind_the_guards() as cursor:
        cursor.execute(lie)

    found = run("check_stock", "--fix").code
    held = sum(Reservation.objects.active().values_list("quantity", flat=True))

    assert found == 1
    assert [
        row for row in consistency.differences() if row.what != "dispatched more than sold"
    ] == []
    assert numbers(level)[0] == 10, "the shelf stays as it is"
    assert numbers(level)[2] == held


def test_nothing_is_mended_for_a_report_that_cannot_be_written(level, tmp_path):
    falsify(reserved=9)

    ran = run("check_stock", "--fix", "--output", str(tmp_path / "no" / "folder.csv"))

    assert ran.code == 2
    assert "folder.csv" in ran.error
    assert numbers(level) == (10, 3, 9)


def test_staff_are_told_once_a_night_if_a_number_is_wrong(level):
    config.LOW_STOCK_EMAIL = "almacen@example.com"

    right = check_stock()
    falsify(reserved=9)
    wrong = check_stock()

    assert (right, wrong) == (0, 1)
    mail = Email.objects.get()
    assert mail.to == ["almacen@example.com"]
    assert level.variant.sku in mail.message
    assert numbers(level) == (10, 3, 9), "nothing is mended unasked"


def test_without_an_address_nobody_is_written_to(level):
    falsify(reserved=9)

    assert check_stock() == 1
    assert not Email.objects.exists()


def test_a_hold_that_is_lost_is_found(level):
    with behind_the_guards():
        Reservation.objects.all().delete()

    assert run("check_stock").code == 1


def test_more_dispatched_than_sold_is_found(level):
    with behind_the_guards() as cursor:
        cursor.execute("UPDATE inventory_movement SET quantity = -1 WHERE kind = 'sale'")
        cursor.execute(
            "INSERT INTO inventory_movement (variant_id, warehouse_id, kind, quantity,"
            " on_hand_delta, reference, reference_kind, note, on_hand_after, committed_after)"
            " SELECT variant_id, warehouse_id, 'dispatch', 0, -2, reference, 'order', '', 0, 0"
            " FROM inventory_movement WHERE kind = 'sale'"
        )

    assert "dispatched more than sold" in {row["what"] for row in rows_of("check_stock")}


@pytest.mark.parametrize("shown", [7, 12])
def test_fix_explains_units_on_hand_by_an_entry_and_leaves_the_shelf_alone(level, shown):
    falsify(on_hand=shown)

    [row] = rows_of("check_stock", "--fix")

    entry = Movement.objects.latest("pk")
    assert row["repaired"] is True
    assert (entry.kind, entry.quantity, entry.on_hand_delta) == (
        "adjustment",
        shown - 10,
        shown - 10,
    )
    assert (entry.on_hand_after, str(shown) in entry.note) == (shown, True)
    assert numbers(level) == (shown, 3, 2)
    assert run("check_stock").code == 0


def test_fix_counts_sold_and_held_units_again(level):
    falsify(committed=0, reserved=9)
    entries = Movement.objects.count()

    ran = run("check_stock", "--fix", "--language", "en")

    assert ran.code == 1
    assert "3 differences. Repaired: 3." in ran.error
    assert numbers(level) == (10, 3, 2)
    assert Movement.objects.count() == entries
    assert consistency.differences() == []


def test_fix_makes_a_lost_level_anew_from_the_ledger(level):
    with behind_the_guards():
        StockLevel.objects.all().delete()

    run("check_stock", "--fix")

    new = StockLevel.objects.get(variant=level.variant_id)
    assert (new.on_hand, new.committed, new.reserved) == (10, 3, 2)
    assert consistency.differences() == []


def test_fix_keeps_a_level_short_when_more_is_spoken_for_than_there_is(level):
    falsify(on_hand=4, reserved=0)

    run("check_stock", "--fix")

    assert numbers(level) == (4, 3, 2)
    assert StockLevel.objects.get().is_short
    assert consistency.differences() == []


def test_the_guards_stand_again_after_a_repair(level):
    falsify(on_hand=7)
    run("check_stock", "--fix")

    services.receive({(level.variant_id, level.warehouse_id): 1})

    assert numbers(level) == (8, 3, 2)
    assert consistency.differences() == []


def test_only_the_chosen_levels_are_checked_and_mended(level):
    elsewhere = stocked(10, warehouse=WarehouseFactory.create(code="AQP-01"))
    falsify(on_hand=7)

    found = rows_of("check_stock", "--warehouse", "AQP-01", "--fix")

    assert [(row["sku"], row["warehouse"]) for row in found] == [(elsewhere.sku, "AQP-01")]
    [left] = rows_of("check_stock")
    assert left["warehouse"] == "LIM-01"
    tomorrow = timezone.localdate() + timedelta(days=1)
    assert rows_of("check_stock", "--since", str(tomorrow)) == []
    assert rows_of("check_stock", "--category", level.variant.product.category.slug) == [left]


def test_a_sale_whose_units_were_never_taken_is_found_by_its_order(level):
    with behind_the_guards():
        Order.objects.update(status="pending")
    lost = place(new_line(level.variant, 2))
    Order.objects.filter(pk=lost.pk).update(status="confirmed")

    found = {row["order"]: (row["stored"], row["proven"]) for row in rows_of("check_stock")}

    assert found == {Order.objects.exclude(pk=lost.pk).get().number: (3, 0), lost.number: (0, 2)}


def test_units_sold_for_an_order_that_is_not_known_are_found(level):
    stray = uuid4()
    services.record_sale(order=stray, quantities={level.variant_id: 1})

    [row] = rows_of("check_stock")

    assert (row["order"], row["what"]) == (str(stray), "units of the order")
    assert (row["stored"], row["proven"]) == (1, 0)


def test_a_bundle_is_proven_by_its_components():
    leg, top = stocked(8), stocked(2)
    table = VariantFactory.create(product__kind="bundle")
    table.product.components.create(variant=leg, quantity=4)
    table.product.components.create(variant=top, quantity=1)
    order = sold(table, 2)
    assert run("check_stock").code == 0

    OrderLine.objects.filter(order=order).update(shipped_quantity=1)

    assert {(row["sku"], row["stored"], row["proven"]) for row in rows_of("check_stock")} == {
        (leg.sku, 8, 4),
        (top.sku, 2, 1),
    }


def test_dispatched_and_cancelled_orders_wait_for_nothing(level):
    gone, cancelled = sold(level.variant, 2), sold(level.variant, 1)
    services.dispatch({(level.variant_id, level.warehouse_id): 2}, order=gone.pk)
    OrderLine.objects.filter(order=gone).update(shipped_quantity=2)
    orders.cancel(cancelled.pk, actor_id=None, reason="test")

    assert run("check_stock").code == 0


def test_orders_are_narrowed_as_levels_are(level):
    services.record_sale(order=uuid4(), quantities={level.variant_id: 1})
    category = level.variant.product.category.slug
    WarehouseFactory.create(code="AQP-01")
    tomorrow = str(timezone.localdate() + timedelta(days=1))

    assert len(rows_of("check_stock", "--warehouse", "LIM-01", "--category", category)) == 1
    assert rows_of("check_stock", "--warehouse", "AQP-01") == []
    assert rows_of("check_stock", "--since", tomorrow) == []
