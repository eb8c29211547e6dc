"""Any history of store credit: balances are the sums of their entries, and orders agree."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db.models import Sum
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.exceptions import DomainError
from orders.models import Order
from outbox.tasks import deliver_due
from payments import tasks
from payments.models import EntryKind, Payment, StoreCredit, StoreCreditEntry
from payments.selectors import due_of, sums_of, wallet_of
from payments.services.credits import pay_with_credit
from payments.services.refunds import approve_refund
from payments.services.send_refunds import submit_refund
from payments.services.settle import settle_order
from tests.accounts.factories import UserFactory
from tests.payments.factories import OrderFactory, credit_of
from tests.payments.steps import request_refund

AMOUNTS = st.integers(1, 150).map(Decimal)
# An order that is paid whole wants its units, which these orders have not held.
MORE = Decimal(151)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("grant"), AMOUNTS),
        st.tuples(st.just("spend"), AMOUNTS),
        st.tuples(st.just("give back"), AMOUNTS),
        st.tuples(st.just("let run out"), AMOUNTS),
    ),
    min_size=4,
    max_size=12,
)


class History:
    """One customer; `balance` is what he should have by a sum of one line."""

    def __init__(self) -> None:
        self.customer, self.clerk = UserFactory.create(), UserFactory.create()
        self.payments: list[Payment] = []
        self.balance = Decimal(0)

    def grant(self, amount: Decimal) -> None:
        credit_of(self.customer, amount, ends_in=timedelta(days=int(amount)))
        self.balance += amount

    def spend(self, amount: Decimal) -> None:
        order = OrderFactory.create(customer=self.customer, subtotal=MORE)
        try:
            self.payments.append(pay_with_credit(order.pk, amount))
        except DomainError:
            assert amount > self.balance
        else:
            self.balance -= amount

    def give_back(self, amount: Decimal) -> None:
        for payment in self.payments[-1:]:
            try:
                refund = request_refund(payment, amount)
            except DomainError:
                payment.refresh_from_db()
                assert amount > payment.captured - payment.refund_reserved
                return
            approve_refund(refund.pk, actor_id=self.clerk.pk)
            deliver_due()
            submit_refund(refund.pk)
            self.balance += amount

    def let_run_out(self, _amount: Decimal) -> None:
        """What ends first has ended now."""
        first = StoreCredit.objects.usable(self.customer.pk, timezone.now()).order_by("expires_at")
        for credit in first[:1]:
            self.balance -= credit.balance
            credit.expires_at = timezone.now() - timedelta(seconds=1)
            credit.save(update_fields=["expires_at"])
        tasks.write_off_credits()

    def check(self) -> None:
        assert wallet_of(self.customer.pk, "PEN").balance == self.balance >= 0
        credits_now = StoreCredit.objects.annotate(total=Sum("entries__amount"))
        for balance, total in credits_now.values_list("balance", "total"):
            assert balance == total >= 0
        for order in Order.objects.filter(customer=self.customer, payments__isnull=False):
            sums = sums_of(order.pk)
            spent = StoreCreditEntry.objects.filter(kind=EntryKind.SPENT, note=order.number)
            back = StoreCreditEntry.objects.filter(kind=EntryKind.RETURNED, note=order.number)
            assert sums.captured == -_total(spent)
            assert sums.refunded == _total(back)
            status = order.payment_status
            assert settle_order(order.pk) == status
            assert due_of(order) == order.total - sums.captured


def _total(entries) -> Decimal:
    return entries.aggregate(total=Sum("amount"))["total"] or Decimal(0)


@pytest.mark.django_db
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_balances_are_their_entries_and_orders_agree(steps):
    history = History()

    for step, amount in steps:
        getattr(history, step.replace(" ", "_"))(amount)

    history.check()
