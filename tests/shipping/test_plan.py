"""From a sale to its parcels: by seller and warehouse, once, and as staff regroup them."""

import pytest
from constance import config

from catalog.models import BundleComponent, ProductKind
from core.exceptions import InvalidTransition
from inventory import services as inventory
from inventory.models import WarehouseKind
from orders import services as orders
from orders.models import OrderEvent, OrderLine
from orders.states import PaymentStatus
from outbox.tasks import deliver_due
from shipping import tasks
from shipping.exceptions import WrongUnits
from shipping.models import Shipment
from shipping.parcels import units_to_pick
from shipping.services import packing, planning
from tests.accounts.factories import SellerFactory
from tests.catalog.factories import ProductFactory, VariantFactory
from tests.inventory.factories import WarehouseFactory, stocked, stocked_in
from tests.purchasing.factories import deliver_again
from tests.shipping.sales import contents, inside, method, olva, paid, pickup, planned, sold

pytestmark = pytest.mark.django_db


@pytest.fixture
def lima():
    return WarehouseFactory.create(code="LIMA", priority=1)


@pytest.fixture
def cusco():
    return WarehouseFactory.create(code="CUSCO", priority=2)


def test_a_sale_gets_a_parcel_for_each_seller_and_warehouse_and_only_once(lima, cusco):
    ours, far = stocked(5, warehouse=lima), stocked(5, warehouse=cusco)
    product = ProductFactory.create(seller=SellerFactory.create())
    theirs = stocked(5, variant=VariantFactory.create(product=product), warehouse=lima)
    method()
    order = paid((ours, 2), (far, 1), (theirs, 3), shipping_method_code="olva")

    deliver_due()
    deliver_again()

    found = sorted(contents(order), key=str)
    assert found == [("CUSCO", {far.sku: 1}), ("LIMA", {ours.sku: 2}), ("LIMA", {theirs.sku: 3})]
    assert {parcel.carrier for parcel in order.shipments.all()} == {olva()}
    numbers = {parcel.number for parcel in order.shipments.all()}
    assert numbers == {f"ENV-{order.number[4:]}-{n}" for n in (1, 2, 3)}


def test_units_of_a_line_that_lie_in_two_warehouses_are_two_parcels(lima, cusco):
    variant = stocked_in((lima, 2), (cusco, 3))
    order = paid((variant, 4))

    planning.plan(order.pk)

    assert sorted(units[variant.sku] for _code, units in contents(order)) == [2, 2]


def test_units_that_lie_elsewhere_by_now_leave_one_parcel_before_they_join_another(lima, cusco):
    near, far = stocked(5, warehouse=lima), stocked(1, warehouse=cusco)
    order = paid((near, 1), (far, 1))
    planning.plan(order.pk)
    stocked(5, variant=far, warehouse=lima)
    inventory.change_sale(order=order.pk, quantities={near.pk: 1})
    inventory.change_sale(order=order.pk, quantities={near.pk: 1, far.pk: 1})

    planning.plan(order.pk)

    assert contents(order) == [("LIMA", {near.sku: 1, far.sku: 1})]


def test_a_line_of_fewer_units_leaves_fewer_in_each_of_its_parcels(lima, cusco):
    variant = stocked_in((lima, 2), (cusco, 2))
    order = paid((variant, 4))
    planning.plan(order.pk)
    line = order.lines.get()
    OrderLine.objects.filter(pk=line.pk).update(quantity=2, total=line.unit_price * 2)
    inventory.change_sale(order=order.pk, quantities={})
    for place in (lima, cusco):
        inventory.write_off({(variant.pk, place.pk): 1}, note="mojado")
    inventory.change_sale(order=order.pk, quantities={variant.pk: 2})

    planning.plan(order.pk)

    assert sorted(contents(order)) == [("CUSCO", {variant.sku: 1}), ("LIMA", {variant.sku: 1})]


def test_an_order_that_is_not_to_be_split_is_one_parcel_packed_where_most_of_it_lies(lima, cusco):
    config.SPLIT_SHIPMENTS = False
    near, far = stocked(5, warehouse=lima), stocked(5, warehouse=cusco)
    order = paid((near, 1), (far, 2))

    planning.plan(order.pk)

    assert contents(order) == [("CUSCO", {near.sku: 1, far.sku: 2})]
    parcel = order.shipments.get()
    assert units_to_pick([parcel]) == {parcel.pk: {(near.pk, lima.pk): 1, (far.pk, cusco.pk): 2}}


def test_what_a_supplier_sends_never_joins_our_parcels(lima):
    config.SPLIT_SHIPMENTS = False
    theirs = WarehouseFactory.create(code="PROV", kind=WarehouseKind.DROPSHIPPING)
    ours, other = stocked(5, warehouse=lima), stocked(5, warehouse=theirs)
    order = paid((ours, 1), (other, 2))

    planning.plan(order.pk)

    assert sorted(contents(order)) == [("LIMA", {ours.sku: 1}), ("PROV", {other.sku: 2})]


def test_an_order_that_is_fetched_is_one_parcel_in_the_shop_where_it_waits(lima, cusco):
    pickup(cusco)
    order = sold(1, 2, warehouse=lima, shipping_method_code="tienda")

    planning.plan(order.pk)

    parcel = order.shipments.get()
    assert (parcel.warehouse, parcel.is_pickup, parcel.carrier) == (cusco, True, None)
    assert sum(inside(parcel).values()) == 3


def a_set_of(*parts):
    """A bundle of one unit of each."""
    product = ProductFactory.create(kind=ProductKind.BUNDLE)
    for part in parts:
        BundleComponent.objects.create(bundle=product, variant=part, quantity=1)
    return VariantFactory.create(product=product)


def test_a_set_is_packed_where_all_its_parts_lie(lima, cusco):
    desk, chair = stocked(1, warehouse=lima), stocked(5, warehouse=cusco)
    stocked(5, variant=desk, warehouse=cusco)
    order = paid((a_set_of(desk, chair), 2))

    planning.plan(order.pk)

    ((code, units),) = contents(order)
    assert (code, list(units.values())) == ("CUSCO", [2])


def test_a_set_whose_parts_lie_apart_is_one_parcel_all_the_same(lima, cusco):
    desk, chair = stocked(5, warehouse=lima), stocked(5, warehouse=cusco)
    order = paid((a_set_of(desk, chair), 2), (desk, 1))

    planning.plan(order.pk)

    parcels = list(order.shipments.order_by("pk"))
    assert sum(sum(inside(parcel).values()) for parcel in parcels) == 3
    picked = [units for picks in units_to_pick(parcels).values() for units in picks.values()]
    assert sum(picked) == 5


def test_nothing_is_planned_of_an_order_whose_money_is_missing():
    order = sold(1)
    orders.set_payment_status(order.pk, PaymentStatus.REVIEW)

    planning.plan(order.pk)

    assert not contents(order)


def test_an_order_whose_money_turns_out_right_is_planned_by_the_clock():
    order = sold(1)
    planning.plan(sold(1).pk)
    orders.set_payment_status(order.pk, PaymentStatus.REVIEW)
    assert tasks.plan_unplanned() == 0

    orders.set_payment_status(order.pk, PaymentStatus.PAID)

    assert tasks.plan_unplanned() == 1
    assert tasks.plan_unplanned() == 0
    assert len(contents(order)) == 1


def test_a_cancelled_order_needs_no_parcels_packed_or_not():
    parcel = planned(1, 1)
    line = parcel.items.order_by("pk")[0].line
    second = planning.regroup(parcel.pk, {line.pk: 1})
    packing.pack(second.pk)

    orders.cancel(parcel.order_id, actor_id=None, reason="x")
    deliver_due()

    assert set(Shipment.objects.values_list("status", flat=True)) == {"cancelled"}


def test_money_for_a_cancelled_order_plans_no_parcel():
    parcel = planned()
    orders.cancel(parcel.order_id, actor_id=None, reason="x")
    deliver_due()

    with pytest.raises(InvalidTransition):
        orders.mark_paid(parcel.order_id)
    deliver_due()

    statuses = parcel.order.shipments.order_by("pk").values_list("status", flat=True)
    assert list(statuses) == ["cancelled"]


class TestRegroup:
    def test_units_split_off_are_a_parcel_of_their_own_and_stay_so(self):
        parcel = planned(3, 1)
        line = parcel.items.get(quantity=3).line

        added = planning.regroup(parcel.pk, {line.pk: 2})
        planning.plan(parcel.order_id)

        assert inside(added) == {line.sku: 2}
        assert sorted(inside(parcel).values()) == [1, 1]
        assert added.number != parcel.number

    @pytest.mark.parametrize("units", [0, 4, -1])
    def test_only_units_that_are_in_it_are_taken_out(self, units):
        parcel = planned(3)
        line = parcel.items.get().line

        with pytest.raises(WrongUnits):
            planning.regroup(parcel.pk, {line.pk: units})

    def test_all_of_it_is_not_taken_out_nor_what_is_packed(self):
        parcel = planned(3)
        line = parcel.items.get().line
        with pytest.raises(WrongUnits):
            planning.regroup(parcel.pk, {line.pk: 3})
        packing.pack(parcel.pk)

        with pytest.raises(WrongUnits):
            planning.regroup(parcel.pk, {line.pk: 1})

    def test_parcels_are_put_together_again_from_two_warehouses_too(self, lima, cusco):
        near, far = stocked(5, warehouse=lima), stocked(5, warehouse=cusco)
        order = paid((near, 1), (far, 1))
        planning.plan(order.pk)

        whole = planning.merge_parcels(order.shipments.values_list("pk", flat=True))
        planning.plan(order.pk)

        assert inside(whole) == {near.sku: 1, far.sku: 1}
        assert len(contents(order)) == 1

    def test_parcels_of_two_orders_are_not_put_together(self):
        with pytest.raises(WrongUnits):
            planning.merge_parcels([planned().pk, planned().pk])


class TestChangedOrder:
    def change(self, line: OrderLine, units: int) -> None:
        """As the order's editing does, money aside."""
        wanted = {line.variant_id: units}
        inventory.change_sale(order=line.order_id, quantities=wanted)
        OrderLine.objects.filter(pk=line.pk).update(quantity=units, total=line.unit_price * units)
        OrderEvent.objects.create(order_id=line.order_id, kind="edited")

    def test_its_parcels_follow_and_keep_how_they_were_split(self):
        parcel = planned(4)
        line = parcel.items.get().line
        added = planning.regroup(parcel.pk, {line.pk: 1})

        self.change(line, 3)
        planning.plan(parcel.order_id)
        fewer = inside(parcel), inside(added)
        self.change(line, 5)
        planning.plan(parcel.order_id)

        assert fewer == ({line.sku: 3}, {line.sku: 1})
        assert sum(sum(units.values()) for _code, units in contents(parcel.order)) == 5

    def test_what_is_split_before_the_news_has_come_is_split_as_the_order_stands(self):
        parcel = planned(4)
        line = parcel.items.get().line

        self.change(line, 3)
        added = planning.regroup(parcel.pk, {line.pk: 1})

        assert (inside(parcel), inside(added)) == ({line.sku: 2}, {line.sku: 1})

    def test_a_parcel_packed_before_is_opened(self):
        parcel = planned(2)
        packing.pack(parcel.pk)

        self.change(parcel.items.get().line, 1)
        planning.plan(parcel.order_id)

        parcel.refresh_from_db()
        assert parcel.status == "pending"
        assert list(inside(parcel).values()) == [1]

    def test_a_parcel_that_is_packed_stays_so_while_nothing_changes(self):
        parcel = planned(2)
        packing.pack(parcel.pk)

        planning.plan(parcel.order_id)

        parcel.refresh_from_db()
        assert parcel.status == "packed"
