"""A changed order: its suppliers send what it needs now, where it goes now."""

import pytest
from post_office.models import Email

from orders.models import Order
from orders.new_orders import NewAddress
from outbox.tasks import deliver_due
from payments.services.settle import settle_order
from tests.checkout.changing import bought, change, wish
from tests.checkout.factories import open_shop
from tests.inventory.factories import stocked
from tests.invoicing.factories import money_in
from tests.purchasing.factories import SupplierFactory, deliver_again, dropship

pytestmark = pytest.mark.django_db


@pytest.fixture
def order() -> Order:
    """Two units of a supplier's, who has his task."""
    supplier = SupplierFactory.create(email="despacho@example.com")
    order = bought({stocked(9, warehouse=dropship(supplier)): 2})
    deliver_due()
    return order


def to(order: Order, units: int) -> None:
    line = order.lines.get()
    change(order, wish(order, {line.variant: units}))
    deliver_due()


def tasks(order: Order) -> list[tuple[str, int]]:
    rows = order.supplier_tasks.order_by("pk")
    return [(task.status, task.lines.get().quantity) for task in rows]


def test_a_supplier_who_was_told_is_told_anew_and_once(order: Order) -> None:
    to(order, 1)
    deliver_again()

    assert tasks(order) == [("cancelled", 2), ("sent", 1)]
    assert Email.objects.filter(to="despacho@example.com").count() == 3


def test_more_units_are_handed_over_when_the_difference_is_paid(order: Order) -> None:
    to(order, 3)
    before = tasks(order)
    money_in(order, order.lines.get().unit_price)
    settle_order(order.pk)
    deliver_due()

    assert before == [("cancelled", 2), ("open", 3)]
    assert tasks(order) == [("cancelled", 2), ("sent", 3)]


def test_a_supplier_learns_of_another_address_and_of_nothing_else(order: Order) -> None:
    open_shop()
    other = stocked(9)
    change(order, wish(order, added={other: 1}))
    deliver_due()
    before = tasks(order)
    address = NewAddress(recipient="Ana", street="Jr. Puno 5", city="Lima", ubigeo="150101")
    change(order, wish(order, address=address, shipping="olva"))
    deliver_due()

    assert before == [("sent", 2)]
    [old, new] = order.supplier_tasks.order_by("pk")
    assert (old.status, new.address.splitlines()[0]) == ("cancelled", "Jr. Puno 5")
