"""Any sequence of steps leaves the stock as a small model says, and the books right."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
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

from inventory import audit, selectors, services
from inventory.exceptions import NothingHeld, OutOfStock
from inventory.models import StockLevel
from tests.inventory.factories import stocked

UNITS = st.integers(1, 6)


class Stock(RuleBasedStateMachine):
    """One variant in one warehouse; three carts; orders that are held, paid, sent or cancelled."""

    @initialize()
    def fill(self):
        self.variant = stocked(10)
        self.warehouse = StockLevel.objects.get(variant=self.variant).warehouse_id
        self.on_hand = 10
        self.carts = {uuid4(): 0 for _ in range(3)}
        self.waiting: dict[UUID, int] = {}  # order: units held
        self.paid: dict[UUID, int] = {}  # order: units sold, not dispatched

    def until(self):
        return timezone.now() + timedelta(minutes=15)

    def free(self):
        spoken_for = (self.carts, self.waiting, self.paid)
        return self.on_hand - sum(sum(units.values()) for units in spoken_for)

    @rule(number=st.integers(0, 2), units=UNITS)
    def reserve(self, number, units):
        cart = list(self.carts)[number]
        try:
            services.reserve({self.variant.pk: units}, reference=cart, until=self.until())
        except OutOfStock:
            assert units - self.carts[cart] > self.free()
        else:
            self.carts[cart] = units

    @rule(number=st.integers(0, 2))
    def renew(self, number):
        services.renew(reference=list(self.carts)[number], until=self.until())

    @rule(number=st.integers(0, 2))
    def release(self, number):
        cart = list(self.carts)[number]
        services.release(reference=cart)
        self.carts[cart] = 0

    @rule(number=st.integers(0, 2), units=UNITS)
    def rebind(self, number, units):
        cart, order = list(self.carts)[number], uuid4()
        quantities = {self.variant.pk: units}
        try:
            services.rebind(cart=cart, order=order, quantities=quantities, until=self.until())
        except OutOfStock:
            assert units - self.carts[cart] > self.free()
        else:
            self.carts[cart], self.waiting[order] = 0, units

    @precondition(lambda self: self.waiting)
    @rule(data=st.data())
    def pay(self, data):
        order = data.draw(st.sampled_from(list(self.waiting)))
        units = self.waiting.pop(order)
        for _ in range(2):
            services.convert(order=order, quantities={self.variant.pk: units})
        self.paid[order] = units

    @precondition(lambda self: self.paid)
    @rule(data=st.data())
    def cancel(self, data):
        order = data.draw(st.sampled_from(list(self.paid)))
        for _ in range(2):
            services.cancel_sale(order=order)
        self.paid.pop(order)

    @precondition(lambda self: self.paid)
    @rule(data=st.data(), units=UNITS)
    def dispatch(self, data, units):
        order = data.draw(st.sampled_from(list(self.paid)))
        try:
            services.dispatch(self.variant.pk, self.warehouse, units, reference=order)
        except NothingHeld:
            assert units > self.paid[order]
        else:
            self.on_hand -= units
            self.paid[order] -= units

    @rule(units=UNITS)
    def receive(self, units):
        services.receive(self.variant.pk, self.warehouse, units)
        self.on_hand += units

    @invariant()
    def agrees_with_the_model(self):
        level = StockLevel.objects.get(variant=self.variant)
        assert (level.on_hand, level.committed, level.reserved) == (
            self.on_hand,
            sum(self.paid.values()),
            sum(self.carts.values()) + sum(self.waiting.values()),
        )
        assert selectors.available_quantities([self.variant.pk]) == {self.variant.pk: self.free()}
        assert audit.differences() == []


@pytest.mark.django_db
def test_any_sequence_of_steps_keeps_the_books_right():
    run_state_machine_as_test(
        Stock, settings=settings(max_examples=12, stateful_step_count=15, deadline=None)
    )
