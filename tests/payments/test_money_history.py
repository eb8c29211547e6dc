"""Whatever happens to an order's money, by whomever: what came is kept, given back or withdrawn."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import pytest
from constance.test import override_config
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

from core.exceptions import DomainError
from core.money import ZERO
from orders import services as orders
from orders.states import OrderStatus, PaymentStatus
from payments import gateways, quotes, tasks
from payments.gateways.base import DisputeFact, MoneyFact, ProviderSnapshot
from payments.models import MethodType, Payment, Refund, StoreCreditEntry
from payments.selectors import sums_of
from payments.services import refunds, send_refunds, settle, start, transfers
from payments.services.credits import pay_with_credit
from payments.states import DISPUTES_OPEN, DisputeState, PaymentState, RefundState
from payouts import services as payouts
from returns import services as returns
from returns.models import Return
from returns.selectors import returnable
from returns.states import ReturnStatus
from simulator.bank import Refusal
from tests.accounts.factories import SellerFactory, UserFactory
from tests.orders.factories import new_line, place
from tests.payments.dollars import dollars_only
from tests.payments.factories import RETURN_URL, PaymentMethodFactory, credit_of, pay
from tests.payments.test_settle import simulator_pays_late
from tests.payouts.factories import DELIVERY, account_of, goods_of, owe, stated
from tests.returns.factories import clerk, deliver, received, sibling

RATES = "USD 3.75"
UNSENT = (RefundState.REQUESTED, RefundState.APPROVED)
amounts = st.integers(1, 25_000).map(lambda cents: Decimal(cents) / 100)


class History(RuleBasedStateMachine):
    """
    An order of two units, paid by card, by transfer or in dollars, some of it with store credit;
    its customer, the shop's staff, their provider and the customer's bank.
    """

    provider: Any

    @initialize(
        way=st.sampled_from(["card", "transfer", "dollars"]), credit=st.sampled_from([0, 40])
    )
    def sell(self, way, credit):
        self.numbers = count(1)
        self.by_hand = ZERO
        self.seller = SellerFactory.create()
        variant = goods_of(self.seller)
        self.other = sibling(variant)
        line = new_line(variant, 2)
        total = line.total + DELIVERY
        self.order = place(
            line,
            shipping_total=DELIVERY,
            total=total,
            expires_at=timezone.now() + timedelta(hours=1),
        )
        if credit:
            credit_of(self.order.customer, credit)
            pay_with_credit(self.order.pk, Decimal(credit))
        self.payment = self._pay(way)
        self.order.refresh_from_db()
        assert self.order.payment_status == PaymentStatus.PAID

    def _pay(self, way):
        if way == "transfer":
            payment = pay(self.order, way, gateway="manual", type=MethodType.BANK_TRANSFER)
            due = payment.amount
            return transfers.record_manual_capture(
                payment.pk, amount=due, bank_reference=payment.number, actor_id=clerk()
            )
        agreed = ""
        if way == "dollars":
            due = self.order.total - sums_of(self.order.pk).captured
            agreed = str(quotes.quote(gateways.get("dollars"), due, "PEN"))
        else:
            PaymentMethodFactory.create(code=way)
        payment = start.start_attempt(self.order.pk, way, return_url=RETURN_URL, agreed=agreed)
        self.provider.bank.capture(payment.gateway_id)
        return settle.settle(payment.pk)

    @property
    def payments(self):
        return list(Payment.objects.filter(order=self.order).order_by("pk"))

    @property
    def is_over(self):
        self.order.refresh_from_db()
        return self.order.status == OrderStatus.CANCELLED

    @property
    def is_disputed(self):
        return self._disputes().filter(state__in=DISPUTES_OPEN).exists()

    def _disputes(self):
        return self.payment.disputes.order_by("pk")

    def _live(self, **which):
        refunds = Refund.objects.filter(payment__order=self.order, **which)
        live = refunds.exclude(state__in=["failed", "cancelled", "rejected"])
        return live.aggregate(total=Sum("amount"))["total"] or ZERO

    def _on_their_way(self):
        refunds = Refund.objects.filter(payment__order=self.order)
        waiting = refunds.exclude(
            state__in=["failed", "cancelled", "rejected", "succeeded", "external"]
        )
        return waiting.aggregate(total=Sum("amount"))["total"] or ZERO

    # What the shop and its customer do.

    @precondition(lambda self: self.payment.gateway_id)
    @rule()
    def pay_again(self):
        """The page of an earlier attempt takes the money once more; it goes back, once."""
        is_plain = not (self.is_disputed or self._taken() or self._given_up())
        before = self._live(is_automatic=True)
        # Below zero where a refund was asked of money that has gone back at the provider since.
        left = sums_of(self.order.pk).net - self._on_their_way()

        simulator_pays_late(self.provider, self.payment)
        for _twice in range(2):
            settle.settle(self.payment.pk)

        back = self._live(is_automatic=True) - before
        if is_plain:
            assert back == max(self.payment.amount + min(left, ZERO), ZERO)
        assert back <= max(sums_of(self.order.pk).net + back, ZERO)

    def _taken(self):
        return sums_of(self.order.pk).charged_back

    def _given_up(self):
        automatic = Refund.objects.filter(payment__order=self.order, is_automatic=True)
        return automatic.filter(state__in=["failed", "cancelled"]).exists()

    @rule(amount=amounts, as_credit=st.booleans(), despite=st.booleans())
    def ask_back(self, amount, as_credit, despite):
        room = sum(max(payment.room, ZERO) for payment in self.payments)
        try:
            refunds.request_order_refund(
                self.order.pk,
                amount,
                reason="goodwill",
                actor_id=clerk(),
                as_credit=as_credit,
                despite_dispute=despite,
            )
        except DomainError:
            return
        assert amount <= room

    @rule(amount=amounts)
    def give_up_a_parcel(self, amount):
        refunds.request_refund_once(
            self.order.pk, amount, reason="Parcel 1 did not arrive.", actor_id=clerk()
        )

    @rule(fate=st.sampled_from(["yes", "yes", "credit", "no"]), why=st.sampled_from(["", "agreed"]))
    def decide(self, fate, why):
        for refund in Refund.objects.filter(state=RefundState.REQUESTED).order_by("pk"):
            try:
                if fate == "no":
                    refunds.reject_refund(refund.pk)
                else:
                    refunds.approve_refund(
                        refund.pk,
                        actor_id=clerk(),
                        despite_dispute=why,
                        as_credit=fate == "credit",
                    )
            except DomainError:
                assert self.is_disputed or self._is_short(refund)

    @rule()
    def send(self):
        for refund in Refund.objects.filter(state=RefundState.APPROVED).order_by("pk"):
            self._send(refund)

    def _send(self, refund):
        is_held = self.is_disputed and refund.payment_id == self.payment.pk
        send_refunds.submit_refund(refund.pk)
        if refund.payment.gateway == "manual" and refund.destination == "payment":
            try:
                done = send_refunds.complete_refund_by_hand(refund.pk, reference=refund.number)
                self.by_hand += refund.amount if done.state == RefundState.SUCCEEDED else 0
            except DomainError:
                assert is_held or self._is_short(refund)
        refund.refresh_from_db()
        payment = Payment.objects.get(pk=refund.payment_id)
        if refund.state == RefundState.SUCCEEDED:
            assert not is_held or refund.despite_dispute
            assert payment.captured - payment.refunded - payment.charged_back >= 0

    @rule()
    def deliver(self):
        self.order.refresh_from_db()
        if self.order.may_ship:
            assert self.order.payment_status != PaymentStatus.REFUNDED
            deliver(self.order)
            owe()

    @rule()
    def cancel(self):
        try:
            orders.cancel(self.order.pk, actor_id=None, reason="a test")
        except DomainError:
            return
        settle.settle_order(self.order.pk)

    @rule(how=st.sampled_from(["refund", "credit", "exchange"]))
    def bring_back(self, how):
        self.order.refresh_from_db()
        if rows := returnable(self.order):
            received(self.order, {rows[0].line.pk: 1})
        back = Return.objects.filter(order=self.order, status=ReturnStatus.RECEIVED).first()
        if back is None:
            return
        try:
            if how == "exchange":
                wanted = {item.pk: self.other.pk for item in back.items.all()}
                returns.exchange(back.pk, wanted, actor_id=clerk())
                payouts.note_sales(self.order.pk)
            else:
                returns.refund(back.pk, actor_id=clerk(), as_credit=how == "credit")
        except DomainError:
            back.refresh_from_db()
            assert back.status == ReturnStatus.RECEIVED

    @rule(fate=st.sampled_from(["approve", "discard"]))
    def write_a_statement(self, fate):
        if self.is_disputed:
            assert not account_of(self.seller).lines
        try:
            statement = stated(self.seller, next(self.numbers))
        except DomainError:
            return
        if fate == "approve":
            payouts.approve(statement.pk, actor_id=UserFactory.create().pk)
        else:
            payouts.discard(statement.pk)

    # What others do.

    @precondition(lambda self: self.payment.gateway_id)
    @rule(cents=st.integers(1, 25_000))
    def refund_at_the_provider(self, cents):
        told = {"amount": cents, "reference": ""}
        try:
            self.provider.bank.refund(
                self.payment.gateway_id, told, f"el-{self.payment.number}-{next(self.numbers)}"
            )
        except Refusal:
            return
        settle.settle(self.payment.pk)

    @rule(amount=amounts, takes=st.booleans())
    def dispute(self, amount, takes):
        payment = Payment.objects.get(pk=self.payment.pk)
        amount = min(amount, payment.captured - payment.charged_back)
        if amount <= 0 or self.is_disputed:
            return
        reference = f"dp-{payment.number}-{next(self.numbers)}"
        fact = self._fact(reference, amount)
        self._hear(replace(fact, withdrawn=self._moved(reference, amount) if takes else None))

    @rule(ending=st.sampled_from([DisputeState.WON, DisputeState.LOST, DisputeState.ACCEPTED]))
    def bank_decides(self, ending):
        for dispute in self._disputes().filter(state__in=DISPUTES_OPEN):
            reference, amount = dispute.reference, dispute.amount
            has_taken = self.payment.ledger.filter(kind="chargeback", reference=reference).exists()
            fact = replace(self._fact(reference, amount), state=ending)
            if ending == DisputeState.WON and has_taken:
                fact = replace(fact, reinstated=self._moved(f"back-{reference}", amount))
            elif ending != DisputeState.WON:
                fact = replace(fact, withdrawn=self._moved(reference, amount))
            self._hear(fact)

    def _fact(self, reference, amount):
        return DisputeFact(
            reference=reference,
            amount=amount,
            currency="PEN",
            occurred_at=timezone.now(),
            state=DisputeState.NEEDS_RESPONSE,
        )

    def _moved(self, reference, amount):
        now = timezone.now()
        return MoneyFact(reference=reference, amount=amount, currency="PEN", occurred_at=now)

    def _hear(self, fact):
        state, number = PaymentState.CAPTURED, self.payment.number
        settle.apply_snapshot(
            self.payment.pk, ProviderSnapshot(state=state, reference=number, disputes=[fact])
        )

    # What always holds.

    @invariant()
    def what_came_is_kept_given_back_or_withdrawn(self):
        if not hasattr(self, "payment"):
            return
        for payment in self.payments:
            facts = payment.ledger.values_list("kind").annotate(total=Sum("amount")).order_by()
            by_kind = dict(facts)
            back = by_kind.get("refund", ZERO) - by_kind.get("refund_reversal", ZERO)
            taken = by_kind.get("chargeback", ZERO) - by_kind.get("chargeback_reversal", ZERO)
            assert payment.captured == by_kind.get("capture", ZERO)
            assert (payment.refunded, payment.charged_back) == (back, taken)
            assert 0 <= payment.refunded <= payment.refund_reserved <= payment.captured
        sums = sums_of(self.order.pk)
        assert sums.captured == sums.net + sums.refunded + sums.charged_back
        assert sums.refunded == self.by_hand + self._at_the_provider() + self._as_credit()

    def _at_the_provider(self):
        """What the provider's own book has given back, in the order's currency."""
        if not self.payment.gateway_id:
            return ZERO
        refunds = self.provider.bank.get(self.payment.gateway_id)["refunds"]
        told = sum((Decimal(each["amount"]) for each in refunds), ZERO) / 100
        facts = self.payment.ledger.filter(kind="refund", provider=self.payment.gateway)
        theirs = [
            each.amount if each.provider_amount is None else each.provider_amount for each in facts
        ]
        assert sum(theirs, ZERO) == told
        return sum((each.amount for each in facts), ZERO)

    def _as_credit(self):
        keys = Refund.objects.filter(payment__order=self.order).values("pk")
        entries = StoreCreditEntry.objects.filter(reference__in=keys)
        return entries.aggregate(total=Sum("amount"))["total"] or ZERO

    def _is_short(self, refund):
        """Whether its money has gone: to the bank, or to the customer by another refund."""
        payment = Payment.objects.get(pk=refund.payment_id)
        on_their_way = payment.refunds.filter(state__in=["submitted", "pending"])
        others = on_their_way.exclude(pk=refund.pk).aggregate(total=Sum("amount"))["total"] or ZERO
        taken = payment.refunded + max(payment.charged_back, ZERO) + others
        return payment.room < 0 or taken + refund.amount > payment.captured

    def _decide_all(self):
        """Staff approve what may go; what the bank has taken from under a refund, they reject."""
        self.decide("yes", "")
        asked = Refund.objects.filter(payment__order=self.order, state=RefundState.REQUESTED)
        while refund := asked.select_related("payment").order_by("pk").last():
            assert self._is_short(refund)
            refunds.reject_refund(refund.pk)
            self.decide("yes", "")

    def teardown(self):
        """When the bank has decided and all is sent, nothing is left that nobody owns."""
        if not hasattr(self, "payment"):
            return
        self.bank_decides(DisputeState.WON)
        self._decide_all()
        for _round in range(3):
            settle.settle_order(self.order.pk)
            self.send()
            tasks.submit_refunds()
        assert not Refund.objects.filter(payment__order=self.order, state__in=UNSENT).exists()
        self.what_came_is_kept_given_back_or_withdrawn()
        kept = sums_of(self.order.pk).net
        if not self._taken() and not self._given_up():
            assert kept <= (ZERO if self.is_over else self.order.total)


@pytest.mark.django_db
@pytest.mark.parametrize("examples", [5, pytest.param(200, marks=pytest.mark.soak)])
def test_no_history_loses_money_or_gives_it_twice(simulator, examples):
    """`--hypothesis-seed=N` repeats the histories of a run."""

    class Here(History):
        provider = simulator

    with dollars_only(), override_config(EXCHANGE_RATES=RATES):
        wanted = settings(max_examples=examples, stateful_step_count=15)
        run_state_machine_as_test(Here, settings=wanted)
