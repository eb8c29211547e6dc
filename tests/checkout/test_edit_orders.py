"""Staff change an order that has not left: lines, units and money follow, or nothing does."""

from decimal import Decimal
from uuid import UUID

import pytest

from catalog.models import Variant
from checkout import editing
from checkout.exceptions import ChangeRefused, OrderHasChanged
from core.exceptions import DomainError
from inventory import consistency as stock
from inventory.models import Movement, Reservation, StockLevel
from orders import consistency
from orders import services as orders
from orders.exceptions import LimitReached
from orders.models import Order, OrderEvent, OrderEventKind
from orders.new_orders import NewAddress
from orders.states import OrderStatus, PaymentStatus
from outbox.tasks import deliver_due
from payments.models import Refund
from payments.services.settle import settle_order
from promotions.models import Promotion, PromotionTrigger, Redemption
from shipping.services import packing, planning
from tests.accounts.factories import UserFactory
from tests.checkout.changing import bought, change, ordered, wish
from tests.checkout.factories import deliver_by
from tests.concurrency import at_once
from tests.inventory.factories import WarehouseFactory, stocked
from tests.invoicing.factories import money_in

pytestmark = pytest.mark.django_db


def is_sound() -> bool:
    return consistency.differences() == [] and stock.differences() == []


def held(order: Order) -> dict[UUID, int]:
    holds = Reservation.objects.active().filter(reference=order.pk)
    return dict(holds.values_list("variant_id", "quantity"))


def units(order: Order) -> dict[str, int]:
    return dict(order.lines.values_list("sku", "quantity"))


def test_an_unpaid_order_holds_what_it_has_now_and_is_paid_as_it_is_now() -> None:
    shirt, mug, cap = stocked(9), stocked(9), stocked(9)
    order = ordered({shirt: 2, mug: 1})

    change(order, wish(order, {shirt: 3, mug: 0}, {cap: 1}))
    money_in(order)
    settle_order(order.pk)

    order.refresh_from_db()
    assert units(order) == {shirt.sku: 3, cap.sku: 1}
    assert order.total == shirt.price * 3 + cap.price
    assert (order.status, order.payment_status) == (OrderStatus.CONFIRMED, PaymentStatus.PAID)
    assert is_sound()


def test_the_hold_of_an_unpaid_order_grows_and_shrinks_with_it() -> None:
    shirt, mug = stocked(9), stocked(9)
    order = ordered({shirt: 2, mug: 1})

    change(order, wish(order, {shirt: 5, mug: 0}))

    assert held(order) == {shirt.pk: 5}
    assert StockLevel.objects.get(variant=mug).reserved == 0


def test_a_sale_takes_more_units_and_gives_others_back() -> None:
    shirt, mug, cap = stocked(9), stocked(9), stocked(9)
    order = bought({shirt: 3, mug: 1})

    change(order, wish(order, {shirt: 1, mug: 0}, {cap: 2}))

    sold = dict(StockLevel.objects.values_list("variant_id", "committed"))
    assert sold == {shirt.pk: 1, mug.pk: 0, cap.pk: 2}
    back = Movement.objects.filter(reference=order.pk, kind="cancellation")
    assert sorted(back.values_list("quantity", flat=True)) == [1, 2]
    assert is_sound()


def test_the_parcels_of_a_sale_follow_its_change_until_one_is_packed() -> None:
    here = WarehouseFactory.create()
    shirt, mug, cap = (stocked(9, warehouse=here) for _each in range(3))
    order = bought({shirt: 3, mug: 1})
    deliver_due()
    gone = planning.regroup(order.shipments.get().pk, {order.lines.get(sku=mug.sku).pk: 1})

    change(order, wish(order, {shirt: 1, mug: 0}, {cap: 1}))
    deliver_due()

    gone.refresh_from_db()
    assert gone.status == "cancelled"
    parcel = order.shipments.get(status="pending")
    assert dict(parcel.items.values_list("line__sku", "quantity")) == {shirt.sku: 1, cap.sku: 1}
    packing.pack(parcel.pk)
    with pytest.raises(ChangeRefused):
        change(order, wish(order, {shirt: 2}))


def test_a_dearer_sale_owes_the_difference_and_a_cheaper_one_gives_it_back() -> None:
    shirt = stocked(9)
    order = bought({shirt: 2})

    change(order, wish(order, {shirt: 3}))
    owed = order.owes_difference
    money_in(order, shirt.price)
    settle_order(order.pk)
    clerk = UserFactory.create()
    change(order, wish(order, {shirt: 1}), clerk)

    assert owed
    refunds = Refund.objects.all()
    assert sum(refund.amount for refund in refunds) == shirt.price * 2
    assert {refund.requested_by for refund in refunds} == {clerk}


def test_added_units_cost_what_they_cost_today_and_the_others_what_was_agreed() -> None:
    shirt = stocked(9)
    order = bought({shirt: 2})
    Variant.objects.filter(pk=shirt.pk).update(sale_price=Decimal("40.00"))

    change(order, wish(order, {shirt: 3}))

    lines = order.lines.order_by("position").values_list("quantity", "unit_price")
    assert list(lines) == [(2, shirt.price), (1, Decimal("40.00"))]
    assert order.total == shirt.price * 2 + Decimal("40.00")


def test_a_promotion_of_today_holds_for_what_is_added_and_is_counted_once() -> None:
    shirt, cap = stocked(9), stocked(9)
    order = bought({shirt: 1})
    promotion = Promotion.objects.create(
        name="Diez", trigger=PromotionTrigger.AUTOMATIC, effect="percentage", value=10, max_uses=5
    )

    change(order, wish(order, added={cap: 1}))
    change(order, wish(order, {cap: 2}))

    assert order.total == shirt.price + cap.price * 2 * Decimal("0.9")
    assert Redemption.objects.get().promotion == promotion
    promotion.refresh_from_db()
    assert promotion.uses == 1


def test_the_timeline_says_who_changed_what_and_keeps_the_note_from_the_shopper() -> None:
    shirt = stocked(9)
    order = bought({shirt: 2})
    clerk = UserFactory.create()

    change(order, wish(order, {shirt: 1}, note="She called"), clerk)

    told = OrderEvent.objects.get(order=order, kind=OrderEventKind.EDITED)
    assert told.actor == clerk
    [line] = told.details["lines"]
    assert (line["sku"], line["before"], line["after"]) == (shirt.sku, 2, 1)
    assert told.details["total"] == {
        "before": str(shirt.price * 2),
        "after": str(shirt.price),
    }
    note = OrderEvent.objects.get(order=order, kind=OrderEventKind.NOTE)
    assert (note.note, note.is_public) == ("She called", False)


def test_an_order_that_moves_is_brought_for_what_that_costs() -> None:
    deliver_by("olva", "Olva Courier", Decimal("10.00"))
    shirt = stocked(9)
    order = bought({shirt: 1})
    address = NewAddress(
        recipient="Ana", street="Jr. Puno 5", district="Lima", city="Lima", ubigeo="150101"
    )

    change(order, wish(order, address=address, shipping="olva"))

    assert order.addresses.get(kind="shipping").street == "Jr. Puno 5"
    assert (order.shipping_total, order.total) == (Decimal(10), shirt.price + 10)
    assert order.owes_difference


@pytest.mark.parametrize("status", [OrderStatus.CANCELLED, OrderStatus.EXPIRED])
def test_an_order_that_is_over_is_not_changed(status: OrderStatus) -> None:
    shirt = stocked(9)
    order = ordered({shirt: 2})
    Order.objects.filter(pk=order.pk).update(status=status)
    order.refresh_from_db()

    with pytest.raises(ChangeRefused):
        editing.preview(order, wish(order, {shirt: 1}))


def test_an_order_without_lines_is_refused_and_so_is_more_than_there_is() -> None:
    shirt = stocked(3)
    order = bought({shirt: 2})

    for quantity in (0, 4, 2):
        with pytest.raises(ChangeRefused):
            editing.preview(order, wish(order, {shirt: quantity}))

    assert units(order) == {shirt.sku: 2}


def test_the_limit_of_a_product_counts_the_order_once() -> None:
    shirt = stocked(9)
    shirt.product.purchase_limit = 3
    shirt.product.save()
    order = bought({shirt: 2})

    change(order, wish(order, {shirt: 3}))

    with pytest.raises(LimitReached):
        editing.preview(order, wish(order, {shirt: 4}))


def test_what_has_changed_since_the_preview_has_to_be_looked_at_again() -> None:
    shirt = stocked(9)
    order = ordered({shirt: 2})
    wanted = wish(order, {shirt: 3})
    seen = editing.preview(order, wanted).version
    money_in(order)
    settle_order(order.pk)

    with pytest.raises(OrderHasChanged):
        editing.apply(order.pk, wanted, seen=seen, actor_id=UUID(str(UserFactory.create().pk)))

    assert units(order) == {shirt.sku: 2}
    assert is_sound()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_change_an_order_at_once_the_second_is_told() -> None:
    shirt = stocked(9)
    order = bought({shirt: 2})
    clerk = UUID(str(UserFactory.create().pk))
    wanted = wish(order, {shirt: 5})
    seen = editing.preview(order, wanted).version

    def edit() -> bool:
        try:
            editing.apply(order.pk, wanted, seen=seen, actor_id=clerk)
        except OrderHasChanged:
            return False
        return True

    assert sum(at_once(edit, times=4)) == 1
    assert units(order) == {shirt.sku: 5}
    assert is_sound()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("rival", ["pays", "cancels", "takes the last"])
def test_a_change_and_what_happens_meanwhile_leave_stock_and_money_sound(rival: str) -> None:
    shirt = stocked(4)
    order = ordered({shirt: 2}) if rival == "pays" else bought({shirt: 2})
    clerk = UUID(str(UserFactory.create().pk))
    wanted = wish(order, {shirt: 4})
    seen = editing.preview(order, wanted).version
    if rival == "pays":
        money_in(order)
    turns = iter(range(2))

    def act() -> bool:
        try:
            if next(turns) == 0:
                editing.apply(order.pk, wanted, seen=seen, actor_id=clerk)
            elif rival == "pays":
                settle_order(order.pk)
            elif rival == "cancels":
                orders.cancel(order.pk, actor_id=clerk, reason="She does not want it")
            else:
                ordered({shirt: 1})
        except DomainError:
            return False
        return True

    outcomes = at_once(act, times=2)

    order.refresh_from_db()
    assert any(outcomes)
    assert is_sound()
    settle_order(order.pk)
    is_changed = units(order)[shirt.sku] == 4
    assert order.total == shirt.price * (4 if is_changed else 2)
