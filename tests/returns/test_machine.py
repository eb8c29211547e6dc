"""Whatever customers and staff do, in whatever order: units and money add up at every step."""

from collections import Counter
from decimal import Decimal

import pytest
from django.db.models import Sum
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
from inventory import consistency
from inventory.models import Movement
from orders import consistency as order_audit
from orders.models import Order
from outbox.tasks import deliver_due
from payments.models import Refund
from payments.selectors import sums_of
from payments.services.refunds import approve_refund, reject_refund
from payments.services.send_refunds import complete_refund_by_hand, submit_refund
from payments.states import RefundState
from returns import services
from returns.models import ItemCondition, ReturnItem
from returns.selectors import returnable, unit_prices
from returns.services import Arrived, Wanted
from returns.states import ReturnStatus
from tests.inventory.factories import stocked
from tests.orders.factories import new_line
from tests.returns.factories import (
    arrived,
    cheaper,
    clerk,
    deliver,
    received,
    sibling,
    warehouse_for,
)


class Returns(RuleBasedStateMachine):
    """An order of two lines; its customer, and staff who answer as they like."""

    @initialize()
    def open(self):
        variants = [stocked(12), stocked(12)]
        lines = [cheaper(new_line(variants[0], 3), "10.00", tax="1.00"), new_line(variants[1], 2)]
        self.others = [sibling(variants[0], 2), sibling(variants[1], 2)]
        total = sum(line.total for line in lines)
        self.order: Order = arrived(
            *lines,
            subtotal=Decimal("500.00"),
            discount_total=Decimal("10.00"),
            tax_total=Decimal("1.00"),
            shipping_total=Decimal("9.99"),
            total=total + Decimal("9.99"),
        )

    def _some(self, data, *statuses):
        found = list(self.order.returns.filter(status__in=statuses).order_by("pk"))
        return data.draw(st.sampled_from(found)) if found else None

    @rule(data=st.data())
    def ask(self, data):
        rows = returnable(self.order)
        lines = list(self.order.lines.order_by("position"))
        quantities = {line.pk: data.draw(st.integers(0, 3)) for line in lines}
        left = {row.line.pk: row.left for row in rows}
        wanted = Wanted(quantities=quantities, reason="damaged")
        fits = any(quantities.values()) and all(
            units <= left.get(key, 0) for key, units in quantities.items()
        )
        try:
            services.ask(self.order.pk, wanted, actor_id=None)
        except DomainError:
            assert not fits
        else:
            assert fits

    @rule(place=st.integers(0, 4), units=st.integers(1, 2))
    def bring_back(self, place, units):
        """The usual way, in one step, so that more happens after it."""
        rows = returnable(self.order)
        if rows:
            row = rows[place % len(rows)]
            received(self.order, {row.line.pk: min(units, row.left)})

    @rule(data=st.data(), yes=st.booleans())
    def answer(self, data, yes):
        if back := self._some(data, ReturnStatus.REQUESTED):
            if yes:
                services.approve(back.pk, actor_id=clerk())
            else:
                services.reject(back.pk, actor_id=clerk(), message="No")

    @rule(data=st.data())
    def keep_it(self, data):
        if back := self._some(data, ReturnStatus.REQUESTED, ReturnStatus.APPROVED):
            services.withdraw(back.pk, actor_id=None)

    @rule(data=st.data(), again=st.booleans())
    def receive(self, data, again):
        back = self._some(data, ReturnStatus.APPROVED)
        if back is None:
            return
        counts = Counter({item.line_id: item.quantity for item in back.items.all()})
        if data.draw(st.booleans()):
            line = data.draw(st.sampled_from(list(self.order.lines.order_by("position"))))
            counts[line.pk] += data.draw(st.integers(-1, 1))
        came = [
            Arrived(
                line_id=key,
                condition=data.draw(st.sampled_from(ItemCondition)),
                quantity=max(units, 0),
                sell_again=again,
            )
            for key, units in counts.items()
        ]
        try:
            services.receive(
                back.pk, came, warehouse_id=warehouse_for(back.seller).pk, actor_id=clerk()
            )
        except DomainError:
            assert back.status == ReturnStatus.APPROVED

    @rule(data=st.data(), as_credit=st.booleans())
    def give_back(self, data, as_credit):
        if back := self._some(data, ReturnStatus.RECEIVED):
            try:
                services.refund(back.pk, actor_id=clerk(), as_credit=as_credit)
            except DomainError:
                assert back.refunds.exists()

    @rule(data=st.data())
    def exchange(self, data):
        self.bring_back(0, 1)
        if back := self._some(data, ReturnStatus.RECEIVED):
            other = {each.product_id: each.pk for each in self.others}
            variants = {item.pk: other[item.line.variant.product_id] for item in back.items.all()}
            try:
                services.exchange(back.pk, variants, actor_id=clerk())
            except DomainError:
                back.refresh_from_db()
                assert back.status == ReturnStatus.RECEIVED

    @rule(data=st.data())
    def change_our_mind(self, data):
        if back := self._some(data, ReturnStatus.RECEIVED):
            try:
                services.reject(back.pk, actor_id=clerk(), message="Falta una pieza")
            except DomainError:
                back.refresh_from_db()
                assert back.status == ReturnStatus.RECEIVED

    @rule(data=st.data(), yes=st.booleans())
    def decide_on_a_refund(self, data, yes):
        waiting = Refund.objects.filter(
            payment__order=self.order, state=RefundState.REQUESTED
        ).order_by("pk")
        if not waiting:
            return
        refund = data.draw(st.sampled_from(list(waiting)))
        if not yes:
            reject_refund(refund.pk)
            return
        approve_refund(refund.pk, actor_id=clerk())
        submit_refund(refund.pk)
        complete_refund_by_hand(refund.pk, reference=f"OP-{refund.number}")
        deliver_due()

    @rule()
    def send_what_waits(self):
        self.order.refresh_from_db()
        if self.order.may_ship:
            deliver(self.order)

    @invariant()
    def no_line_counts_more_than_it_has(self):
        for line in self.order.lines.all():
            assert line.returned_quantity <= line.delivered_quantity <= line.shipped_quantity
            assert line.quantity == (
                line.cancelled_quantity + line.shipped_quantity + line.open_quantity
            )
            back = ReturnItem.objects.filter(
                line=line, return_request__status__in=["received", "refunded"]
            )
            assert sum(item.quantity for item in back) == line.returned_quantity
            places = [place for item in back for place in item.places]
            assert len(places) == len(set(places)) == line.returned_quantity

    @invariant()
    def the_units_cost_what_was_paid(self):
        order = Order.objects.get(pk=self.order.pk)
        prices = [price for line in order.lines.all() for price in unit_prices(line, order)]
        assert min(prices) >= 0
        assert sum(prices) + order.shipping_total == order.total == Decimal("499.99")

    @invariant()
    def no_more_goes_back_than_came_in(self):
        sums = sums_of(self.order.pk)
        assert sums.refunded <= sums.captured == Decimal("499.99")
        settled = self.order.returns.filter(status="refunded").exclude(settlement="exchange")
        assert (settled.aggregate(total=Sum("amount"))["total"] or 0) == sum(
            refund.amount
            for refund in Refund.objects.filter(
                state=RefundState.SUCCEEDED, returns__in=settled
            ).distinct()
        )

    @invariant()
    def the_stock_balances(self):
        assert not consistency.differences()
        assert not order_audit.differences()
        assert not Movement.objects.filter(on_hand_after__lt=0).exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "examples",
    [pytest.param(4, id="short"), pytest.param(100, id="long", marks=pytest.mark.soak)],
)
def test_units_and_money_add_up_at_every_step(examples):
    run_state_machine_as_test(
        Returns, settings=settings(max_examples=examples, stateful_step_count=15)
    )
