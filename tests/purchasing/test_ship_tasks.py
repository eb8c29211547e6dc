"""What a supplier has sent in our name: a parcel as any other."""

import pytest
from post_office.models import Email

from catalog.models import BundleComponent, ProductKind
from inventory.models import StockLevel
from orders import services as orders
from orders.consistency import differences
from orders.exceptions import CancellationTooLate
from orders.models import OrderEvent
from outbox.tasks import deliver_due
from purchasing import services
from purchasing.exceptions import (
    AlreadyLeft,
    CarrierMissing,
)
from purchasing.models import SupplierTask
from shipping.exceptions import MayNotShip as WaitsForSupplier
from shipping.models import Carrier
from shipping.services import planning, tracking, undelivered
from shipping.services.dispatching import dispatch_one
from tests.catalog.factories import ProductFactory, VariantFactory
from tests.inventory.factories import stocked
from tests.purchasing.factories import (
    SupplierFactory,
    dropship,
    handed_out,
    shipped,
    sold,
)
from tests.shipping.sales import paid

pytestmark = pytest.mark.django_db


@pytest.fixture
def supplier():
    return SupplierFactory.create(email="despacho@example.com")


def level_of(task) -> StockLevel:
    return StockLevel.objects.get(warehouse=task.lines.get().warehouse)


def test_the_supplier_accepts_and_ships_and_the_customer_reads_with_whom(supplier):
    task = handed_out(dropship(supplier))

    services.accept_task(task.pk)
    services.accept_task(task.pk)
    services.ship_task(task.pk, carrier=" Olva ", tracking_number="7-1")

    task.refresh_from_db()
    assert (task.status, task.carrier, task.tracking_number) == ("shipped", "Olva", "7-1")
    assert task.shipped_at
    said = OrderEvent.objects.get(order=task.order, kind="shipped")
    assert (said.note, said.is_public) == ("Olva 7-1", True)
    assert task.order.fulfilment_status == "shipped"


def test_an_order_is_on_its_way_in_part_while_we_or_another_have_to_send(supplier):
    other = SupplierFactory.create()
    order = sold(dropship(supplier), dropship(other))
    services.hand_out(order.pk)
    first, second = (order.supplier_tasks.get(supplier=each) for each in (supplier, other))
    services.send_task(second.pk)
    seen = []

    for task in (first, second):
        services.ship_task(task.pk, carrier="Olva", tracking_number="")
        order.refresh_from_db()
        seen.append(order.fulfilment_status)

    assert seen == ["partial", "shipped"]


def test_an_order_is_not_cancelled_once_a_supplier_has_sent_his_part(supplier):
    task = shipped(supplier)

    with pytest.raises(CancellationTooLate):
        orders.cancel(task.order_id, actor_id=None, reason="no")

    assert (level_of(task).on_hand, level_of(task).available) == (4, 4)


def test_the_suppliers_parcel_leaves_as_any_other_with_its_units_and_the_mail(supplier):
    Carrier.objects.create(
        code="olva", name="Olva Courier", tracking_url_template="https://olva.test/{number}"
    )
    task = handed_out(dropship(supplier))
    deliver_due()

    services.ship_task(task.pk, carrier="olva courier", tracking_number="7-1")
    deliver_due()

    task.refresh_from_db()
    parcel = task.order.shipments.get()
    assert (parcel.status, parcel.tracking_url) == ("shipped", "https://olva.test/7-1")
    assert task.shipment == parcel
    assert (level_of(task).on_hand, level_of(task).committed) == (4, 0)
    assert differences() == []
    mail = Email.objects.filter(to=[task.order.email]).latest("pk")
    assert "https://olva.test/7-1" in mail.message


def test_what_a_supplier_sends_from_two_warehouses_is_one_parcel(supplier):
    order = sold(dropship(supplier), dropship(supplier))
    deliver_due()
    services.send_task(order.supplier_tasks.get().pk)

    services.ship_task(order.supplier_tasks.get().pk, carrier="Olva", tracking_number="7-1")

    parcel = order.shipments.exclude(status="cancelled").get()
    assert (parcel.items.count(), parcel.carried_by) == (2, "Olva")
    order.refresh_from_db()
    assert order.fulfilment_status == "shipped"
    assert differences() == []


def test_a_set_that_lies_with_a_supplier_leaves_by_his_task(supplier):
    theirs = dropship(supplier)
    bundle = VariantFactory.create(product=ProductFactory.create(kind=ProductKind.BUNDLE))
    for units in (1, 2):
        BundleComponent.objects.create(
            bundle=bundle.product, variant=stocked(9, warehouse=theirs), quantity=units
        )
    order = paid((bundle, 2))
    services.hand_out(order.pk)

    services.ship_task(order.supplier_tasks.get().pk, carrier="Olva", tracking_number="")

    assert list(order.lines.values_list("shipped_quantity", flat=True)) == [2]
    assert differences() == []


def test_what_a_supplier_sends_is_not_sent_by_ourselves(supplier):
    task = handed_out(dropship(supplier))
    planning.plan(task.order_id)

    with pytest.raises(WaitsForSupplier):
        dispatch_one(task.order.shipments.get().pk, actor_id=None)


def test_a_suppliers_parcel_that_was_lost_is_asked_for_again(supplier):
    task = shipped(supplier)
    parcel = task.order.shipments.get()
    tracking.lose(parcel.pk, actor_id=None)

    undelivered.resend(parcel.pk, actor_id=None)
    deliver_due()

    again = task.order.supplier_tasks.exclude(pk=task.pk).get()
    assert (again.status, again.lines.get().quantity) == ("sent", 1)


@pytest.mark.parametrize("carrier", ["", "  "])
def test_a_parcel_has_a_carrier(carrier, supplier):
    task = handed_out(dropship(supplier))

    with pytest.raises(CarrierMissing):
        services.ship_task(task.pk, carrier=carrier, tracking_number="7-1")

    assert SupplierTask.objects.get().status == "sent"


def test_a_parcel_that_left_as_its_order_was_cancelled_waits_until_it_is_back(supplier):
    task = handed_out(dropship(supplier))
    orders.cancel(task.order_id, actor_id=None, reason="no")
    services.ship_task(task.pk, carrier="Olva", tracking_number="7-1")

    services.withdraw(task.order_id)
    services.withdraw(task.order_id)

    task.refresh_from_db()
    assert (task.status, task.has_left_in_vain) == ("shipped", True)
    assert list(SupplierTask.objects.waiting_for_staff()) == [task]
    note = OrderEvent.objects.get(order=task.order, kind="note")
    assert supplier.name in note.note
    assert not note.is_public
    services.cancel_task(task.pk)
    assert not SupplierTask.objects.waiting_for_staff().exists()


def test_a_parcel_that_a_customer_waits_for_is_not_called_off(supplier):
    task = shipped(supplier)

    with pytest.raises(AlreadyLeft):
        services.cancel_task(task.pk)
