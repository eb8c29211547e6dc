"""What a supplier gets on paper."""

from datetime import date

import pytest
from constance import config
from django.utils import translation

from purchasing import papers, services
from tests.accounts.factories import SellerFactory
from tests.catalog.factories import VariantFactory
from tests.inventory.factories import WarehouseFactory
from tests.pdf import pages_of, text_of
from tests.purchasing.factories import SupplierFactory, dropship, ordered, sent, sold

pytestmark = pytest.mark.django_db


@pytest.fixture
def warehouse():
    return WarehouseFactory.create(name="Almacén Callao", street="Av. Argentina 3093", city="Lima")


def test_the_order_names_both_sides_the_goods_the_sums_and_where_they_go(warehouse):
    config.LEGAL_NAME, config.TAX_ID = "Vitrina S.A.C.", "20100070970"
    config.LEGAL_ADDRESS = "Av. Larco 1301, Miraflores"
    supplier = SupplierFactory.create(
        name="Maderas Ñahui", address="Jr. Cusco 5", phones=["987654321"], email="a@example.com"
    )
    variant = VariantFactory.create(name="Mesa “Río”", model="MR-9")
    order = sent((variant, warehouse, 1200, "7.50"), supplier=supplier)
    order.note, order.expected_on = "Entregar por la mañana.", date(2026, 12, 1)

    text = text_of(papers.order_pdf(order)).splitlines()

    for said in (
        *("Vitrina S.A.C.", "RUC 20100070970", "Av. Larco 1301, Miraflores"),
        *("Maderas Ñahui", f"RUC {supplier.ruc}", "Jr. Cusco 5", "987654321", "a@example.com"),
        *("Orden de compra", order.number, "1 de diciembre de 2026"),
        *("Almacén Callao", "Av. Argentina 3093, Lima"),
        *(variant.sku, "MR-9", "Mesa “Río”", "1,200", "S/ 7.50", "S/ 9,000.00"),
        *("S/ 1,620.00", "S/ 10,620.00", "Entregar por la mañana."),
    ):
        assert said in text


def test_the_paper_is_in_the_shops_language_whoever_asks_for_it(warehouse):
    order = sent((VariantFactory.create(), warehouse, 1, "1.00"))

    with translation.override("en"):
        text = text_of(papers.order_pdf(order))

    assert "Proveedor" in text
    assert "Supplier" not in text


def test_a_draft_and_an_order_that_was_given_up_say_so(warehouse):
    lines = ((VariantFactory.create(), warehouse, 1, "1.00"),)
    draft, order, given_up = ordered(*lines), sent(*lines), sent(*lines)
    services.cancel(given_up.pk)
    given_up.refresh_from_db()

    kinds = [text_of(papers.order_pdf(each)).splitlines()[1] for each in (draft, order, given_up)]

    assert kinds == [
        "Orden de compra (borrador)",
        "Orden de compra",
        "Orden de compra (cancelado)",
    ]


def test_goods_for_two_warehouses_stand_in_two_tables(warehouse):
    other = WarehouseFactory.create(name="Almacén Cusco")
    variant = VariantFactory.create()
    order = sent((variant, warehouse, 2, "1.00"), (variant, other, 3, "1.00"))

    text = text_of(papers.order_pdf(order)).splitlines()

    callao, cusco = text.index("Almacén Callao"), text.index("Almacén Cusco")
    assert text[callao:cusco].count(variant.sku) == text[cusco:].count(variant.sku) == 1


def test_an_order_of_100_lines_breaks_pages_and_forgets_none(
    warehouse, django_assert_max_num_queries
):
    order = sent(*((VariantFactory.create(), warehouse, 1, "1.00") for _ in range(100)))

    with django_assert_max_num_queries(4):
        pages = pages_of(papers.order_pdf(order))

    skus = set(order.lines.values_list("variant__sku", flat=True))
    assert len(pages) > 2
    assert all("SKU" in page.splitlines() for page in pages[:-1])
    assert skus <= {line for page in pages for line in page.splitlines()}


def test_another_seller_orders_under_his_own_name(warehouse):
    seller = SellerFactory.create(name="Taller Amaru", tax_id="20512345671")
    order = sent((VariantFactory.create(), warehouse, 1, "1.00"))
    order.seller = seller

    text = text_of(papers.order_pdf(order))

    assert "Taller Amaru" in text
    assert "RUC 20512345671" in text
    assert config.LEGAL_NAME not in text


def test_the_packing_request_names_the_customers_door_and_no_price_or_mail():
    supplier = SupplierFactory.create()
    order = sold(dropship(supplier), phone="999888777")
    order.addresses.update(phone="987654321", district="Miraflores", reference="Timbre 3")
    services.hand_out(order.pk)

    text = text_of(papers.task_pdf(order.supplier_tasks.get())).splitlines()

    line = order.lines.get()
    for said in (order.number, "Ana Quispe", "Av. Larco 101", "987654321", line.sku, line.name):
        assert said in text
    assert order.email not in "".join(text)
    assert "S/" not in "".join(text)
