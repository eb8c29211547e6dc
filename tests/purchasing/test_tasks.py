"""Dropshipping: what suppliers get to send for us, once, and what becomes of it."""

import pytest
from django.db import Error, connection, transaction
from post_office.models import Email

from catalog.models import BundleComponent, ProductKind
from core.exceptions import InvalidTransition
from inventory.models import StockLevel
from orders import services as orders
from orders.audit import differences
from orders.exceptions import CancellationTooLate
from orders.models import OrderEvent
from orders.states import PaymentStatus
from outbox.tasks import deliver_due
from purchasing import services
from purchasing.exceptions import (
    AlreadyHandedOver,
    AlreadyLeft,
    CarrierMissing,
    MayNotShip,
    SupplierIsInactive,
    SupplierUnknown,
)
from purchasing.models import DropshipWarehouse, SupplierTask
from shipping.exceptions import MayNotShip as WaitsForSupplier
from shipping.models import Carrier
from shipping.services import deciding, planning, tracking
from shipping.services.dispatching import dispatch_one
from tests.accounts.factories import SellerFactory
from tests.catalog.factories import ProductFactory, VariantFactory
from tests.concurrency import at_once
from tests.inventory.factories import WarehouseFactory, stocked
from tests.pdf import text_of
from tests.purchasing.factories import SupplierFactory, deliver_again, dropship, sold
from tests.shipping.sales import paid

pytestmark = pytest.mark.django_db


@pytest.fixture
def supplier():
    return SupplierFactory.create(email="despacho@example.com")


def handed_out(*places, **fields) -> SupplierTask:
    """The one task of an order of a unit from each place."""
    order = sold(*places, **fields)
    services.hand_out(order.pk)
    return order.supplier_tasks.get()


def shipped(supplier) -> SupplierTask:
    task = handed_out(dropship(supplier))
    services.ship_task(task.pk, carrier="Olva", tracking_number="7-1")
    task.refresh_from_db()
    return task


def level_of(task) -> StockLevel:
    return StockLevel.objects.get(warehouse=task.lines.get().warehouse)


def test_a_sale_gives_the_supplier_his_lines_and_the_address(supplier):
    theirs, ours = dropship(supplier), WarehouseFactory.create()
    order = sold(ours, theirs)
    order.addresses.update(phone="987654321", district="Miraflores", region="Lima")
    variant = order.lines.get(position=1).variant

    deliver_due()

    task = order.supplier_tasks.get()
    line = task.lines.get()
    assert (task.supplier, task.seller, task.status) == (supplier, theirs.seller, "sent")
    assert (line.variant, line.warehouse, line.quantity) == (variant, theirs, 1)
    assert line.unit_cost == variant.cost
    assert (task.recipient, task.phone) == ("Ana Quispe", "987654321")
    assert task.address.splitlines() == ["Av. Larco 101", "Miraflores, Lima, Lima", "Perú"]


def test_the_supplier_is_written_to_once_with_the_packing_request(supplier):
    order = sold(dropship(supplier))

    deliver_due()
    deliver_again()

    mail = Email.objects.get(to=[supplier.email])
    ((name, content, _kind),) = mail.email_message().attachments
    assert name == f"{order.number}.pdf"
    assert "Av. Larco 101" in text_of(content)
    assert order.email not in mail.message + mail.html_message
    assert order.supplier_tasks.get().mailed_to == supplier.email


def test_two_warehouses_of_a_supplier_are_one_task_and_two_suppliers_two(supplier):
    other = SupplierFactory.create(email="otro@example.com")
    order = sold(dropship(supplier), dropship(supplier), dropship(other))

    services.hand_out(order.pk)
    services.hand_out(order.pk)

    tasks = {task.supplier: task.lines.count() for task in order.supplier_tasks.all()}
    assert tasks == {supplier: 2, other: 1}


def test_sellers_who_share_a_supplier_do_not_share_a_task(supplier):
    seller = SellerFactory.create()
    order = sold(dropship(supplier), dropship(supplier, seller=seller))

    services.hand_out(order.pk)

    assert {task.seller for task in order.supplier_tasks.all()} == {
        seller,
        order.lines.get(position=0).seller,
    }


def test_an_order_from_our_own_shelf_is_nobodys_task():
    order = sold(WarehouseFactory.create())

    services.hand_out(order.pk)

    assert not SupplierTask.objects.exists()


def test_without_an_address_the_task_waits_for_staff():
    task = handed_out(dropship(SupplierFactory.create()))

    services.send_task(task.pk)
    services.send_task(task.pk)
    deliver_due()

    task.refresh_from_db()
    assert (task.status, task.mailed_to) == ("sent", "")
    assert not Email.objects.filter(attachments__isnull=False).exists()


def test_a_warehouse_of_nobody_leaves_the_task_without_a_supplier(supplier):
    warehouse = dropship()
    task = handed_out(warehouse)

    with pytest.raises(SupplierUnknown):
        services.send_task(task.pk)
    DropshipWarehouse.objects.create(supplier=supplier, warehouse=warehouse)
    services.hand_out(task.order_id)

    task = SupplierTask.objects.get()
    assert (task.supplier, task.status, task.lines.get().warehouse) == (supplier, "sent", warehouse)


def test_a_task_that_has_gone_out_does_not_grow(supplier):
    late = dropship()
    order = sold(dropship(supplier), late)
    services.hand_out(order.pk)
    DropshipWarehouse.objects.create(supplier=supplier, warehouse=late)

    with pytest.raises(AlreadyHandedOver):
        services.hand_out(order.pk)

    assert {task.supplier for task in order.supplier_tasks.all()} == {supplier, None}


def test_a_supplier_we_left_gets_nothing(supplier):
    warehouse = dropship(supplier)
    supplier.is_active = False
    supplier.save()
    task = handed_out(warehouse)

    with pytest.raises(SupplierIsInactive):
        services.send_task(task.pk)

    assert SupplierTask.objects.get().status == "open"


def test_nothing_is_sent_while_the_money_is_in_doubt():
    task = handed_out(dropship(SupplierFactory.create()))
    orders.set_payment_status(task.order_id, PaymentStatus.DISPUTED)

    with pytest.raises(MayNotShip):
        services.send_task(task.pk)

    assert SupplierTask.objects.get().status == "open"


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

    deciding.resend(parcel.pk, actor_id=None)
    deliver_due()

    again = task.order.supplier_tasks.exclude(pk=task.pk).get()
    assert (again.status, again.lines.get().quantity) == ("sent", 1)


@pytest.mark.parametrize("carrier", ["", "  "])
def test_a_parcel_has_a_carrier(carrier, supplier):
    task = handed_out(dropship(supplier))

    with pytest.raises(CarrierMissing):
        services.ship_task(task.pk, carrier=carrier, tracking_number="7-1")

    assert SupplierTask.objects.get().status == "sent"


def test_what_was_not_handed_over_is_neither_accepted_nor_shipped():
    task = handed_out(dropship(SupplierFactory.create()))

    for step in (
        lambda: services.accept_task(task.pk),
        lambda: services.ship_task(task.pk, carrier="Olva", tracking_number=""),
    ):
        with pytest.raises(InvalidTransition):
            step()


def test_a_cancelled_order_calls_its_tasks_off_and_tells_who_knew(supplier):
    order = sold(dropship(supplier), dropship(SupplierFactory.create()))
    deliver_due()
    orders.cancel(order.pk, actor_id=None, reason="no")

    deliver_due()
    deliver_again()

    assert {task.status for task in order.supplier_tasks.all()} == {"cancelled"}
    subjects = [mail.subject for mail in Email.objects.filter(to=[supplier.email]).order_by("pk")]
    assert len(subjects) == 2
    assert subjects[1] == f"No enviar: {order.number}"


def test_an_order_cancelled_before_the_news_of_its_sale_gives_nobody_work(supplier):
    order = sold(dropship(supplier))
    orders.cancel(order.pk, actor_id=None, reason="no")

    deliver_due()

    assert not SupplierTask.objects.exists()


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


def test_an_order_that_is_paid_after_all_gets_a_new_task(supplier):
    order = sold(dropship(supplier))
    deliver_due()
    orders.cancel(order.pk, actor_id=None, reason="no")
    deliver_due()
    orders.mark_paid(order.pk)

    deliver_due()

    assert sorted(task.status for task in order.supplier_tasks.all()) == ["cancelled", "sent"]


def test_news_of_a_cancellation_that_comes_late_calls_nothing_off(supplier):
    task = handed_out(dropship(supplier))

    services.withdraw(task.order_id)

    task.refresh_from_db()
    assert task.status == "sent"


def test_called_off_by_hand_the_units_can_be_handed_out_anew(supplier):
    task = handed_out(dropship(supplier))
    services.cancel_task(task.pk)
    services.cancel_task(task.pk)

    services.hand_out(task.order_id)

    assert SupplierTask.objects.live().get().lines.get().quantity == 1


@pytest.mark.django_db(transaction=True)
def test_news_delivered_by_many_at_once_makes_one_task_and_one_mail(supplier):
    order = sold(dropship(supplier))

    at_once(lambda: services.hand_out(order.pk), times=4)
    deliver_due()

    assert order.supplier_tasks.get().lines.get().quantity == 1
    assert Email.objects.filter(to=[supplier.email]).count() == 1


@pytest.mark.parametrize(
    ("rule", "statement"),
    [
        (
            "supplier_task_on_hand_once",
            (
                "INSERT INTO purchasing_suppliertask (order_id, seller_id, supplier_id, status,"
                " recipient, phone, address, currency, carrier, tracking_number, mailed_to)"
                " SELECT order_id, seller_id, supplier_id, 'open', '', '', '', currency, '', '', ''"
                " FROM purchasing_suppliertask"
            ),
        ),
        ("status_steps", "UPDATE purchasing_suppliertask SET status = 'open'"),
        ("supplier_task_shipped_by", "UPDATE purchasing_suppliertask SET status = 'shipped'"),
        ("supplier_task_is_somebodys", "UPDATE purchasing_suppliertask SET supplier_id = NULL"),
        ("supplier_task_line_not_empty", "UPDATE purchasing_suppliertaskline SET quantity = 0"),
        (
            "purchasing_dropshipwarehouse_warehouse_id",
            (
                "INSERT INTO purchasing_dropshipwarehouse (supplier_id, warehouse_id)"
                " SELECT supplier_id, warehouse_id FROM purchasing_dropshipwarehouse"
            ),
        ),
    ],
)
def test_postgresql_refuses_what_no_task_can_be(rule, statement, supplier):
    handed_out(dropship(supplier))

    with (
        pytest.raises(Error, match=rule),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
