"""Any sequence of steps leaves the stock as a small model says, and the books right."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from constance import config
from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from accounts.places import Place
from inventory import consistency, selectors, services
from inventory.exceptions import NothingHeld, OutOfStock
from inventory.models import BackInStockRequest, Reservation, StockAlert, StockLevel
from inventory.services.sign_ups import claim_token_of
from tests.catalog.factories import VariantFactory
from tests.inventory.factories import WarehouseFactory, soon
from tests.inventory.machines import Machine, run

UNITS = st.integers(1, 6)
CART = st.integers(0, 2)
SIDE = st.integers(0, 1)
LIMA, AREQUIPA = "150101", "040101"


class Stock(Machine):
    """One variant in two warehouses: carts, people who wait, orders held, paid, sent, cancelled."""

    @initialize()
    def fill(self):
        self.begin()
        config.BACK_IN_STOCK_HOLD_MINUTES = 30
        lima = WarehouseFactory.create(priority=1, ubigeo=LIMA)
        arequipa = WarehouseFactory.create(priority=1, ubigeo=AREQUIPA)
        self.places = [lima.pk, arequipa.pk]
        self.variant = VariantFactory.create()
        self.on_hand = [6, 4]
        for place, units in zip(self.places, self.on_hand, strict=True):
            services.receive({(self.variant.pk, place): units})
        self.minimum = [5, 5]
        self.carts = {uuid4(): 0 for _ in range(3)}
        self.waiting: dict[UUID, int] = {}  # order: units held
        self.paid: dict[UUID, int] = {}  # order: units sold, not dispatched
        self.told: set[UUID] = set()  # people for whom a unit is held
        self.lapsed: set[UUID] = set()  # whose hold has run out: anybody may take it

    def held(self):
        return {**self.carts, **dict.fromkeys(self.told, 1)}

    def free(self):
        spoken_for = (self.held(), self.waiting, self.paid)
        return sum(self.on_hand) - sum(sum(units.values()) for units in spoken_for)

    def obtainable(self, *own):
        """Free units, and those that nobody holds any more in time."""
        held = self.held()
        return self.free() + sum(held[key] for key in self.lapsed - set(own))

    def look_who_lost(self):
        """Anyone who let the time run out may have lost the units to others; look who has."""
        rows = Reservation.objects.active().filter(variant=self.variant)
        there = set(rows.values_list("reference", flat=True))
        for key in self.lapsed - there:
            if key in self.carts:
                self.carts[key] = 0
            self.told.discard(key)
            self.lapsed.discard(key)

    def cart(self, number):
        return list(self.carts)[number]

    @rule(number=CART, units=st.integers(0, 6))
    def reserve(self, number, units):
        cart = self.cart(number)
        own = self.carts[cart]
        try:
            services.reserve({self.variant.pk: units}, reference=cart, until=soon())
        except OutOfStock:
            assert units > self.obtainable(cart) + own
        else:
            self.carts[cart] = units
            self.lapsed.discard(cart)

    @rule(number=CART)
    def renew(self, number):
        services.renew(reference=self.cart(number), until=soon())

    @rule(number=CART)
    def release(self, number):
        for _ in range(2):
            services.release(reference=self.cart(number))
        self.carts[self.cart(number)] = 0
        self.lapsed.discard(self.cart(number))

    @rule(data=st.data())
    def let_run_out(self, data):
        """Also what a clock does that jumps ahead; orders' holds must not mind it."""
        chosen = data.draw(st.sampled_from([*self.carts, *self.told, *self.waiting]))
        rows = Reservation.objects.active().filter(reference=chosen)
        if rows.update(expires_at=timezone.now() - timedelta(hours=1)) and chosen in self.held():
            self.lapsed.add(chosen)

    @rule(number=CART)
    def let_the_clock_jump_back(self, number):
        """The hold was made in what is the future now."""
        later = timezone.now() + timedelta(days=1)
        rows = Reservation.objects.active().filter(reference=self.cart(number))
        rows.update(held_since=later, expires_at=later)
        self.lapsed.discard(self.cart(number))

    @rule(batch=st.integers(1, 3))
    def expire(self, batch):
        services.release_expired(batch)
        self.look_who_lost()
        assert not self.lapsed

    @rule(number=CART, units=UNITS, ubigeo=st.sampled_from([LIMA, AREQUIPA, ""]))
    def rebind(self, number, units, ubigeo):
        cart, order = self.cart(number), uuid4()
        own = self.carts[cart]
        try:
            for _ in range(2):
                services.move_holds(
                    cart=cart,
                    order=order,
                    quantities={self.variant.pk: units},
                    until=soon(),
                    destination=Place(country="PE", ubigeo=ubigeo) if ubigeo else None,
                )
        except OutOfStock:
            assert units > self.obtainable(cart) + own
        else:
            self.carts[cart], self.waiting[order] = 0, units
            self.lapsed.discard(cart)

    @precondition(lambda self: self.waiting)
    @rule(data=st.data())
    def extend(self, data):
        order = data.draw(st.sampled_from(list(self.waiting)))
        services.extend_order_hold(order=order, until=soon())

    @precondition(lambda self: self.waiting)
    @rule(data=st.data())
    def give_up(self, data):
        order = data.draw(st.sampled_from(list(self.waiting)))
        services.release(reference=order)
        self.waiting.pop(order)

    @precondition(lambda self: self.waiting)
    @rule(data=st.data())
    def pay(self, data):
        order = data.draw(st.sampled_from(list(self.waiting)))
        units = self.waiting.pop(order)
        for _ in range(2):
            services.record_sale(order=order, quantities={self.variant.pk: units})
        self.paid[order] = units

    @rule(units=UNITS)
    def pay_late(self, units):
        """The money has come after the hold was given up."""
        order = uuid4()
        try:
            services.record_sale(order=order, quantities={self.variant.pk: units})
        except OutOfStock:
            assert units > self.obtainable()
        else:
            self.paid[order] = units

    @precondition(lambda self: self.paid)
    @rule(data=st.data())
    def cancel(self, data):
        order = data.draw(st.sampled_from(list(self.paid)))
        for _ in range(2):
            services.cancel_sale(order=order)
        self.paid.pop(order)

    @precondition(lambda self: self.paid)
    @rule(data=st.data(), side=SIDE, units=UNITS)
    def dispatch(self, data, side, units):
        order = data.draw(st.sampled_from(list(self.paid)))
        place = self.variant.pk, self.places[side]
        there = selectors.units_to_dispatch(order).get(place, 0)
        try:
            services.dispatch({place: units}, order=order)
        except NothingHeld:
            assert units > there
        else:
            self.on_hand[side] -= units
            self.paid[order] -= units

    @rule(side=SIDE, units=UNITS)
    def receive(self, side, units):
        services.receive({(self.variant.pk, self.places[side]): units})
        self.on_hand[side] += units

    @rule(units=UNITS)
    def receive_a_delivery(self, units):
        services.receive({(self.variant.pk, place): units for place in self.places})
        self.on_hand = [there + units for there in self.on_hand]

    @rule(side=SIDE, units=UNITS)
    def give_back(self, side, units):
        services.restock({(self.variant.pk, self.places[side]): units})
        self.on_hand[side] += units

    @rule(side=SIDE, minimum=st.integers(0, 12))
    def set_minimum(self, side, minimum):
        level = StockLevel.objects.get(variant=self.variant, warehouse=self.places[side])
        services.set_limits(level, minimum=minimum)
        self.minimum[side] = minimum

    @rule()
    def wait(self):
        services.sign_up(self.variant.pk, email=f"{uuid4()}@example.com", language="es")

    @rule()
    def tell(self):
        """In the order of sign-up, as many as there are units."""
        asked = BackInStockRequest.objects.waiting().filter(variant=self.variant).order_by("pk")
        before, most = list(asked.values_list("pk", flat=True)), self.obtainable()

        told = [each.request.pk for each in services.next_to_tell(self.variant.pk)]

        assert told == before[: max(most, 0)]
        self.told |= set(told)

    @precondition(lambda self: self.told)
    @rule(data=st.data(), number=CART)
    def claim(self, data, number):
        who = data.draw(st.sampled_from(sorted(self.told)))
        cart = self.cart(number)
        token = claim_token_of(BackInStockRequest.objects.get(pk=who))
        assert services.claim(token, cart=cart) == 1
        self.told.discard(who)
        self.carts[cart] += 1
        if {who, cart} & self.lapsed:
            services.renew(reference=cart, until=soon())
            self.lapsed -= {who}
            rows = Reservation.objects.expired().filter(reference=cart)
            rows.update(expires_at=soon())
            self.lapsed -= {cart}

    @rule()
    def repair(self):
        services.repair(consistency.differences())

    @invariant()
    def agrees_with_the_model(self):
        type(self).steps += 1
        self.look_who_lost()
        levels = {
            level.warehouse_id: level for level in StockLevel.objects.filter(variant=self.variant)
        }
        rows = [levels[place] for place in self.places]
        assert [row.on_hand for row in rows] == self.on_hand
        assert sum(row.committed for row in rows) == sum(self.paid.values())
        assert sum(row.reserved for row in rows) == sum(
            [*self.held().values(), *self.waiting.values()]
        )
        assert all(row.available >= 0 for row in rows)
        assert selectors.available_quantities([self.variant.pk]) == {self.variant.pk: self.free()}
        low = StockAlert.objects.filter(kind="low", resolved_at=None, level__in=rows)
        below = {
            row.pk for row, least in zip(rows, self.minimum, strict=True) if row.sellable < least
        }
        assert set(low.values_list("level", flat=True)) == below
        assert consistency.differences() == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("examples", "length", "least"),
    [
        pytest.param(6, 20, 50, id="short"),
        pytest.param(220, 60, 10_000, id="long", marks=pytest.mark.soak),
    ],
)
def test_any_sequence_of_steps_keeps_the_books_right(examples, length, least):
    assert run(Stock, examples=examples, length=length) >= least
