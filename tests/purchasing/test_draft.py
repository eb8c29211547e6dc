"""Purchase orders before they are sent: numbers, lines, sums, suppliers."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.exceptions import InvalidTransition
from promotions.models import TaxRate
from purchasing import services
from purchasing.exceptions import NotADraft, NothingOrdered, SupplierIsInactive, WrongLine
from purchasing.models import PurchaseOrderLine, Supplier
from tests.accounts.factories import SellerFactory
from tests.catalog.factories import VariantFactory
from tests.concurrency import at_once
from tests.inventory.factories import WarehouseFactory
from tests.purchasing.factories import SupplierFactory, drafted, ordered, sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def variant():
    return VariantFactory.create()


@pytest.fixture
def warehouse():
    return WarehouseFactory.create()


@pytest.mark.parametrize("ruc", ["20100070971", "2010007097", "ABCDEFGHIJK", "99999999999", ""])
def test_a_supplier_needs_a_true_ruc(ruc):
    supplier = Supplier(name="Falso", ruc=ruc)

    with pytest.raises(ValidationError) as refusal:
        supplier.full_clean()

    assert "ruc" in refusal.value.message_dict


def test_a_true_ruc_is_taken():
    Supplier(name="Verdadero", ruc="20100070970").full_clean()


def test_numbers_count_up_within_the_year():
    year = timezone.localdate().year

    numbers = [drafted().number for _ in range(3)]

    first = int(numbers[0].rsplit("-", 1)[1])
    assert numbers == [f"OC-{year}-{first + n:03}" for n in range(3)]


@pytest.mark.django_db(transaction=True)
def test_numbers_taken_at_once_are_all_different():
    supplier = SupplierFactory.create()

    numbers = at_once(lambda: drafted(supplier).number)

    assert len(set(numbers)) == len(numbers)


def test_nothing_is_ordered_from_a_supplier_we_left():
    with pytest.raises(SupplierIsInactive):
        drafted(SupplierFactory.create(is_active=False))


def test_each_line_is_taxed_by_its_class(variant, warehouse):
    TaxRate.objects.create(country="PE", tax_class=variant.product.tax_class, rate=Decimal("0.10"))
    free = VariantFactory.create(product__tax_class="exempt")
    TaxRate.objects.create(country="PE", tax_class="exempt", rate=Decimal(0))

    order = ordered((variant, warehouse, 1, "100.00"), (free, warehouse, 1, "50.00"))

    assert (order.subtotal, order.tax, order.total) == (150, 10, 160)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lines=st.lists(
        st.tuples(st.integers(1, 999), st.decimals("0", "999.99", places=2, allow_nan=False)),
        min_size=1,
        max_size=4,
    )
)
def test_sums_are_exact_and_rounded_once(lines, warehouse):
    order = ordered(*((VariantFactory.create(), warehouse, units, cost) for units, cost in lines))

    subtotal = sum(units * cost for units, cost in lines)
    tax = (subtotal * Decimal("0.18")).quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert (order.subtotal, order.tax, order.total) == (subtotal, tax, subtotal + tax)


def test_goods_never_go_to_another_sellers_warehouse(variant):
    with pytest.raises(WrongLine):
        ordered((variant, WarehouseFactory.create(seller=SellerFactory.create()), 1, "1.00"))


def test_an_order_without_lines_is_not_sent():
    order = drafted()

    with pytest.raises(NothingOrdered):
        services.send(order.pk)


def test_sending_twice_is_once(variant, warehouse):
    order = sent((variant, warehouse, 1, "1.00"))

    services.send(order.pk)

    first = order.sent_at
    order.refresh_from_db()
    assert (order.status, order.sent_at) == ("sent", first)


def test_what_has_been_sent_no_longer_changes(variant, warehouse):
    order = sent((variant, warehouse, 1, "1.00"))

    for change in (services.lock_draft, services.fill_up):
        with pytest.raises(NotADraft):
            change(order.pk)

    assert order.lines.get().quantity == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda line: PurchaseOrderLine.objects.filter(pk=line.pk).update(quantity=9),
        lambda line: PurchaseOrderLine.objects.filter(pk=line.pk).delete(),
        lambda line: PurchaseOrderLine.objects.create(
            purchase_order=line.purchase_order,
            variant=VariantFactory.create(),
            warehouse=line.warehouse,
            quantity=1,
            unit_cost=1,
        ),
    ],
    ids=["changed", "deleted", "added"],
)
def test_postgresql_keeps_the_lines_of_a_sent_order(change, variant, warehouse):
    order = sent((variant, warehouse, 1, "1.00"))

    with pytest.raises(IntegrityError, match="does not change"):
        change(order.lines.get())


def test_a_cancelled_draft_is_not_sent_and_cancelling_twice_is_once(variant, warehouse):
    order = ordered((variant, warehouse, 3, "1.00"))

    assert [services.cancel(order.pk) for _ in range(2)] == [3, 3]

    with pytest.raises(InvalidTransition):
        services.send(order.pk)
