"""Goods that suppliers send: in parts, twice, too many, at once."""

from decimal import Decimal

import pytest
from constance import config
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.exceptions import InvalidTransition
from inventory import consistency
from inventory.models import Movement, StockLevel
from purchasing import services
from purchasing.exceptions import (
    DeliveryNoteMissing,
    DeliveryNoteUsed,
    NotAwaited,
    WrongArrival,
)
from purchasing.models import Receipt
from tests.accounts.factories import UserFactory
from tests.catalog.factories import VariantFactory
from tests.concurrency import at_once
from tests.inventory.factories import WarehouseFactory
from tests.purchasing.factories import ordered, sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def warehouse():
    return WarehouseFactory.create()


@pytest.fixture
def variant():
    return VariantFactory.create(cost=None)


@pytest.fixture
def order(variant, warehouse):
    """Ten units, sent."""
    return sent((variant, warehouse, 10, "7.50"))


def on_hand(variant):
    return sum(level.on_hand for level in StockLevel.objects.filter(variant=variant))


def receive(order, units, note="G-1"):
    return services.receive(order.pk, {order.lines.get().pk: units}, delivery_note=note)


def status(order):
    order.refresh_from_db()
    return order.status


def test_what_comes_in_parts_is_counted_once_each(order, variant):
    assert [receive(order, 4, "G-1"), receive(order, 4, "G-1"), receive(order, 4, "G-2")] == [
        4,
        0,
        0,
    ]
    assert (on_hand(variant), status(order)) == (4, "partially_received")

    assert receive(order, 10, "G-2") == 6

    assert (on_hand(variant), status(order)) == (10, "received")
    assert receive(order, 10, "G-2") == 0
    movements = Movement.objects.filter(reference=order.pk, kind="receipt").order_by("pk")
    assert [(each.quantity, each.note, each.reference_kind) for each in movements] == [
        (4, "G-1", "purchase_order"),
        (6, "G-2", "purchase_order"),
    ]
    assert consistency.differences() == []


def test_everything_that_is_missing_is_received_at_once(variant, warehouse):
    other = VariantFactory.create()
    second = WarehouseFactory.create()
    actor = UserFactory.create()
    order = sent(
        (variant, warehouse, 3, "1.00"), (variant, second, 2, "1.00"), (other, second, 1, "2.00")
    )

    units = services.receive_everything(order.pk, delivery_note="G-1", actor_id=actor.pk)

    assert (units, on_hand(variant), on_hand(other), status(order)) == (6, 5, 1, "received")
    assert set(Receipt.objects.values_list("received_by", flat=True)) == {actor.pk}


def test_what_is_received_is_what_the_variant_costs(order, variant):
    receive(order, 1)

    variant.refresh_from_db()
    assert variant.cost == Decimal("7.50")


@pytest.mark.parametrize("units", [11, 3, -1, 4.5])
def test_more_than_was_ordered_or_less_than_had_come_is_refused(units, order, variant):
    receive(order, 4)

    with pytest.raises(WrongArrival):
        receive(order, units, "G-2")

    assert on_hand(variant) == 4


@pytest.mark.parametrize(("percent", "most"), [(10, 11), (5, 10), (500, 20), (-50, 10)])
def test_the_shop_says_how_many_more_may_come(percent, most, order, variant):
    config.OVER_RECEIPT_PERCENT = percent

    with pytest.raises(WrongArrival):
        receive(order, most + 1)
    receive(order, most)

    assert (on_hand(variant), status(order)) == (most, "received")


def test_what_was_not_ordered_does_not_come(order, variant, warehouse):
    foreign = ordered((variant, warehouse, 1, "1.00")).lines.get()

    with pytest.raises(WrongArrival):
        services.receive(order.pk, {foreign.pk: 1}, delivery_note="G-1")

    assert on_hand(variant) == 0


def test_goods_come_with_a_delivery_note_and_by_each_once(order, variant):
    with pytest.raises(DeliveryNoteMissing):
        receive(order, 1, "  ")
    receive(order, 1, "G-1")

    with pytest.raises(DeliveryNoteUsed):
        receive(order, 2, "G-1")

    assert on_hand(variant) == 1


def test_a_draft_is_not_received(variant, warehouse):
    draft = ordered((variant, warehouse, 1, "1.00"))

    with pytest.raises(NotAwaited):
        receive(draft, 1)

    assert on_hand(variant) == 0


def test_what_is_left_can_be_given_up_and_then_nothing_more_comes(order, variant):
    receive(order, 4)

    left = services.cancel(order.pk)

    assert (left, status(order), on_hand(variant)) == (6, "cancelled", 4)
    with pytest.raises(NotAwaited):
        receive(order, 5, "G-2")
    with pytest.raises(NotAwaited):
        services.receive_everything(order.pk, delivery_note="G-2")


def test_what_has_come_whole_cannot_be_given_up(order):
    receive(order, 10)

    with pytest.raises(InvalidTransition):
        services.cancel(order.pk)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(news=st.lists(st.integers(-2, 14), max_size=8))
def test_whatever_news_comes_the_shelf_holds_the_highest_that_may_be(news, warehouse):
    variant = VariantFactory.create()
    order = sent((variant, warehouse, 10, "1.00"))

    expected = 0
    for number, units in enumerate(news):
        if expected <= units <= 10:
            receive(order, units, f"G-{number}")
            expected = units
        else:
            with pytest.raises(WrongArrival):
                receive(order, units, f"G-{number}")

    line = order.lines.get()
    assert (on_hand(variant), line.received_quantity) == (expected, expected)
    assert sum(line.receipts.values_list("quantity", flat=True)) == expected
    assert status(order) == {0: "sent", 10: "received"}.get(expected, "partially_received")


@pytest.mark.django_db(transaction=True)
def test_a_delivery_received_by_many_at_once_comes_once(order, variant):
    results = at_once(lambda: receive(order, 10))

    assert sorted(results) == [0] * 7 + [10]
    assert on_hand(variant) == 10
    assert Movement.objects.filter(reference=order.pk).count() == 1


@pytest.mark.django_db(transaction=True)
def test_deliveries_of_the_same_goods_do_not_wait_for_each_other_in_a_circle(warehouse):
    """What the first has for one warehouse the second has for the other, and so on."""
    one, other = VariantFactory.create(), VariantFactory.create()
    second = WarehouseFactory.create()
    crossed = [
        [(one, warehouse, 1, "1.00"), (other, second, 1, "1.00")],
        [(other, warehouse, 1, "1.00"), (one, second, 1, "1.00")],
    ]
    waiting = [sent(*places).pk for places in crossed * 8]

    at_once(
        lambda: [services.receive_everything(waiting.pop(), delivery_note="G-1") for _ in range(2)]
    )

    assert [on_hand(one), on_hand(other)] == [16, 16]
    assert consistency.differences() == []
