"""What should be ordered, and the drafts that write themselves when a level runs low."""

from decimal import Decimal
from uuid import uuid4

import pytest

from inventory import services as inventory
from inventory.models import StockLevel
from outbox.tasks import deliver_due
from purchasing import selectors, services
from purchasing.models import PurchaseOrder, PurchaseOrderLine
from tests.catalog.factories import VariantFactory
from tests.concurrency import at_once
from tests.inventory.factories import WarehouseFactory, soon, stocked
from tests.purchasing.factories import SupplierFactory, drafted, ordered, sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def warehouse():
    return WarehouseFactory.create()


@pytest.fixture
def supplier():
    return SupplierFactory.create()


def bought(supplier, warehouse, units=10, cost="5.00", variant=None):
    """A variant of which the supplier has sent us that many units."""
    variant = variant or VariantFactory.create()
    order = sent((variant, warehouse, units, cost), supplier=supplier)
    services.receive_everything(order.pk, delivery_note="G-1")
    return variant


def limit(variant, warehouse, minimum, maximum=None):
    level = StockLevel.objects.get(variant=variant, warehouse=warehouse)
    level.minimum, level.maximum = minimum, maximum
    level.save(update_fields=["minimum", "maximum"])
    return level


def sell(variant, units):
    reference = uuid4()
    inventory.reserve({variant.pk: units}, reference=reference, until=soon())
    inventory.record_sale(order=reference, quantities={variant.pk: units})


def suggested(supplier):
    return [each.quantity for each in selectors.suggestions(supplier_id=supplier.pk)]


def test_a_level_above_its_minimum_and_its_sales_lacks_nothing(supplier, warehouse):
    limit(bought(supplier, warehouse, 10), warehouse, 5, 20)

    assert suggested(supplier) == []


def test_a_level_below_its_minimum_is_filled_to_its_maximum(
    supplier, warehouse, django_assert_num_queries
):
    variant = bought(supplier, warehouse, 4, "5.25")
    limit(variant, warehouse, 5, 20)

    with django_assert_num_queries(1):
        (found,) = selectors.suggestions(supplier_id=supplier.pk)

    assert (found.variant_id, found.quantity, found.unit_cost) == (
        variant.pk,
        16,
        Decimal("5.25"),
    )


def test_without_a_maximum_what_sells_in_four_weeks_comes_on_top(supplier, warehouse):
    variant = bought(supplier, warehouse, 10)
    limit(variant, warehouse, 5)
    sell(variant, 7)

    # Three are left; five are wanted at least, and seven for the next weeks.
    assert suggested(supplier) == [9]


def test_what_is_ordered_already_is_not_suggested_again(supplier, warehouse):
    variant = bought(supplier, warehouse, 4)
    limit(variant, warehouse, 5, 20)

    ordered((variant, warehouse, 1, "5.00"), supplier=supplier)

    assert suggested(supplier) == []


def test_sales_beyond_what_is_there_and_ordered_are_suggested(supplier, warehouse):
    variant = bought(supplier, warehouse, 10)
    limit(variant, warehouse, 0, 30)
    sell(variant, 8)
    sent((variant, warehouse, 5, "5.00"), supplier=supplier)

    assert suggested(supplier) == [23]


def test_the_supplier_is_the_one_who_sold_it_last_and_is_still_active(supplier, warehouse):
    other = SupplierFactory.create()
    variant = bought(supplier, warehouse, 2)
    bought(other, warehouse, 1, variant=variant)
    limit(variant, warehouse, 5, 10)
    assert (suggested(supplier), suggested(other)) == ([], [7])

    other.is_active = False
    other.save(update_fields=["is_active"])

    assert (suggested(supplier), suggested(other)) == ([7], [])


def test_nothing_is_bought_for_a_shelf_that_is_a_suppliers(supplier):
    warehouse = WarehouseFactory.create(kind="dropshipping")
    limit(bought(supplier, warehouse, 1), warehouse, 5, 10)

    assert suggested(supplier) == []


def test_a_draft_is_filled_up_once(supplier, warehouse):
    variant = bought(supplier, warehouse, 4)
    limit(variant, warehouse, 5, 20)
    order = drafted(supplier)

    assert [services.fill_up(order.pk) for _ in range(2)] == [1, 0]

    order.refresh_from_db()
    assert order.lines.get().quantity == 16
    assert order.subtotal == 80


def test_a_level_that_runs_low_is_noted_in_one_draft(supplier, warehouse):
    first, second = (bought(supplier, warehouse, 10) for _ in range(2))
    for variant in (first, second):
        limit(variant, warehouse, 5, 20)

    for variant in (first, second):
        sell(variant, 6)
    deliver_due()

    draft = PurchaseOrder.objects.get(status="draft")
    assert draft.supplier == supplier
    assert {line.variant: line.quantity for line in draft.lines.all()} == {first: 16, second: 16}


def test_news_that_comes_twice_orders_once(supplier, warehouse):
    level = limit(bought(supplier, warehouse, 4), warehouse, 5, 20)

    for _ in range(2):
        services.propose(level.pk)

    assert PurchaseOrderLine.objects.get(purchase_order__status="draft").quantity == 16


def test_what_nobody_has_sold_us_is_not_proposed():
    level = StockLevel.objects.get(variant=stocked(1))

    services.propose(level.pk)

    assert not PurchaseOrder.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_news_delivered_by_many_at_once_orders_once(supplier, warehouse):
    level = limit(bought(supplier, warehouse, 4), warehouse, 5, 20)

    at_once(lambda: services.propose(level.pk))

    assert PurchaseOrderLine.objects.get(purchase_order__status="draft").quantity == 16
