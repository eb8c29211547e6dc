"""Store credit: granted once, never overdrawn, and given back to where it came from."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from constance.test import override_config
from django.utils import timezone

from accounts.models import User
from inventory import consistency
from orders import services as orders
from orders.models import Order
from orders.states import OrderStatus, PaymentStatus
from outbox.tasks import deliver_due
from payments import tasks
from payments.exceptions import CreditRefused, CreditTooLow
from payments.models import EntryKind, Payment, Refund, StoreCredit
from payments.selectors import due_of, wallet_of
from payments.services.credits import grant_credit, pay_with_credit
from payments.services.settle import settle
from payments.services.transfers import record_manual_capture
from payments.states import RefundState
from tests.accounts.factories import UserFactory
from tests.concurrency import at_once
from tests.payments.factories import credit_of, held_order, pay
from tests.payments.steps import captured

pytestmark = pytest.mark.django_db


def order_of_rich(amount: int, **credit) -> Order:
    """An order over 100.00 whose customer has so much credit."""
    order = held_order()
    credit_of(order.customer, amount, **credit)
    return order


def balance(user: User) -> Decimal:
    return wallet_of(user.pk, "PEN").balance


def test_the_same_cause_grants_once():
    user, actor, cause = UserFactory.create(), UserFactory.create(), uuid4()

    first, again = (
        grant_credit(user.pk, Decimal(30), "PEN", reference=cause, note="sorry", actor_id=actor.pk)
        for _ in range(2)
    )

    assert first == again
    assert balance(user) == Decimal(30)
    entry = first.entries.get()
    assert (entry.kind, entry.note, entry.actor) == (EntryKind.GRANTED, "sorry", actor)


@pytest.mark.django_db(transaction=True)
def test_the_same_cause_grants_once_at_the_same_moment():
    user, cause = UserFactory.create(), uuid4()

    def ask():
        return grant_credit(user.pk, Decimal(30), "PEN", reference=cause, note="", actor_id=None).pk

    assert len(set(at_once(ask))) == 1
    assert balance(user) == Decimal(30)


@pytest.mark.parametrize("amount", ["0", "-5", "0.001"])
def test_nothing_is_not_granted(amount):
    with pytest.raises(CreditRefused):
        credit_of(UserFactory.create(), Decimal(amount))

    assert not StoreCredit.objects.exists()


def test_other_people_and_other_currencies_do_not_count():
    user = UserFactory.create()
    credit_of(user, 30)
    credit_of(user, 70, currency="USD")
    credit_of(UserFactory.create(), 500)

    assert balance(user) == Decimal(30)


@override_config(CREDIT_DAYS=90)
def test_credit_ends_after_the_days_of_the_setting():
    credit = credit_of(UserFactory.create(), 30)

    in_days = timezone.now() + timedelta(days=90)
    assert credit.expires_at
    assert in_days - timedelta(minutes=5) < credit.expires_at <= in_days


def test_what_has_run_out_does_not_count_and_is_written_off_once():
    user = UserFactory.create()
    credit = credit_of(user, 30, ends_in=timedelta(seconds=-1))
    credit_of(user, 5, ends_in=timedelta(days=1))

    assert balance(user) == Decimal(5)
    assert (tasks.write_off_credits(), tasks.write_off_credits()) == (1, 0)
    credit.refresh_from_db()
    assert credit.balance == 0
    assert credit.entries.get(kind=EntryKind.EXPIRED).amount == Decimal(-30)


def test_what_ends_first_is_spent_first():
    order = order_of_rich(40)
    soon = credit_of(order.customer, 30, ends_in=timedelta(days=2))
    later = credit_of(order.customer, 20, ends_in=timedelta(days=9))

    pay_with_credit(order.pk, Decimal(60))

    soon.refresh_from_db()
    later.refresh_from_db()
    assert (soon.balance, later.balance, balance(order.customer)) == (0, 0, Decimal(30))


def test_credit_pays_a_part_and_the_provider_the_rest(simulator):
    order = order_of_rich(30)

    pay_with_credit(order.pk, Decimal(30))
    order.refresh_from_db()
    assert (order.payment_status, order.status) == (
        PaymentStatus.PARTIALLY_PAID,
        OrderStatus.PENDING,
    )
    payment = captured(simulator, order)

    order.refresh_from_db()
    assert payment.amount == Decimal(70)
    assert (order.payment_status, order.status) == (PaymentStatus.PAID, OrderStatus.CONFIRMED)
    assert consistency.differences() == []


def test_an_order_paid_wholly_with_credit_is_a_sale_at_once():
    order = order_of_rich(120)

    pay_with_credit(order.pk, Decimal(100))

    order.refresh_from_db()
    assert (order.payment_status, order.status) == (PaymentStatus.PAID, OrderStatus.CONFIRMED)
    assert balance(order.customer) == Decimal(20)
    assert due_of(order) == 0
    assert consistency.differences() == []


def test_more_than_there_is_pays_nothing():
    order = order_of_rich(30)

    with pytest.raises(CreditTooLow):
        pay_with_credit(order.pk, Decimal("30.01"))

    order.refresh_from_db()
    assert balance(order.customer) == Decimal(30)
    assert (order.payment_status, Payment.objects.count()) == (PaymentStatus.UNPAID, 0)


@pytest.mark.django_db(transaction=True)
def test_the_last_of_a_credit_pays_one_of_twenty_orders_at_once():
    user = UserFactory.create()
    credit_of(user, 20)
    credit_of(user, 30, ends_in=timedelta(days=1))
    waiting = []
    for _ in range(20):
        order = held_order()
        Order.objects.filter(pk=order.pk).update(customer=user)
        waiting.append(order.pk)

    def spend():
        try:
            pay_with_credit(waiting.pop(), Decimal(50))
        except CreditTooLow:
            return False
        return True

    assert sum(at_once(spend, times=20)) == 1
    assert balance(user) == 0


def test_an_order_that_runs_out_gives_its_credit_back_to_where_it_was():
    order = order_of_rich(10)
    soon = credit_of(order.customer, 20, ends_in=timedelta(days=2))
    pay_with_credit(order.pk, Decimal(30))

    Order.objects.filter(pk=order.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    tasks.expire_due()
    deliver_due()
    deliver_due()

    order.refresh_from_db()
    soon.refresh_from_db()
    assert (order.status, order.payment_status) == (OrderStatus.EXPIRED, PaymentStatus.REFUNDED)
    assert (soon.balance, balance(order.customer)) == (Decimal(20), Decimal(30))
    assert Refund.objects.get().state == RefundState.SUCCEEDED


def test_a_cancelled_order_gives_each_part_back_to_where_it_came_from(simulator):
    order = order_of_rich(30)
    pay_with_credit(order.pk, Decimal(30))
    payment = captured(simulator, order)

    orders.cancel(order.pk, actor_id=None, reason="")
    deliver_due()
    deliver_due()

    payment.refresh_from_db()
    order.refresh_from_db()
    assert (payment.refunded, balance(order.customer)) == (Decimal(70), Decimal(30))
    assert simulator.bank.get(payment.gateway_id)["refunds"][0]["amount"] == 7000
    assert order.payment_status == PaymentStatus.REFUNDED


def test_late_money_revives_an_order_whose_credit_has_not_gone_back_yet(simulator):
    order = order_of_rich(30)
    pay_with_credit(order.pk, Decimal(30))
    payment = pay(order)
    orders.expire(order.pk)
    simulator.bank.capture(payment.gateway_id)

    settle(payment.pk)
    deliver_due()
    deliver_due()

    order.refresh_from_db()
    assert (order.status, order.payment_status) == (OrderStatus.CONFIRMED, PaymentStatus.PAID)
    assert balance(order.customer) == 0
    assert consistency.differences() == []


def test_late_money_goes_back_where_the_credit_has_gone_back_already():
    order = order_of_rich(30)
    pay_with_credit(order.pk, Decimal(30))
    payment = pay(order, "transfer", type="bank_transfer", gateway="manual")
    orders.cancel(order.pk, actor_id=None, reason="")
    deliver_due()
    deliver_due()
    record_manual_capture(
        payment.pk,
        amount=Decimal(70),
        bank_reference="LATE-1",
        actor_id=UserFactory.create().pk,
    )

    order.refresh_from_db()
    assert order.status == OrderStatus.CANCELLED
    assert balance(order.customer) == Decimal(30)
    refund = Refund.objects.get(payment=payment)
    assert (refund.amount, refund.state) == (Decimal(70), RefundState.APPROVED)


def test_money_paid_twice_goes_back_to_the_provider_and_the_credit_stays_spent(simulator):
    order = order_of_rich(30)
    pay_with_credit(order.pk, Decimal(30))
    payment = captured(simulator, order, times=2)
    tasks.submit_refunds()

    order.refresh_from_db()
    payment.refresh_from_db()
    assert order.payment_status == PaymentStatus.PAID
    assert (payment.refunded, balance(order.customer)) == (Decimal(70), Decimal(0))


def test_what_comes_back_to_a_credit_that_ran_out_can_be_used_for_a_month():
    order = order_of_rich(50, ends_in=timedelta(days=1))
    pay_with_credit(order.pk, Decimal(30))
    StoreCredit.objects.update(expires_at=timezone.now() - timedelta(days=1))

    orders.cancel(order.pk, actor_id=None, reason="")
    deliver_due()
    deliver_due()

    assert balance(order.customer) == Decimal(30)
    amounts = StoreCredit.objects.get().entries.order_by("pk").values_list("kind", "amount")
    assert list(amounts) == [
        (EntryKind.GRANTED, Decimal(50)),
        (EntryKind.SPENT, Decimal(-30)),
        (EntryKind.EXPIRED, Decimal(-20)),
        (EntryKind.RETURNED, Decimal(30)),
    ]
