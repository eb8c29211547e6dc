"""Answering a return, and what happens to the goods that come."""

from typing import Any

import pytest
from post_office.models import Email

from catalog.models import BundleComponent, ProductKind
from inventory import consistency
from inventory.models import Movement, MovementKind, StockLevel
from orders.models import Order, OrderEventKind
from orders.states import FulfilmentStatus
from outbox.tasks import deliver_due
from payments.services.settle import settle_order
from returns import services
from returns.exceptions import MessageMissing, NotThisStep, ReturnRefused
from returns.models import ItemCondition, Return
from returns.services import Arrived
from tests.catalog.factories import ProductFactory, VariantFactory
from tests.concurrency import winners
from tests.inventory.factories import WarehouseFactory, stocked
from tests.orders.factories import new_line
from tests.returns.factories import approved, arrived, asked, came, clerk, received, warehouse_for

pytestmark = pytest.mark.django_db


def moved(back: Return) -> list[tuple[str, int]]:
    rows = Movement.objects.filter(reference=back.pk).order_by("pk")
    return list(rows.values_list("kind", "quantity"))


def take(back: Return, *what: Arrived, **more: Any) -> Return:
    warehouse = warehouse_for(back.seller)
    found = services.receive(
        back.pk, what or came(back), warehouse_id=warehouse.pk, actor_id=clerk(), **more
    )
    found.refresh_from_db()
    return found


def subjects() -> list[str]:
    deliver_due()
    return list(Email.objects.order_by("pk").values_list("subject", flat=True))


def test_new_goods_go_back_on_sale() -> None:
    back = received(arrived(), 2)

    assert moved(back) == [(MovementKind.RETURN, 2)]
    assert back.status == "received"
    line = back.items.get().line
    assert (line.returned_quantity, line.delivered_quantity) == (2, 2)
    assert not consistency.differences()


@pytest.mark.parametrize(
    ("condition", "sell_again", "movements"),
    [
        (ItemCondition.DAMAGED, True, [("return", 2), ("write_off", -2)]),
        (ItemCondition.USED, False, [("return", 2), ("write_off", -2)]),
        (ItemCondition.USED, True, [("return", 2)]),
    ],
)
def test_what_is_not_sold_again_is_written_off(
    condition: ItemCondition, sell_again: bool, movements: list[tuple[str, int]]
) -> None:
    back = approved(arrived(), 2)

    take(back, *came(back, condition, sell_again=sell_again))

    assert moved(back) == movements
    assert not consistency.differences()


def test_each_unit_has_its_condition_and_the_chosen_warehouse() -> None:
    back = approved(arrived(new_line(stocked(9), 3)), 3)
    line = back.items.get().line
    warehouse = WarehouseFactory.create()

    services.receive(
        back.pk,
        [
            Arrived(line_id=line.pk, condition=ItemCondition.NEW, quantity=2),
            Arrived(line_id=line.pk, condition=ItemCondition.DAMAGED, quantity=1),
        ],
        warehouse_id=warehouse.pk,
        actor_id=clerk(),
        note="Faltaba el manual",
    )

    level = StockLevel.objects.get(variant=line.variant, warehouse=warehouse)
    assert level.on_hand == 2
    assert sorted(back.items.values_list("condition", "quantity", "asked")) == [
        ("damaged", 1, 0),
        ("new", 2, 3),
    ]
    places = [place for item in back.items.all() for place in item.places]
    assert sorted(places) == [0, 1, 2]


def test_fewer_or_other_units_may_come_than_were_asked_for() -> None:
    order = arrived(new_line(stocked(9), 3), new_line(stocked(9), 1))
    first, second = order.lines.order_by("position")
    back = approved(order, {first.pk: 2})

    take(
        back,
        Arrived(line_id=first.pk, condition=ItemCondition.NEW, quantity=1),
        Arrived(line_id=second.pk, condition=ItemCondition.NEW, quantity=1),
    )

    assert sorted(back.items.values_list("line", "asked", "quantity")) == sorted(
        [(first.pk, 2, 1), (second.pk, 0, 1)]
    )
    assert asked(order, {first.pk: 2}).status == "requested"


def test_nothing_of_a_line_may_come() -> None:
    order = arrived(new_line(stocked(9), 1), new_line(stocked(9), 1))
    first, second = order.lines.order_by("position")
    back = approved(order, {first.pk: 1, second.pk: 1})

    take(back, Arrived(line_id=first.pk, condition=ItemCondition.NEW, quantity=1))

    assert sorted(back.items.values_list("asked", "quantity")) == [(1, 0), (1, 1)]


def test_more_than_was_delivered_cannot_come() -> None:
    order = arrived()
    back = approved(order, 1)
    line = order.lines.get()

    with pytest.raises(ReturnRefused):
        take(back, Arrived(line_id=line.pk, condition=ItemCondition.NEW, quantity=3))
    with pytest.raises(ReturnRefused):
        take(back, Arrived(line_id=line.pk, condition=ItemCondition.NEW, quantity=0))

    back.refresh_from_db()
    assert (back.status, back.items.get().quantity) == ("approved", 1)
    assert moved(back) == []


def test_a_bundle_comes_back_as_its_parts() -> None:
    warehouse = WarehouseFactory.create()
    legs = stocked(20, warehouse=warehouse)
    bundle = VariantFactory.create(product=ProductFactory.create(kind=ProductKind.BUNDLE))
    BundleComponent.objects.create(bundle=bundle.product, variant=legs, quantity=4)
    order = arrived(new_line(bundle, 2))

    back = received(order, 1)

    row = Movement.objects.get(reference=back.pk)
    assert (row.variant, row.quantity) == (legs, 4)


def test_an_order_of_which_all_is_back_is_returned() -> None:
    order = arrived()

    received(order, 1)
    order.refresh_from_db()
    half = order.fulfilment_status
    received(order, 1)
    order.refresh_from_db()

    assert (half, order.fulfilment_status) == (
        FulfilmentStatus.DELIVERED,
        FulfilmentStatus.RETURNED,
    )
    assert order.events.filter(kind=OrderEventKind.RETURNED).count() == 2


def test_the_second_receipt_changes_nothing() -> None:
    back = received(arrived(), 1)

    with pytest.raises(NotThisStep):
        take(back)

    assert moved(back) == [(MovementKind.RETURN, 1)]


def test_no_needs_a_reason_and_is_final() -> None:
    back = asked(arrived())

    with pytest.raises(MessageMissing):
        services.reject(back.pk, actor_id=clerk(), message="  ")
    services.reject(back.pk, actor_id=clerk(), message="Está usado")

    with pytest.raises(NotThisStep):
        services.approve(back.pk, actor_id=clerk())


def test_goods_that_are_not_taken_back_leave_the_stock_again() -> None:
    order = arrived()
    back = received(order, 2)

    services.reject(back.pk, actor_id=clerk(), message="Falta la garantía")

    order.refresh_from_db()
    assert moved(back) == [(MovementKind.RETURN, 2), (MovementKind.WRITE_OFF, -2)]
    assert order.lines.get().returned_quantity == 0
    assert order.fulfilment_status == FulfilmentStatus.DELIVERED
    assert asked(order, 2).status == "requested"


def test_goods_whose_money_is_on_its_way_cannot_be_refused() -> None:
    back = received(arrived(), 1)
    services.refund(back.pk, actor_id=clerk())

    with pytest.raises(NotThisStep):
        services.reject(back.pk, actor_id=clerk(), message="No")


def test_each_step_is_told_by_mail_once_with_its_words() -> None:
    back = asked(arrived())
    services.approve(back.pk, actor_id=clerk(), message="Claro", instructions="Por Olva, gratis")
    take(back)

    told = subjects()
    deliver_due()

    assert [subject for subject in told if back.number in subject] == [
        f"Tu devolución {back.number}: la revisaremos",
        f"Tu devolución {back.number} está aprobada",
        f"Tu devolución {back.number} llegó",
    ]
    mail = Email.objects.get(subject__contains="aprobada")
    assert "Por Olva, gratis" in mail.message
    assert "Claro" in mail.html_message
    assert len(subjects()) == len(told)


@pytest.mark.django_db(transaction=True)
def test_of_two_people_who_receive_the_same_return_one_does() -> None:
    back = approved(arrived(), 1)
    order = Order.objects.get()
    settle_order(order.pk)
    what, warehouse, who = came(back), warehouse_for(back.seller), clerk()

    def receive() -> None:
        services.receive(back.pk, what, warehouse_id=warehouse.pk, actor_id=who)

    assert winners(receive, refusal=NotThisStep) == 1
    assert moved(back) == [(MovementKind.RETURN, 1)]
