"""Whatever becomes of an order, its sellers get what was kept of it, each sale once."""

from decimal import Decimal

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from core.exceptions import DomainError
from core.money import ZERO, quantize
from orders.models import Order
from payments.models import Refund
from payments.selectors import sums_of
from payments.services.refunds import request_order_refund
from payments.states import RefundState
from payouts import services
from payouts.models import Commission, SellerSale, Statement, StatementLine
from returns import services as returns
from returns.models import ReturnItem
from returns.selectors import returnable, unit_prices
from returns.states import ReturnStatus
from tests.accounts.factories import SellerFactory, UserFactory
from tests.orders.factories import new_line
from tests.payouts.factories import (
    DELIVERY,
    account_of,
    carry_out,
    charge_back,
    goods_of,
    owe,
    stated,
)
from tests.returns.factories import arrived, cheaper, clerk, deliver, received, sibling

RATES = (Decimal("12.50"), Decimal("7.00"))


class Marketplace(RuleBasedStateMachine):
    """An order of two sellers; its customer, the shop's staff, and statements at any time."""

    @initialize()
    def open(self):
        self.sellers = [SellerFactory.create(), SellerFactory.create()]
        for seller, percent in zip(self.sellers, RATES, strict=True):
            Commission.objects.create(seller=seller, percent=percent)
        variants = [goods_of(seller) for seller in self.sellers]
        self.others = [sibling(variant) for variant in variants]
        lines = [cheaper(new_line(variants[0], 3), "10.01"), new_line(variants[1], 2)]
        self.order: Order = arrived(
            *lines,
            subtotal=sum(line.unit_price * line.quantity for line in lines),
            discount_total=Decimal("10.01"),
            shipping_total=DELIVERY,
            total=sum(line.total for line in lines) + DELIVERY,
        )
        self.days = 0
        owe()

    def _left(self):
        sums = sums_of(self.order.pk)
        waiting = Refund.objects.filter(payment__order=self.order, state=RefundState.REQUESTED)
        return sums.net - sum(refund.amount for refund in waiting)

    @rule(place=st.integers(0, 4), units=st.integers(1, 2))
    def bring_back(self, place, units):
        if rows := returnable(self.order):
            row = rows[place % len(rows)]
            received(self.order, {row.line.pk: min(units, row.left)})

    @rule(how=st.sampled_from(["refund", "exchange", "reject"]))
    def settle(self, how):
        back = self.order.returns.filter(status=ReturnStatus.RECEIVED).first()
        if back is None:
            return
        try:
            if how == "refund":
                returns.refund(back.pk, actor_id=clerk())
            elif how == "reject":
                returns.reject(back.pk, actor_id=clerk(), message="Usado")
            else:
                other = {each.product_id: each.pk for each in self.others}
                wanted = {i.pk: other[i.line.variant.product_id] for i in back.items.all()}
                returns.exchange(back.pk, wanted, actor_id=clerk())
                services.note_sales(self.order.pk)
        except DomainError:
            back.refresh_from_db()
            assert back.status == ReturnStatus.RECEIVED

    @rule()
    def send_the_money(self):
        refund = Refund.objects.filter(state=RefundState.REQUESTED).first()
        if refund:
            carry_out(refund)

    @rule(cents=st.integers(1, 20_000), by_bank=st.booleans())
    def take_money_back(self, cents, by_bank):
        amount = min(Decimal(cents) / 100, self._left())
        if amount <= 0:
            return
        if by_bank:
            charge_back(self.order, amount)
            return
        try:
            refunds = request_order_refund(
                self.order.pk, amount, reason="Disculpas", actor_id=clerk(), despite_dispute=True
            )
        except DomainError:
            return
        for refund in refunds:
            carry_out(refund)

    @rule()
    def send_what_waits(self):
        self.order.refresh_from_db()
        if self.order.may_ship:
            deliver(self.order)
            owe()

    @rule(percent=st.integers(0, 100))
    def change_the_rates(self, percent):
        Commission.objects.update(percent=percent)

    @rule(place=st.integers(0, 1), fate=st.sampled_from(["approve", "discard", "wait"]))
    def write_a_statement(self, place, fate):
        self.days += 1
        try:
            statement = stated(self.sellers[place], self.days)
        except DomainError:
            account = account_of(self.sellers[place])
            assert not account.lines
            return
        if fate == "approve":
            services.approve(statement.pk, actor_id=UserFactory.create().pk)
        elif fate == "discard":
            services.discard(statement.pk)

    @invariant()
    def sellers_get_what_was_kept_for_their_goods(self):
        lines = list(self.order.lines.all())
        if SellerSale.objects.filter(order_line__in=lines, due_at=None).exists():
            return
        order = Order.objects.get(pk=self.order.pk)
        figures = [self._owed(seller) for seller in self.sellers]
        owed = sum(amount - refunded for amount, refunded, _ in figures)
        kept = sums_of(order.pk).net
        for_nothing = max(order.total - kept - self._worth_of_what_came_back(order, lines), ZERO)
        assert owed == kept - max(DELIVERY - for_nothing, ZERO)

    def _worth_of_what_came_back(self, order, lines):
        prices = {line.pk: unit_prices(line, order) for line in lines}
        back = ReturnItem.objects.filter(return_request__order=order).exclude(
            return_request__status=ReturnStatus.REJECTED
        )
        return sum((prices[i.line_id][place] for i in back for place in i.places), ZERO)

    def _owed(self, seller):
        """Sales, what of them went back, commission: on statements, and open."""
        found = [*StatementLine.objects.filter(statement__seller=seller), *account_of(seller).lines]
        names = ("amount", "refunded", "commission")
        return tuple(sum((getattr(each, name) for each in found), ZERO) for name in names)

    @invariant()
    def the_house_keeps_the_rate_of_the_sale(self):
        for seller, percent in zip(self.sellers, RATES, strict=True):
            amount, refunded, commission = self._owed(seller)
            lines = self.order.lines.filter(seller=seller).count()
            exact = quantize((amount - refunded) * percent / 100)
            assert abs(commission - exact) <= Decimal("0.01") * lines

    @invariant()
    def statements_add_up_and_lose_nothing(self):
        for seller in self.sellers:
            statements = Statement.objects.filter(seller=seller)
            net = sum((each.payout - each.carried for each in statements), ZERO)
            assert net == sum(
                (line.net for line in StatementLine.objects.filter(statement__seller=seller)), ZERO
            )


@pytest.mark.django_db
@pytest.mark.parametrize(
    "examples",
    [pytest.param(3, id="short"), pytest.param(100, id="long", marks=pytest.mark.soak)],
)
def test_each_seller_gets_what_was_kept_for_his_goods_once(examples):
    run_state_machine_as_test(
        Marketplace, settings=settings(max_examples=examples, stateful_step_count=15)
    )
