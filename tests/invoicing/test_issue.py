"""Each paid order has one fiscal document, with the next number and what was sold at that time."""

from dataclasses import replace
from decimal import Decimal
from itertools import count
from typing import Any

import pytest
from constance import config
from constance.test import override_config
from django.db import Error, transaction

from invoicing import drafts, services
from invoicing.exceptions import NoSeries
from invoicing.handlers import issue_document
from invoicing.models import DocumentKind, FiscalDocument, Series
from orders.events import OrderPaid
from orders.models import Order
from orders.new_orders import NewAddress
from tests.concurrency import at_once
from tests.inventory.factories import stocked
from tests.invoicing.factories import sold
from tests.orders.factories import new_line, place
from tests.test_database_rules import refused

RUC = {"document_type": "ruc", "document_number": "20100070970"}


def numbers() -> list[str]:
    return list(FiscalDocument.objects.order_by("number").values_list("number", flat=True))


def with_taxes(*, included: bool) -> Order:
    """Two units at 100.00 less 20.00, and delivery at 10.00; the tax is 18 %."""
    line = replace(
        new_line(stocked(9), 2),
        unit_price=Decimal("100.00"),
        discount=Decimal("20.00"),
        total=Decimal("180.00"),
        tax=Decimal("27.46") if included else Decimal("32.40"),
    )
    tax = Decimal("28.99") if included else Decimal("34.20")
    return sold(
        line,
        subtotal=Decimal("200.00"),
        discount_total=Decimal("20.00"),
        shipping_total=Decimal("10.00"),
        shipping_method_name="Olva Courier",
        tax_total=tax,
        prices_include_tax=included,
        total=Decimal("190.00") if included else Decimal("224.20"),
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("buyer", "kind", "number"),
    [
        ({}, DocumentKind.RECEIPT, "B001-00000001"),
        ({"document_type": "dni", "document_number": "45678912"}, "receipt", "B001-00000001"),
        (RUC, DocumentKind.INVOICE, "F001-00000001"),
    ],
)
def test_who_gives_a_ruc_gets_a_factura_and_anybody_else_a_boleta(
    buyer: dict[str, Any], kind: str, number: str
) -> None:
    order = sold(**buyer)

    services.issue(order.pk)

    document = FiscalDocument.objects.get()
    assert (document.kind, document.number, str(document)) == (kind, number, number)
    assert document.customer_document == buyer.get("document_number", "")


@pytest.mark.django_db
@pytest.mark.parametrize("included", [True, False])
def test_a_document_says_what_was_sold_and_adds_up_to_the_cent(included: bool) -> None:
    order = with_taxes(included=included)
    ours = {"TAX_ID": "20601234567", "LEGAL_ADDRESS": "Jr. Unión 1"}

    with override_config(LEGAL_NAME="Casa Ana S.A.C.", **ours):
        document = services.issue(order.pk)

    assert document
    assert document.issuer_name == "Casa Ana S.A.C."
    assert (document.issuer_tax_id, document.issuer_address) == ("20601234567", "Jr. Unión 1")
    assert (document.customer_name, document.customer_address) == (
        "Ana Quispe",
        "Av. Larco 101, Lima",
    )
    assert (document.tax, document.total) == (order.tax_total, order.total)
    assert [line["name"] for line in document.lines][-1] == "Olva Courier"
    for name in ("tax", "total"):
        whole = sum(Decimal(line[name]) for line in document.lines)
        assert whole == getattr(document, name)


@pytest.mark.django_db
def test_the_bill_names_whom_the_buyer_asked_it_to_name() -> None:
    home = NewAddress(recipient="Ana Quispe", street="Av. Larco 101", city="Lima")
    office = replace(home, kind="billing", recipient="Telas S.A.", street="Jr. Puno 5")

    document = services.issue(sold(addresses=(home, office), **RUC).pk)

    assert document
    assert document.customer_name == "Telas S.A."
    assert document.customer_address == "Jr. Puno 5, Lima"


@pytest.mark.django_db
def test_news_of_a_payment_that_comes_twice_brings_one_document() -> None:
    news = OrderPaid(order_id=str(sold().pk))

    issue_document(news)
    issue_document(news)

    assert numbers() == ["B001-00000001"]


@pytest.mark.django_db
def test_an_order_that_was_never_paid_has_no_document() -> None:
    order = place()

    assert services.issue(order.pk) is None
    assert not Series.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_one_order_issued_eight_times_at_once_has_one_document() -> None:
    order = sold()

    issued = at_once(lambda: services.issue(order.pk))

    assert numbers() == ["B001-00000001"]
    assert len({document and document.pk for document in issued}) == 1


@pytest.mark.django_db(transaction=True)
def test_numbers_have_no_gaps_though_every_third_transaction_comes_to_nothing() -> None:
    orders = [sold() for _ in range(12)]
    turns = count()

    def issue() -> bool:
        turn = next(turns)
        with transaction.atomic():
            services.issue(orders[turn].pk)
            transaction.set_rollback(turn % 3 == 0)
        return turn % 3 != 0

    assert sum(at_once(issue, times=12)) == 8
    assert numbers() == [f"B001-{number:08d}" for number in range(1, 9)]
    assert Series.objects.get().last_number == 8


@pytest.mark.django_db
def test_a_new_series_goes_on_where_the_old_is_switched_off() -> None:
    services.issue(sold().pk)
    Series.objects.update(is_active=False)
    Series.objects.create(code="B002", kind=DocumentKind.RECEIPT)

    services.issue(sold().pk)

    assert numbers() == ["B001-00000001", "B002-00000001"]


@pytest.mark.django_db
def test_without_an_active_series_nothing_is_issued() -> None:
    Series.objects.create(code="B001", kind=DocumentKind.RECEIPT, is_active=False)
    order = sold()

    with pytest.raises(NoSeries):
        services.issue(order.pk)

    assert not FiscalDocument.objects.exists()


@pytest.mark.django_db
def test_a_document_keeps_the_name_that_the_shop_had() -> None:
    before = config.LEGAL_NAME
    order = sold()
    services.issue(order.pk)

    with override_config(LEGAL_NAME="Another S.A."):
        services.issue(order.pk)

    assert FiscalDocument.objects.get().issuer_name == before


class TestPostgres:
    """What raw SQL is refused."""

    @pytest.fixture(autouse=True)
    def _document(self, db: None) -> None:
        services.issue(sold().pk)

    def test_a_document_neither_changes_nor_goes(self) -> None:
        refused("Cannot update", "UPDATE invoicing_fiscaldocument SET customer_name = 'x'")
        refused("Cannot", "DELETE FROM invoicing_fiscaldocument")

    def test_a_series_neither_jumps_nor_goes_back_nor_takes_another_code(self) -> None:
        for change in ("last_number = 3", "last_number = 0", "code = 'B009'"):
            refused("counts one by one", f"UPDATE invoicing_series SET {change}")

    def test_a_number_without_a_document_cannot_be_committed(self) -> None:
        refused(
            "has no document",
            "UPDATE invoicing_series SET last_number = 2; SET CONSTRAINTS ALL IMMEDIATE",
        )

    def test_a_number_that_is_not_the_next_is_refused(self) -> None:
        refused(
            "not the next",
            """INSERT INTO invoicing_fiscaldocument (series_id, sequence, number, kind, order_id,
                customer_name, customer_document, customer_address, currency, net, tax, total,
                lines, issued_at)
            SELECT series_id, 7, 'B001-00000007', kind, %s, '', '', '', 'PEN', 1, 0, 1, '[]', now()
            FROM invoicing_fiscaldocument""",
            sold().pk,
        )

    def test_a_second_document_of_an_order_is_refused(self) -> None:
        order = FiscalDocument.objects.get().order

        with pytest.raises(Error, match="a document that stands"), transaction.atomic():
            services._write(drafts.of_sale(order))


@pytest.mark.django_db
def test_what_costs_nothing_is_billed_to_nobody_and_uses_no_number():
    line = replace(new_line(stocked(9)), unit_price=Decimal(0), total=Decimal(0))
    order = sold(line, subtotal=Decimal(0), total=Decimal(0))

    assert services.issue(order.pk) is None
    assert services.follow_change(order.pk) is None
    assert not Series.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_times_of_a_series_are_in_the_order_of_its_numbers():
    waiting = iter([sold().pk for _ in range(12)])

    at_once(lambda: services.issue(next(waiting)), times=12)

    times = FiscalDocument.objects.order_by("sequence").values_list("issued_at", flat=True)
    assert len(times) == 12
    assert list(times) == sorted(times)
