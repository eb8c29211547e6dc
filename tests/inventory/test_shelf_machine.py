"""Transfers, counts and corrections in any order leave two warehouses as a small model says."""

from uuid import UUID, uuid4

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from inventory import consistency, services
from inventory.exceptions import (
    CountIsClosed,
    NotInTransit,
    NotOnShelf,
    OutOfStock,
    ShelfHasMoved,
)
from inventory.models import MovementKind, StockLevel
from tests.inventory.factories import WarehouseFactory, in_transit, soon, stocked
from tests.inventory.machines import Machine, run

UNITS = st.integers(1, 6)
SIDE = st.integers(0, 1)


class Shelves(Machine):
    """One variant in two warehouses, with goods that go between them and people who count."""

    @initialize()
    def fill(self):
        self.begin()
        self.places = [WarehouseFactory.create().pk for _ in range(2)]
        self.variant = stocked(8)
        [level] = StockLevel.objects.filter(variant=self.variant)
        self.places[0] = level.warehouse_id
        self.on_hand, self.held = [8, 0], [0, 0]
        self.on_the_way: dict[UUID, list[int]] = {}  # transfer: destination, sent, arrived
        self.sheets: dict[UUID, tuple[int, int]] = {}  # count: side, difference
        self.posted: list[UUID] = []
        self.arrived: list[UUID] = []

    @rule(side=SIDE, units=UNITS)
    def receive(self, side, units):
        services.receive({(self.variant.pk, self.places[side]): units})
        self.on_hand[side] += units

    @rule(side=SIDE, units=st.integers(-6, 6).filter(bool))
    def adjust(self, side, units):
        try:
            services.adjust({(self.variant.pk, self.places[side]): units}, note="machine")
        except NotOnShelf:
            assert self.on_hand[side] + units < 0
        else:
            self.on_hand[side] += units

    @rule(side=SIDE, units=UNITS)
    def write_off(self, side, units):
        try:
            services.write_off({(self.variant.pk, self.places[side]): units}, note="machine")
        except NotOnShelf:
            assert units > self.on_hand[side]
        else:
            self.on_hand[side] -= units

    @rule(units=st.integers(-6, 6).filter(bool), seen=st.integers(-1, 1))
    def correct(self, units, seen):
        """By somebody who saw the right number, or one that is old by now."""
        level = StockLevel.objects.get(variant=self.variant, warehouse=self.places[0])
        saw = {"seen": self.on_hand[0] + seen, "note": "machine"}
        try:
            services.correct(level, MovementKind.ADJUSTMENT, units, **saw)
        except ShelfHasMoved:
            assert seen
        except NotOnShelf:
            assert self.on_hand[0] + units < 0
        else:
            assert not seen
            self.on_hand[0] += units

    @rule(units=UNITS)
    def hold(self, units):
        free = [max(self.on_hand[side] - self.held[side], 0) for side in (0, 1)]
        cart = uuid4()
        try:
            services.reserve({self.variant.pk: units}, reference=cart, until=soon())
        except OutOfStock:
            assert sum(free) < units
        else:
            for hold in self.variant.reservations.filter(reference=cart):
                self.held[self.places.index(hold.warehouse_id)] += hold.quantity

    @rule(side=SIDE, units=UNITS)
    def send(self, side, units):
        transfer = services.draft_transfer(
            origin_id=self.places[side],
            destination_id=self.places[1 - side],
            quantities={self.variant.pk: units},
        )
        try:
            services.dispatch_transfer(transfer.pk)
        except OutOfStock:
            assert self.on_hand[side] - self.held[side] < units
        else:
            self.on_hand[side] -= units
            self.on_the_way[transfer.pk] = [1 - side, units, 0]

    @precondition(lambda self: self.on_the_way)
    @rule(data=st.data())
    def arrive(self, data):
        transfer = data.draw(st.sampled_from(list(self.on_the_way)))
        side, sent, before = self.on_the_way[transfer]
        now = data.draw(st.integers(before, sent))
        services.receive_transfer(transfer, {self.variant.pk: now})
        self.on_hand[side] += now - before
        self.on_the_way[transfer][2] = now
        if now == sent:
            self.arrived.append(transfer)
            del self.on_the_way[transfer]

    @precondition(lambda self: self.on_the_way)
    @rule(data=st.data())
    def close(self, data):
        transfer = data.draw(st.sampled_from(list(self.on_the_way)))
        _side, sent, arrived = self.on_the_way.pop(transfer)
        assert services.close_transfer(transfer) == sent - arrived
        self.arrived.append(transfer)

    @rule(side=SIDE, units=st.integers(0, 12))
    def count(self, side, units):
        sheet = services.open_count(self.places[side])
        services.record_count(sheet.pk, {self.variant.pk: units})
        self.sheets[sheet.pk] = (side, units - self.on_hand[side])

    @precondition(lambda self: self.sheets)
    @rule(data=st.data())
    def post(self, data):
        sheet = data.draw(st.sampled_from(list(self.sheets)))
        side, difference = self.sheets[sheet]
        try:
            services.post_count(sheet)
        except NotOnShelf:
            assert self.on_hand[side] + difference < 0
        else:
            self.on_hand[side] += difference
            self.posted.append(sheet)
            del self.sheets[sheet]

    @precondition(lambda self: self.posted)
    @rule(data=st.data())
    def post_again(self, data):
        with pytest.raises(CountIsClosed):
            services.post_count(data.draw(st.sampled_from(self.posted)))

    @precondition(lambda self: self.arrived)
    @rule(data=st.data(), units=UNITS)
    def arrive_again(self, data, units):
        transfer = data.draw(st.sampled_from(self.arrived))
        services.dispatch_transfer(transfer)
        with pytest.raises(NotInTransit):
            services.receive_transfer(transfer, {self.variant.pk: units})

    @invariant()
    def agrees_with_the_model(self):
        type(self).steps += 1
        for side, place in enumerate(self.places):
            level = StockLevel.objects.filter(variant=self.variant, warehouse=place).first()
            stored = (level.on_hand, level.reserved) if level else (0, 0)
            assert stored == (self.on_hand[side], self.held[side])
            coming = sum(
                sent - arrived
                for destination, sent, arrived in self.on_the_way.values()
                if destination == side
            )
            assert in_transit(self.variant, place) == coming
        assert consistency.differences() == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("examples", "length", "least"),
    [
        pytest.param(6, 20, 50, id="short"),
        pytest.param(100, 60, 5_000, id="long", marks=pytest.mark.soak),
    ],
)
def test_any_sequence_of_transfers_and_counts_keeps_the_books_right(examples, length, least):
    assert run(Shelves, examples=examples, length=length) >= least
