"""Dropshipping: what suppliers get to send for us, once, and what becomes of it."""

import pytest
from django.db import Error, connection, transaction
from post_office.models import Email

from core.exceptions import InvalidTransition
from orders import services as orders
from orders.states import PaymentStatus
from outbox.tasks import deliver_due
from purchasing import services
from purchasing.exceptions import (
    AlreadyHandedOver,
    MayNotShip,
    SupplierIsInactive,
    SupplierUnknown,
)
from purchasing.models import DropshipWarehouse, SupplierTask
from tests.accounts.factories import SellerFactory
from tests.concurrency import at_once
from tests.inventory.factories import WarehouseFactory
from tests.pdf import text_of
from tests.purchasing.factories import (
    SupplierFactory,
    deliver_again,
    dropship,
    handed_out,
    sold,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def supplier():
    return SupplierFactory.create(email="despacho@example.com")


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


def test_money_for_a_cancelled_order_calls_no_supplier(supplier):
    order = sold(dropship(supplier))
    deliver_due()
    orders.cancel(order.pk, actor_id=None, reason="no")
    deliver_due()
    with pytest.raises(InvalidTransition):
        orders.mark_paid(order.pk)

    deliver_due()

    assert [task.status for task in order.supplier_tasks.all()] == ["cancelled"]


def test_news_of_a_cancellation_that_comes_late_calls_nothing_off(supplier):
    task = handed_out(dropship(supplier))

    services.withdraw(task.order_id)

    task.refresh_from_db()
    assert task.status == "sent"


def test_called_off_by_hand_the_units_can_be_handed_out_again(supplier):
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
