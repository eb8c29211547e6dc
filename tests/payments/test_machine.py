"""Whatever happens, in whatever order: the shop keeps exactly the money of what it sells."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db.models import Sum
from django.utils import timezone
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from checkout.editing import refusal
from core.exceptions import DomainError
from inventory import consistency
from inventory.exceptions import OutOfStock
from inventory.models import Movement, MovementKind
from orders import services as orders
from orders.models import Order
from orders.states import OrderStatus, PaymentStatus
from outbox.models import Message
from outbox.tasks import deliver_due
from payments import tasks
from payments.models import Payment, Refund, StoreCredit, StoreCreditEntry
from payments.selectors import due_of
from payments.services.credits import pay_with_credit
from payments.services.refunds import approve_refund
from payments.services.settle import follow_change, settle
from payments.services.start import close_outdated_attempts
from payments.states import PaymentState, RefundState
from simulator.bank import Refusal
from simulator.server import Server
from tests.accounts.factories import UserFactory
from tests.payments.factories import credit_of, held_order, pay, ring, stocked_variant

UNITS = 2
SOLD = (OrderStatus.CONFIRMED, OrderStatus.PROCESSING, OrderStatus.COMPLETED)


class Purchases(RuleBasedStateMachine):
    """Orders for two units; shoppers, staff, the clock and a bank that act when they like."""

    provider: Server

    @initialize()
    def open(self):
        self.variant = stocked_variant(UNITS)
        self.orders: list[Order] = []
        self.payments: list[Payment] = []

    @precondition(lambda self: len(self.orders) < 4)
    @rule(credit=st.sampled_from([0, 0, 30, 100]))
    def place(self, credit=0):
        """Store credit pays a part of it, or all."""
        try:
            order = held_order(self.variant)
        except OutOfStock:
            order = held_order(self.variant, held=False)
        self.orders.append(order)
        if credit:
            credit_of(order.customer, credit + 5)
            pay_with_credit(order.pk, Decimal(credit))

    @precondition(lambda self: len(self.orders) < 4)
    @rule()
    def buy(self):
        """The usual way, in one step, so that more happens after it."""
        self.place()
        payment = pay(self.orders[-1])
        self.provider.bank.capture(payment.gateway_id)
        self.payments.append(settle(payment.pk))

    @precondition(lambda self: self.orders)
    @rule(data=st.data())
    def start_to_pay(self, data):
        order = data.draw(st.sampled_from(self.orders))
        try:
            self.payments.append(pay(order))
        except DomainError:
            assert not self._may_be_paid(order)

    @precondition(lambda self: self.payments)
    @rule(data=st.data(), times=st.sampled_from([1, 1, 1, 2]))
    def approve(self, data, times):
        self._at_the_bank(data, lambda key: self.provider.bank.capture(key, times=times))

    @precondition(lambda self: self.payments)
    @rule(data=st.data(), amount=st.sampled_from([1, 9_999, 10_001]))
    def capture_a_wrong_amount(self, data, amount):
        self._at_the_bank(data, lambda key: self.provider.bank.capture(key, amount=amount))

    @precondition(lambda self: self.payments)
    @rule(data=st.data())
    def decline(self, data):
        self._at_the_bank(data, self.provider.bank.decline)

    @precondition(lambda self: self.payments)
    @rule(data=st.data())
    def ask(self, data):
        settle(data.draw(st.sampled_from(self.payments)).pk)

    @rule()
    def bring_the_news(self):
        ring(self.provider)
        tasks.process_webhooks()

    @rule()
    def work_off_the_outbox(self):
        deliver_due()

    @precondition(lambda self: self.orders)
    @rule(data=st.data())
    def cancel(self, data):
        order = data.draw(st.sampled_from(self.orders))
        try:
            orders.cancel(order.pk, actor_id=None, reason="by staff")
        except DomainError:
            order.refresh_from_db()
            assert order.status == OrderStatus.EXPIRED

    @precondition(lambda self: self.orders)
    @rule(data=st.data(), total=st.sampled_from([60, 100, 130]))
    def change(self, data, total):
        """Staff change an order: only what it costs is of interest here."""
        order = data.draw(st.sampled_from(self.orders))
        order.refresh_from_db()
        if refusal(order):
            return
        Order.objects.filter(pk=order.pk).update(subtotal=total, total=total)
        follow_change(order.pk, actor_id=UserFactory.create().pk)
        close_outdated_attempts(order.pk)

    @precondition(lambda self: self.orders)
    @rule(as_credit=st.booleans())
    def decide_on_refunds(self, as_credit):
        self._approve_refunds(as_credit=as_credit)

    def _approve_refunds(self, *, as_credit=False):
        for refund in Refund.objects.filter(state=RefundState.REQUESTED):
            clerk = UserFactory.create()
            approve_refund(refund.pk, actor_id=clerk.pk, as_credit=as_credit)

    @precondition(lambda self: self.orders)
    @rule(data=st.data())
    def let_time_run_out(self, data):
        order = data.draw(st.sampled_from(self.orders))
        past = timezone.now() - timedelta(seconds=1)
        Order.objects.filter(pk=order.pk, expires_at__isnull=False).update(expires_at=past)
        tasks.expire_due()

    @invariant()
    def units_and_refunds_stay_within_bounds(self):
        assert consistency.differences() == []
        for payment in Payment.objects.filter(order__in=[order.pk for order in self.orders]):
            assert 0 <= payment.refunded <= payment.refund_reserved <= payment.captured
        credits_now = StoreCredit.objects.annotate(total=Sum("entries__amount"))
        for balance, total in credits_now.values_list("balance", "total"):
            assert balance == total >= 0

    def teardown(self):
        """When everybody has had the news, each order has its money and its unit, or neither."""
        if not hasattr(self, "variant"):
            return
        for _ in range(3):
            self._approve_refunds()
            self.bring_the_news()  # the shop may not know of an approved attempt yet
            self._pay_what_is_owed()
            self.bring_the_news()
            Message.objects.filter(delivered_at=None).update(due_at=timezone.now())
            deliver_due()
            tasks.submit_refunds()
        for order in self.orders:
            order.refresh_from_db()
            if order.payment_status != PaymentStatus.REVIEW:
                self._is_even(order)

    def _pay_what_is_owed(self):
        for order in self.orders:
            order.refresh_from_db()
            if order.owes_difference:
                payment = pay(order)
                self.provider.bank.capture(payment.gateway_id)
                settle(payment.pk)
            elif order.payment_status == PaymentStatus.PARTIALLY_PAID:
                past = timezone.now() - timedelta(seconds=1)
                Order.objects.filter(pk=order.pk, expires_at__isnull=False).update(expires_at=past)
                tasks.expire_due()

    def _is_even(self, order):
        is_sold = order.status in SOLD
        assert self._units(order) == (1 if is_sold else 0)
        kept = self._money(order) + self._credit(order)
        assert kept == (order.total if is_sold else Decimal(0))
        assert (order.payment_status == PaymentStatus.PAID) == is_sold

    def _units(self, order):
        kinds = [MovementKind.SALE, MovementKind.CANCELLATION]
        rows = Movement.objects.filter(reference=order.pk, kind__in=kinds)
        return -sum(row.quantity for row in rows)

    def _money(self, order):
        """What the bank says we have, in major units."""
        kept = 0
        for payment in Payment.objects.filter(order=order).exclude(gateway_id=""):
            truth = self.provider.bank.get(payment.gateway_id)
            kept += sum(each["amount"] for each in truth["captures"])
            kept -= sum(each["amount"] for each in truth["refunds"])
        return Decimal(kept) / 100

    def _credit(self, order):
        """What the customer has spent of his credit on it, less what he was given for it."""
        causes = [*order.payments.values_list("pk", flat=True)]
        causes += Refund.objects.filter(payment__order=order).values_list("pk", flat=True)
        entries = StoreCreditEntry.objects.filter(reference__in=causes)
        return -(entries.aggregate(total=Sum("amount"))["total"] or Decimal(0))

    def _at_the_bank(self, data, act):
        payment = data.draw(st.sampled_from(self.payments))
        try:
            act(payment.gateway_id)
        except Refusal:
            assert self.provider.bank.get(payment.gateway_id)["status"] != "open"

    def _may_be_paid(self, order):
        order.refresh_from_db()
        is_open = order.status == OrderStatus.PENDING and order.expires_at > timezone.now()
        in_review = order.payments.filter(state=PaymentState.REVIEW).exists()
        return (is_open or order.owes_difference) and due_of(order) > 0 and not in_review


@pytest.mark.django_db
@pytest.mark.parametrize(
    "examples",
    [pytest.param(5, id="short"), pytest.param(200, id="long", marks=pytest.mark.soak)],
)
def test_money_and_units_end_together(simulator, examples):
    class Here(Purchases):
        provider = simulator

    run_state_machine_as_test(
        Here, settings=settings(max_examples=examples, stateful_step_count=15)
    )
