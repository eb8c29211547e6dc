"""What the customer gets for what came back: to the cent what was paid for it, and only once."""

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from constance.test import override_config
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.models import BundleComponent, ProductKind
from inventory import consistency
from inventory.selectors import units_to_dispatch
from invoicing import services as invoicing
from invoicing.models import FiscalDocument
from orders import services as orders
from orders.models import Order, OrderDiscount
from orders.states import FulfilmentStatus, OrderStatus, PaymentStatus
from outbox.models import Message
from outbox.tasks import deliver_due
from payments.models import EntryKind, StoreCreditEntry
from payments.services.refunds import approve_refund, reject_refund, request_order_refund
from payments.services.send_refunds import complete_refund_by_hand, submit_refund
from payments.states import RefundState
from returns import selectors, services
from returns.exceptions import ExchangeNotPossible, NotThisStep, ReturnRefused
from returns.models import DeductionCause, Return, ReturnReason
from returns.services.settling import Deduction, Kept
from returns.states import ReturnStatus
from tests.catalog.factories import ProductFactory, VariantFactory
from tests.inventory.factories import stocked
from tests.orders.factories import new_line
from tests.returns.factories import arrived, cheaper, clerk, deliver, received, sibling

pytestmark = pytest.mark.django_db
SHIPPING = Decimal("15.00")


def refunded(back: Return, **how: Any) -> Decimal:
    """Settle it by a refund that somebody approves and sends; gives what has gone."""
    services.refund(back.pk, actor_id=clerk(), **how)
    live = selectors.live_refunds(back)
    for refund in back.refunds.filter(state=RefundState.REQUESTED):
        approve_refund(refund.pk, actor_id=clerk())
        submit_refund(refund.pk)
        complete_refund_by_hand(refund.pk, reference=f"OP-{refund.number}")
    deliver_all_but_mails()
    back.refresh_from_db()
    return sum((refund.amount for refund in live), Decimal(0))


def deliver_all_but_mails() -> None:
    """Half of the news is mails to the buyer, and what they say is no matter of money."""
    mails = Message.objects.waiting().filter(handler__contains=".mail_")
    mails.update(delivered_at=timezone.now())
    deliver_due()


def with_delivery(*lines: Any, shipping: Decimal = SHIPPING) -> Order:
    goods = sum((line.total for line in lines), Decimal(0))
    amounts = sum((line.unit_price * line.quantity for line in lines), Decimal(0))
    return arrived(
        *lines,
        subtotal=amounts,
        discount_total=amounts - goods,
        tax_total=sum((line.tax for line in lines), Decimal(0)),
        shipping_total=shipping,
        total=goods + shipping,
    )


def exchanged(back: Return, variant: Any) -> Return:
    variants = {item.pk: variant.pk for item in back.items.all()}
    services.exchange(back.pk, variants, actor_id=clerk())
    back.refresh_from_db()
    return back


def test_a_refund_waits_for_a_second_person_and_settles_when_it_has_gone() -> None:
    order = arrived()
    back = received(order, 1)

    services.refund(back.pk, actor_id=clerk())
    back.refresh_from_db()
    waits = (back.status, back.refunds.get().state)
    refund = back.refunds.get()
    approve_refund(refund.pk, actor_id=clerk())
    complete_refund_by_hand(refund.pk, reference="OP-9")
    deliver_due()

    back.refresh_from_db()
    order.refresh_from_db()
    assert waits == (ReturnStatus.RECEIVED, RefundState.REQUESTED)
    assert (back.status, back.amount) == (ReturnStatus.REFUNDED, Decimal("100.00"))
    assert order.payment_status == PaymentStatus.PARTIALLY_REFUNDED


def test_of_a_worn_unit_a_part_goes_back_and_the_customer_reads_why() -> None:
    order = with_delivery(new_line(stocked(9), 1))
    back = received(order, 1)

    item = back.items.get()
    worn = {item.pk: Deduction(Decimal(30), DeductionCause.WEAR)}

    gone = refunded(back, kept=Kept(rows=worn, reason="Suela gastada", delivery=True))

    item.refresh_from_db()
    assert (item.kept, item.kept_for) == (Decimal(30), "wear")
    assert (gone, back.amount, back.shipping_amount) == (Decimal(70), Decimal(70), Decimal(0))
    assert back.status == ReturnStatus.REFUNDED
    assert back.refunds.get().reason.endswith("Suela gastada")
    assert back.staff_message.endswith("Suela gastada")


@pytest.mark.parametrize(
    ("amount", "reason"), [(100, "Rota"), (101, "Rota"), (-1, "Rota"), (1, "")]
)
def test_not_all_is_kept_and_nothing_without_a_reason(amount: int, reason: str) -> None:
    back = received(arrived(), 1)

    part = {back.items.get().pk: Deduction(Decimal(amount), DeductionCause.OTHER)}

    with pytest.raises(ReturnRefused):
        services.refund(back.pk, actor_id=clerk(), kept=Kept(rows=part, reason=reason))

    assert not back.refunds.exists()
    assert back.items.get().kept == 0


def test_of_a_row_no_more_is_kept_than_was_paid_for_it() -> None:
    order = arrived(new_line(stocked(9), 1), new_line(stocked(9), 1))
    back = received(order, {line.pk: 1 for line in order.lines.all()})
    first, _second = back.items.all()
    part = {first.pk: Deduction(Decimal("100.01"), DeductionCause.MISSING)}
    whole = {first.pk: Deduction(Decimal(100), DeductionCause.MISSING)}

    with pytest.raises(ReturnRefused):
        services.refund(back.pk, actor_id=clerk(), kept=Kept(rows=part))
    assert refunded(back, kept=Kept(rows=whole)) == Decimal(100)


def test_while_a_refund_is_under_way_nothing_else_settles_it() -> None:
    back = received(arrived(), 1)
    services.refund(back.pk, actor_id=clerk())

    with pytest.raises(NotThisStep):
        services.refund(back.pk, actor_id=clerk())
    with pytest.raises(NotThisStep):
        services.exchange(back.pk, {}, actor_id=clerk())

    assert not Return.objects.to_settle()


def test_a_refund_that_staff_reject_leaves_the_return_to_be_settled_again() -> None:
    back = received(arrived(), 1)
    services.refund(back.pk, actor_id=clerk())
    reject_refund(back.refunds.get().pk)

    assert list(Return.objects.to_settle()) == [back]
    assert refunded(back) == Decimal("100.00")
    assert back.status == ReturnStatus.REFUNDED


def test_store_credit_is_granted_once_approved() -> None:
    order = arrived()
    back = received(order, 1)

    amount = refunded(back, as_credit=True)

    entry = StoreCreditEntry.objects.get(kind=EntryKind.GRANTED)
    assert amount == entry.amount == Decimal("100.00")
    assert entry.credit.user == order.customer
    assert (back.status, back.settlement) == (ReturnStatus.REFUNDED, "store_credit")


def test_the_credit_note_names_the_units() -> None:
    order = arrived()
    invoicing.issue(order.pk)
    back = received(order, 1)

    refunded(back)

    note = FiscalDocument.objects.get(kind="credit_note")
    sku = order.lines.get().sku
    assert (note.total, note.reason) == (Decimal("100.00"), f"Devolución {back.number}: 1 × {sku}")


def test_never_more_goes_back_than_the_shop_has() -> None:
    order = arrived()
    request_order_refund(order.pk, Decimal("150.00"), reason="Rayado", actor_id=clerk())

    assert refunded(received(order, 2)) == Decimal("50.00")


def test_what_was_given_back_before_leaves_nothing_to_give() -> None:
    order = arrived()
    request_order_refund(order.pk, order.total, reason="Rayado", actor_id=clerk())
    back = received(order, 2)

    services.refund(back.pk, actor_id=clerk())

    back.refresh_from_db()
    assert (back.status, back.amount) == (ReturnStatus.REFUNDED, Decimal("0.00"))


@pytest.mark.parametrize(
    ("rule", "reason", "half", "rest"),
    [
        ("never", ReturnReason.DAMAGED, 100, 100),
        ("everything", ReturnReason.DAMAGED, 100, 115),
        ("everything", ReturnReason.OTHER, 100, 115),
        ("fault", ReturnReason.DAMAGED, 115, 100),
        ("fault", ReturnReason.OTHER, 100, 115),
    ],
)
def test_the_delivery_goes_back_by_the_shops_rule_and_once(
    rule: str, reason: str, half: int, rest: int
) -> None:
    order = with_delivery(new_line(stocked(9), 2))

    with override_config(RETURN_SHIPPING_REFUND=rule):
        given = [refunded(received(order, 1, reason=reason)) for _half in range(2)]

    assert given == [half, rest]


units = st.integers(min_value=1, max_value=3)
cents = st.integers(min_value=0, max_value=9_999).map(lambda n: Decimal(n) / 100)
SOLD = {
    "quantities": st.lists(units, min_size=1, max_size=2),
    "discounts": st.lists(cents, min_size=3, max_size=3),
    "shipping": cents,
    "order_of": st.randoms(use_true_random=False),
}


@pytest.mark.parametrize(
    "examples",
    [pytest.param(4, id="short"), pytest.param(100, id="long", marks=pytest.mark.soak)],
)
def test_giving_back_every_unit_gives_back_exactly_what_was_paid(examples: int) -> None:
    settings(max_examples=examples)(given(**SOLD)(gives_back_what_was_paid))()


def gives_back_what_was_paid(
    quantities: list[int], discounts: list[Decimal], shipping: Decimal, order_of: Any
) -> None:
    lines = [
        cheaper(new_line(stocked(9), number), str(discount), tax="1.00")
        for number, discount in zip(quantities, discounts, strict=False)
    ]
    order = with_delivery(*lines, shipping=shipping)
    each = [line.pk for line in order.lines.all() for _unit in range(line.quantity)]
    order_of.shuffle(each)

    given_back = sum((refunded(received(order, {line: 1})) for line in each), Decimal(0))

    order.refresh_from_db()
    assert given_back == order.total
    assert order.payment_status == PaymentStatus.REFUNDED


def test_an_exchange_moves_the_money_onto_a_new_line() -> None:
    variant = stocked(9)
    order = with_delivery(cheaper(new_line(variant, 2), "10.01", tax="5.00"))
    other = sibling(variant, price_modifier=30)
    total = order.total

    back = exchanged(received(order, 1), other)

    order.refresh_from_db()
    old, new = order.lines.order_by("position")
    assert (back.status, back.amount) == (ReturnStatus.REFUNDED, new.total)
    assert (order.total, order.payment_status) == (total, PaymentStatus.PAID)
    assert (new.variant, new.unit_price, new.quantity) == (other, old.unit_price, 1)
    assert old.total + new.total == Decimal("189.99")
    assert old.tax + new.tax == order.tax_total
    reasons = OrderDiscount.objects.filter(order=order)
    assert sum(row.amount for row in reasons) == order.discount_total
    assert units_to_dispatch(order.pk).keys() == {(other.pk, _where(other))}
    assert order.fulfilment_status == FulfilmentStatus.PARTIAL
    assert order.may_ship


def _where(variant: Any) -> UUID:
    warehouse_id: UUID = variant.stock_levels.get().warehouse_id
    return warehouse_id


def test_what_was_exchanged_can_be_returned_for_all_that_was_paid() -> None:
    variant = stocked(9)
    order = with_delivery(cheaper(new_line(variant, 2), "10.01"))
    exchanged(received(order, 1), sibling(variant))
    deliver(order)

    back = [received(order, {line.pk: 1}) for line in order.lines.order_by("position")]

    assert sum(refunded(each) for each in back) == order.total
    order.refresh_from_db()
    assert order.fulfilment_status == FulfilmentStatus.RETURNED
    assert not consistency.differences()


def test_an_exchange_opens_a_completed_order_again() -> None:
    variant = stocked(9)
    order = arrived(new_line(variant, 1))
    orders.complete(order.pk)

    exchanged(received(order, 1), sibling(variant))

    order.refresh_from_db()
    assert (order.status, order.completed_at) == (OrderStatus.PROCESSING, None)
    assert order.may_ship


def test_the_new_parcel_may_leave_although_money_of_other_units_went_back() -> None:
    variant = stocked(9)
    order = arrived(new_line(variant, 2))
    exchanged(received(order, 1), sibling(variant))

    refunded(received(order, {order.lines.order_by("position")[0].pk: 1}))

    order.refresh_from_db()
    assert order.payment_status == PaymentStatus.PARTIALLY_REFUNDED
    assert order.may_ship


def test_the_papers_of_an_exchange_take_back_the_old_and_bill_the_new() -> None:
    variant = stocked(9)
    order = arrived(new_line(variant, 1))
    invoicing.issue(order.pk)
    other = sibling(variant)

    exchanged(received(order, 1), other)
    deliver_due()

    documents = FiscalDocument.objects.order_by("pk")
    assert [each.kind for each in documents] == ["receipt", "credit_note", "receipt"]
    assert {each.total for each in documents} == {Decimal("100.00")}
    billed = FiscalDocument.objects.filter(kind="receipt").latest("pk")
    assert [(line["sku"], line["total"]) for line in billed.lines] == [
        (variant.sku, "0.00"),
        (other.sku, "100.00"),
    ]


def test_nothing_is_exchanged_for_what_is_not_there() -> None:
    variant = stocked(9)
    order = arrived(new_line(variant, 2))
    other = sibling(variant, 1)
    back = received(order, 2)

    with pytest.raises(ExchangeNotPossible, match=other.sku):
        exchanged(back, other)

    back.refresh_from_db()
    assert back.status == ReturnStatus.RECEIVED
    assert order.lines.count() == 1
    assert refunded(back) == Decimal("200.00")


def test_another_product_is_no_exchange() -> None:
    back = received(arrived(), 1)

    with pytest.raises(ExchangeNotPossible):
        exchanged(back, stocked(5))


def test_a_bundle_is_replaced_out_of_its_parts() -> None:
    legs = stocked(20)
    bundle = VariantFactory.create(product=ProductFactory.create(kind=ProductKind.BUNDLE))
    BundleComponent.objects.create(bundle=bundle.product, variant=legs, quantity=4)
    order = arrived(new_line(bundle, 1))

    exchanged(received(order, 1), bundle)

    assert sum(units_to_dispatch(order.pk).values()) == 4
    assert order.lines.filter(variant=bundle).count() == 2
    assert not consistency.differences()
