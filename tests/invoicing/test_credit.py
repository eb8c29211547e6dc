"""A refund of a sale is followed by a credit note: once, and never above what was billed."""

import csv
from decimal import Decimal
from typing import Any

import pytest
from django.db import Error, transaction
from django.test import Client
from django.urls import reverse

from accounts.permissions import Role
from invoicing import services
from invoicing.handlers import credit_refund
from invoicing.models import DocumentKind, FiscalDocument
from outbox.tasks import deliver_due
from payments.events import RefundSucceeded
from payments.services.settle import settle
from simulator.server import Server
from tests.accounts.factories import signed_in
from tests.concurrency import at_once
from tests.invoicing.factories import money_back, money_in, sold
from tests.invoicing.test_issue import RUC, with_taxes
from tests.orders.factories import place
from tests.payments.steps import captured


def notes() -> list[FiscalDocument]:
    return list(FiscalDocument.objects.filter(kind=DocumentKind.CREDIT_NOTE).order_by("number"))


@pytest.mark.django_db
@pytest.mark.parametrize(("buyer", "number"), [({}, "BC01-00000001"), (RUC, "FC01-00000001")])
def test_a_part_given_back_is_taken_back_in_the_letter_of_its_document(
    buyer: dict[str, str], number: str
) -> None:
    order = sold(**buyer)
    original = services.issue(order.pk)
    refund = money_back(money_in(order), Decimal(1))

    services.credit(refund.pk)

    (note,) = notes()
    assert (note.number, note.total, note.corrects) == (number, Decimal(1), original)
    assert note.reason == refund.reason
    assert len(note.lines) == 1


@pytest.mark.django_db
def test_a_whole_refund_takes_back_every_line() -> None:
    order = with_taxes(included=True)
    refund = money_back(money_in(order), order.total)

    note = services.credit(refund.pk)

    original = FiscalDocument.objects.get(corrects=None)
    assert note
    assert (note.net, note.tax, note.total) == (original.net, original.tax, original.total)
    assert note.lines == original.lines


@pytest.mark.django_db
def test_the_file_of_documents_adds_up_to_what_is_owed_to_the_tax_office(
    client: Client, settings: Any
) -> None:
    settings.DEMO = True
    order = with_taxes(included=True)
    refund = money_back(money_in(order), order.total)
    note = services.credit(refund.pk)
    signed_in(client, Role.FINANCE)

    file = client.get(f"/en{reverse('admin:invoicing_fiscaldocument_changelist')}list.csv")

    rows = list(csv.DictReader(file.getvalue().decode().splitlines()))
    sale = FiscalDocument.objects.get(corrects=None)
    assert note
    assert [(row["Number"], row["Corrects"]) for row in rows] == [
        (note.number, sale.number),
        (sale.number, ""),
    ]
    assert {row["Customer"] for row in rows} == {sale.customer_name}
    assert {row["Document number"] for row in rows} == {sale.customer_document}
    assert rows[0]["Tax"] == str(-sale.tax)
    for column in ("Net", "Tax", "Total"):
        assert sum(Decimal(row[column]) for row in rows) == 0


@pytest.mark.django_db
def test_the_taxes_of_many_parts_add_up_to_the_tax_of_the_whole() -> None:
    order = with_taxes(included=True)
    payment = money_in(order)

    for cents in (1, 3333, 3333, 3333, 9000):
        services.credit(money_back(payment, Decimal(cents) / 100).pk)

    assert sum(note.total for note in notes()) == order.total
    assert sum(note.tax for note in notes()) == order.tax_total


@pytest.mark.django_db
def test_news_of_a_refund_that_comes_twice_brings_one_credit_note() -> None:
    order = sold()
    refund = money_back(money_in(order), Decimal(1))
    news = RefundSucceeded(refund_id=str(refund.pk), order_id=str(order.pk))

    credit_refund(news)
    credit_refund(news)

    assert len(notes()) == 1


@pytest.mark.django_db(transaction=True)
def test_one_refund_told_eight_times_at_once_brings_one_credit_note() -> None:
    refund = money_back(money_in(sold()), Decimal(1))

    at_once(lambda: services.credit(refund.pk))

    assert [note.number for note in notes()] == ["BC01-00000001"]


@pytest.mark.django_db
def test_money_that_came_twice_and_went_back_once_takes_nothing_back() -> None:
    order = sold()
    money_in(order)
    refund = money_back(money_in(order), order.total)

    assert services.credit(refund.pk) is None
    assert not notes()


@pytest.mark.django_db
def test_of_two_payments_that_both_went_back_only_one_is_taken_back() -> None:
    order = sold()
    refunds = [money_back(money_in(order), order.total) for _ in range(2)]

    for refund in refunds:
        services.credit(refund.pk)

    assert [note.total for note in notes()] == [order.total]


@pytest.mark.django_db
def test_money_of_an_order_that_was_no_sale_needs_no_documents() -> None:
    order = place()
    refund = money_back(money_in(order), order.total)

    assert services.credit(refund.pk) is None
    assert not FiscalDocument.objects.exists()


@pytest.mark.django_db
def test_postgres_refuses_to_take_back_more_than_was_billed() -> None:
    order = sold()
    payment = money_in(order)
    note = services.credit(money_back(payment, order.total).pk)
    assert note

    with pytest.raises(Error, match="no more than its document"), transaction.atomic():
        services._write(
            FiscalDocument(
                kind=DocumentKind.CREDIT_NOTE,
                order=order,
                corrects=note.corrects,
                currency="PEN",
                net=Decimal("0.01"),
                tax=0,
                total=Decimal("0.01"),
                issued_at=note.issued_at,
            )
        )


@pytest.mark.django_db
def test_from_the_payment_to_the_credit_note_the_news_does_it_all(simulator: Server) -> None:
    payment = captured(simulator)
    deliver_due()
    simulator.bank.refund(payment.gateway_id, {"amount": 4000, "reference": ""}, "dashboard")
    settle(payment.pk)
    deliver_due()

    boleta, note = FiscalDocument.objects.order_by("issued_at")
    assert (boleta.number, boleta.total) == ("B001-00000001", Decimal(100))
    assert (note.number, note.total) == ("BC01-00000001", Decimal(40))
    assert payment.order.events.filter(details__mail="refunded").count() == 1
