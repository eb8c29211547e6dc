"""A billed order that is changed: its document is taken back, and one says what it is now."""

from decimal import Decimal

import pytest

from invoicing import services
from invoicing.models import DocumentKind, FiscalDocument
from orders import services as orders
from orders.models import Order
from outbox.tasks import deliver_due
from payments.models import Refund
from payments.services.refunds import approve_refund
from payments.services.send_refunds import complete_refund_by_hand
from payments.services.settle import settle_order
from tests.accounts.factories import UserFactory
from tests.checkout.changing import bought, change, wish
from tests.inventory.factories import stocked
from tests.invoicing.factories import money_in
from tests.payments.steps import request_refund

pytestmark = pytest.mark.django_db


def billed(units: int = 2) -> Order:
    order = bought({stocked(9): units})
    deliver_due()
    return order


def to(order: Order, units: int) -> Order:
    line = order.lines.get()
    return change(order, wish(order, {line.variant: units}))


def documents(order: Order) -> list[tuple[str, Decimal]]:
    rows = FiscalDocument.objects.filter(order=order).order_by("pk")
    return [(row.number, row.total) for row in rows]


def balance(order: Order) -> Decimal:
    signs = {DocumentKind.CREDIT_NOTE.value: -1}
    rows = FiscalDocument.objects.filter(order=order)
    return sum((row.total * signs.get(row.kind, 1) for row in rows), Decimal(0))


def send_back(order: Order) -> None:
    for refund in Refund.objects.filter(payment__order=order, state="requested"):
        approve_refund(refund.pk, actor_id=UserFactory.create().pk)
        complete_refund_by_hand(refund.pk, reference=f"OP-{refund.number}")


def test_a_cheaper_order_gets_a_new_document_at_once_and_its_refund_no_second_note() -> None:
    order = billed(2)
    whole = order.total

    to(order, 1)
    deliver_due()
    send_back(order)
    deliver_due()

    assert documents(order) == [
        ("B001-00000001", whole),
        ("BC01-00000001", whole),
        ("B001-00000002", whole / 2),
    ]
    standing = services.issue(order.pk)
    assert standing
    assert (standing.number, standing.lines[0]["quantity"]) == ("B001-00000002", 1)


def test_a_dearer_order_is_billed_anew_only_when_the_difference_is_paid() -> None:
    order = billed(1)
    price = order.total

    to(order, 3)
    deliver_due()
    before = documents(order)
    money_in(order, price * 2)
    settle_order(order.pk)
    deliver_due()

    assert before == [("B001-00000001", price)]
    assert [total for _number, total in documents(order)] == [price, price, price * 3]
    assert balance(order) == price * 3


def test_the_same_news_twice_writes_nothing_more() -> None:
    order = billed(2)
    to(order, 1)

    for _ in range(3):
        services.follow_change(order.pk)

    assert len(documents(order)) == 3


def test_a_changed_order_that_is_cancelled_owes_nobody_a_document() -> None:
    order = billed(2)
    to(order, 3)
    deliver_due()

    orders.cancel(order.pk, actor_id=None, reason="She does not want it")
    deliver_due()
    for refund in Refund.objects.filter(payment__order=order):
        complete_refund_by_hand(refund.pk, reference=f"OP-{refund.number}")
    deliver_due()

    assert balance(order) == 0


def test_what_was_given_back_out_of_goodwill_stays_credited() -> None:
    order = billed(1)
    price = order.total
    request_refund(order.payments.get(), 10)
    send_back(order)
    deliver_due()

    to(order, 2)
    money_in(order, price)
    settle_order(order.pk)
    deliver_due()

    assert balance(order) == price * 2 - 10
