"""Any history of an order's parcels leaves lines, parcels and ledger saying the same."""

import pytest
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from catalog.models import BundleComponent, ProductKind
from checkout.editing import refusal
from core.exceptions import DomainError
from inventory import services as inventory
from inventory.consistency import differences as stock_differences
from orders import services as orders
from orders.consistency import differences as order_differences
from orders.models import Order, OrderEvent, OrderLine
from orders.selectors import units_to_move
from shipping.models import Shipment, ShipmentItem
from shipping.services import packing, planning, tracking, undelivered
from shipping.services.dispatching import dispatch_one
from shipping.states import ShipmentStatus
from tests.catalog.factories import ProductFactory, VariantFactory
from tests.inventory.factories import WarehouseFactory, stocked
from tests.inventory.machines import Machine, run
from tests.shipping.sales import paid

WHICH = st.integers(0, 5)
UNITS = st.integers(1, 3)
LEFT = (ShipmentStatus.SHIPPED, ShipmentStatus.IN_TRANSIT, ShipmentStatus.DELIVERED)
NOT_THERE = (ShipmentStatus.LOST, ShipmentStatus.RETURNED)


class Parcels(Machine):
    """One order of single units and of a set, from two warehouses, in many hands."""

    is_planned = False

    @initialize()
    def sell(self):
        self.begin()
        lima, cusco = WarehouseFactory.create(priority=1), WarehouseFactory.create(priority=2)
        self.places = [lima, cusco]
        self.chair, self.desk = stocked(4, warehouse=lima), stocked(9, warehouse=lima)
        stocked(5, variant=self.chair, warehouse=cusco)
        together = VariantFactory.create(product=ProductFactory.create(kind=ProductKind.BUNDLE))
        for part, units in ((self.chair, 2), (self.desk, 1)):
            BundleComponent.objects.create(bundle=together.product, variant=part, quantity=units)
        self.order = paid((self.chair, 3), (self.desk, 2), (together, 1))

    def parcel(self, which: int) -> Shipment | None:
        found = list(self.order.shipments.order_by("pk"))
        return found[which % len(found)] if found else None

    def line(self, which: int) -> OrderLine:
        found = list(self.order.lines.order_by("pk"))
        return found[which % len(found)]

    def attempt(self, step, *args, **kwargs):
        """Each step does all of it or nothing."""
        try:
            with transaction.atomic():
                step(*args, **kwargs)
        except DomainError:
            pass
        self.is_planned = False

    @rule()
    def plan(self):
        planning.plan(self.order.pk)
        self.is_planned = True

    @rule(which=WHICH, line=WHICH, units=UNITS)
    def split(self, which, line, units):
        if parcel := self.parcel(which):
            self.attempt(planning.regroup, parcel.pk, {self.line(line).pk: units})

    @rule(first=WHICH, second=WHICH)
    def join(self, first, second):
        chosen = {parcel.pk for parcel in (self.parcel(first), self.parcel(second)) if parcel}
        self.attempt(planning.merge_parcels, chosen)

    @rule(which=WHICH, step=st.sampled_from([packing.pack, packing.unpack]))
    def handle(self, which, step):
        if parcel := self.parcel(which):
            self.attempt(step, parcel.pk)

    @rule(which=WHICH)
    def send(self, which):
        if parcel := self.parcel(which):
            self.attempt(dispatch_one, parcel.pk, actor_id=None)

    @rule(
        which=WHICH,
        step=st.sampled_from(
            [
                tracking.note_transit,
                tracking.deliver,
                tracking.lose,
                tracking.bring_back,
                undelivered.resend,
                undelivered.give_up,
            ]
        ),
    )
    def follow(self, which, step):
        if parcel := self.parcel(which):
            self.attempt(step, parcel.pk, actor_id=None)

    @rule(which=WHICH, units=UNITS)
    def edit(self, which, units):
        """As the back office does, money aside."""
        order = Order.objects.get(pk=self.order.pk)
        if refusal(order) or order.status not in ("confirmed", "processing"):
            return
        self.attempt(self._edit, self.line(which), units)

    def _edit(self, line: OrderLine, units: int):
        OrderLine.objects.filter(pk=line.pk).update(
            quantity=units, discount=0, total=line.unit_price * units
        )
        inventory.change_sale(order=line.order_id, quantities=units_to_move(line.order_id))
        OrderEvent.objects.create(order_id=line.order_id, kind="edited")

    @rule()
    def cancel(self):
        self.attempt(orders.cancel, self.order.pk, actor_id=None, reason="x")

    @rule()
    def revive(self):
        """The money was only late."""
        self.attempt(orders.mark_paid, self.order.pk)

    @rule(place=st.integers(0, 1), units=UNITS)
    def spoil(self, place, units):
        """A level may fall short by it."""
        self.attempt(
            inventory.write_off, {(self.desk.pk, self.places[place].pk): units}, note="mojado"
        )

    @rule(place=st.integers(0, 1), units=UNITS)
    def restock(self, place, units):
        self.attempt(inventory.receive, {(self.chair.pk, self.places[place].pk): units})

    @invariant()
    def lines_and_parcels_agree(self):
        if not hasattr(self, "order"):
            return
        order = Order.objects.get(pk=self.order.pk)
        for line in order.lines.all():
            items = ShipmentItem.objects.filter(line=line)

            def units(found):
                return sum(found.values_list("quantity", flat=True))

            valid = items.filter(shipment__decision="")
            assert line.open_quantity >= 0
            assert line.delivered_quantity <= line.shipped_quantity
            assert line.shipped_quantity == units(
                valid.filter(shipment__status__in=[*LEFT, *NOT_THERE])
            )
            assert line.delivered_quantity == units(valid.filter(shipment__status="delivered"))
            if self.is_planned:
                waiting = units(items.filter(shipment__in=Shipment.objects.to_send()))
                assert waiting == (line.open_quantity if order.may_ship else 0)

    @invariant()
    def the_ledger_agrees(self):
        assert not stock_differences()
        assert not order_differences()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("examples", "length"),
    [
        pytest.param(4, 25, id="short"),
        pytest.param(150, 60, id="long", marks=pytest.mark.soak),
    ],
)
def test_lines_parcels_and_ledger_agree_whatever_happens(examples, length):
    run(Parcels, examples=examples, length=length)
