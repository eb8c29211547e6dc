"""Units are exchanged for money that the shop still has, or that is still to come at the door."""

from decimal import Decimal

import pytest

from orders import services as orders
from payments.services.refunds import request_order_refund
from returns.exceptions import ExchangeNotPossible
from returns.states import ReturnStatus
from tests.inventory.factories import stocked
from tests.orders.factories import new_line, place
from tests.payouts.factories import carry_out
from tests.returns.factories import arrived, clerk, deliver, received, sibling
from tests.returns.test_settle import exchanged

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("at_the_door", [True, False])
def test_nothing_is_exchanged_for_money_that_has_gone_back(at_the_door: bool) -> None:
    order = arrived(collects_on_delivery=at_the_door)
    back = received(order, 1)
    [refund] = request_order_refund(order.pk, order.total, reason="Disculpas", actor_id=clerk())
    carry_out(refund)

    with pytest.raises(ExchangeNotPossible):
        exchanged(back, sibling(order.lines.get().variant))

    back.refresh_from_db()
    assert (back.status, order.lines.count()) == (ReturnStatus.RECEIVED, 1)


def test_an_exchange_is_worth_no_more_than_the_shop_keeps() -> None:
    order = arrived()
    worth = order.lines.get().unit_price
    [refund] = request_order_refund(
        order.pk, order.total - worth, reason="Disculpas", actor_id=clerk()
    )
    carry_out(refund)

    exchanged(received(order, 1), sibling(order.lines.get().variant))
    rest = received(order, {order.lines.order_by("position")[0].pk: 1})
    [refund] = request_order_refund(order.pk, Decimal("0.01"), reason="Disculpas", actor_id=clerk())

    with pytest.raises(ExchangeNotPossible, match="menos"):
        exchanged(rest, sibling(order.lines.order_by("position")[0].variant))


def test_what_is_to_be_paid_at_the_door_is_exchanged_before_its_money_has_come() -> None:
    order = place(new_line(stocked(9), 1), collects_on_delivery=True)
    orders.confirm(order.pk)
    order.refresh_from_db()
    deliver(order)

    back = exchanged(received(order, 1), sibling(order.lines.get().variant))

    assert back.status == ReturnStatus.REFUNDED
