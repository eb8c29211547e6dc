"""What comes back of an order that was paid twice goes back by both payments."""

from decimal import Decimal

import pytest

from orders.models import Order
from outbox.tasks import deliver_due
from payments.services.refunds import approve_refund, reject_refund
from payments.services.send_refunds import complete_refund_by_hand
from payments.services.settle import settle_order
from returns import services
from returns.states import ReturnStatus
from tests.inventory.factories import stocked
from tests.invoicing.factories import money_in
from tests.orders.factories import new_line, place
from tests.returns.factories import clerk, deliver, received
from tests.returns.test_settle import refunded

pytestmark = pytest.mark.django_db


def test_money_of_two_payments_goes_back_by_both() -> None:
    order = paid_twice()
    back = received(order, 2)
    services.refund(back.pk, actor_id=clerk())
    first, second = back.refunds.order_by("pk")
    approve_refund(first.pk, actor_id=clerk())
    complete_refund_by_hand(first.pk, reference="OP-1")
    reject_refund(second.pk)
    deliver_due()

    back.refresh_from_db()
    half = back.status
    rest = refunded(back)

    assert {first.amount, second.amount} == {Decimal("60.00"), Decimal("140.00")}
    assert half == ReturnStatus.RECEIVED
    assert rest == order.total
    assert (back.status, back.amount) == (ReturnStatus.REFUNDED, Decimal("200.00"))


def paid_twice() -> Order:
    order = place(new_line(stocked(9), 2))
    for amount in ("60.00", "140.00"):
        money_in(order, Decimal(amount))
    settle_order(order.pk)
    deliver(order)
    return order
