"""From the hold to the sale, the parcel or back."""

from uuid import uuid4

import pytest

from inventory import causes, selectors, services
from inventory.exceptions import LevelIsShort, NothingHeld, NotOnShelf, OutOfStock
from inventory.models import Movement, Reservation, StockAlert, StockLevel
from tests.catalog.factories import VariantFactory
from tests.inventory.factories import WarehouseFactory, level_of, soon, stocked

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("books_agree")]


def numbers(variant):
    return StockLevel.objects.values_list("on_hand", "committed", "reserved").get(variant=variant)


def ordered(variant, quantity):
    order = uuid4()
    services.move_holds(
        cart=uuid4(),
        order=order,
        quantities={variant.pk: quantity},
        until=soon(),
    )
    return order


def sold(variant, quantity):
    order = ordered(variant, quantity)
    services.record_sale(order=order, quantities={variant.pk: quantity})
    return order


def test_paying_turns_the_hold_into_a_sale_once():
    variant = stocked(10)
    order = ordered(variant, 3)

    for _ in range(2):
        services.record_sale(order=order, quantities={variant.pk: 3})

    assert numbers(variant) == (10, 3, 0)
    assert Reservation.objects.get(reference=order).status == "converted"
    assert Movement.objects.filter(reference=order).count() == 1


def test_a_lost_hold_is_taken_anew_when_the_money_comes_late():
    variant = stocked(10)
    order = ordered(variant, 3)
    services.release(reference=order)

    services.record_sale(order=order, quantities={variant.pk: 3})

    assert numbers(variant) == (10, 3, 0)


def test_late_money_for_units_that_are_gone_is_refused():
    variant = stocked(3)
    order = ordered(variant, 3)
    services.release(reference=order)
    sold(variant, 2)

    with pytest.raises(OutOfStock) as refusal:
        services.record_sale(order=order, quantities={variant.pk: 3})

    assert refusal.value.variant_ids == (variant.pk,)
    assert numbers(variant) == (3, 2, 0)


def test_cancelling_gives_back_what_was_not_dispatched_once():
    variant = stocked(10)
    order = sold(variant, 4)
    warehouse = level_of(variant).warehouse_id
    services.dispatch({(variant.pk, warehouse): 1}, order=order)

    for _ in range(2):
        services.cancel_sale(order=order)

    assert numbers(variant) == (9, 0, 0)


def test_nobody_dispatches_more_than_the_order_bought():
    variant = stocked(10)
    order = sold(variant, 2)
    sold(variant, 5)
    warehouse = level_of(variant).warehouse_id

    with pytest.raises(NothingHeld):
        services.dispatch({(variant.pk, warehouse): 3}, order=order)

    assert numbers(variant) == (10, 7, 0)


def test_a_short_level_sells_and_sends_nothing():
    variant = stocked(5)
    order, waiting = sold(variant, 3), ordered(variant, 2)
    warehouse = level_of(variant).warehouse_id
    services.write_off({(variant.pk, warehouse): 1}, note="broken")

    with pytest.raises(LevelIsShort):
        services.dispatch({(variant.pk, warehouse): 3}, order=order)
    with pytest.raises(OutOfStock):
        services.record_sale(order=waiting, quantities={variant.pk: 2})

    assert selectors.available_quantities([variant.pk]) == {variant.pk: 0}
    assert numbers(variant) == (4, 3, 2)


def test_goods_come_and_go():
    variant, warehouse = VariantFactory.create(), WarehouseFactory.create()

    services.receive({(variant.pk, warehouse.pk): 10}, note="OC-2026-001")
    services.restock({(variant.pk, warehouse.pk): 1})
    services.write_off({(variant.pk, warehouse.pk): 2}, note="broken")
    services.adjust({(variant.pk, warehouse.pk): -3}, note="miscounted")

    assert numbers(variant) == (6, 0, 0)
    with pytest.raises(NotOnShelf):
        services.adjust({(variant.pk, warehouse.pk): -7}, note="miscounted")
    explanation = causes.explain(level_of(variant))
    assert {effect.kind: effect.shelf for effect in explanation.effects} == {
        "receipt": 10,
        "return": 1,
        "write_off": -2,
        "adjustment": -3,
    }


def test_one_alert_for_each_crossing_of_the_minimum():
    variant = stocked(6)
    warehouse = level_of(variant).warehouse_id

    sold(variant, 2)
    sold(variant, 1)

    assert StockAlert.objects.filter(resolved_at=None).count() == 1

    services.receive({(variant.pk, warehouse): 10})
    assert StockAlert.objects.filter(resolved_at=None).count() == 0
    sold(variant, 9)
    assert StockAlert.objects.count() == 2
