"""A document on paper, for its buyer and for staff who may see it."""

from dataclasses import replace
from decimal import Decimal
from http import HTTPStatus
from typing import Any

import pytest
from constance.test import override_config
from django.contrib.auth.models import Permission
from django.test import Client

from accounts.models import User
from invoicing import papers, services
from invoicing.models import FiscalDocument
from orders import links
from promotions.models import TaxRate
from tests.accounts.factories import UserFactory
from tests.inventory.factories import stocked
from tests.invoicing.factories import money_back, money_in, sold
from tests.invoicing.test_issue import RUC, with_taxes
from tests.orders.factories import new_line, place
from tests.pdf import text_of

pytestmark = pytest.mark.django_db
RATES = (Decimal("0.18"), Decimal("0.08"))
BACKEND = "django.contrib.auth.backends.ModelBackend"


def issued(**buyer: str) -> FiscalDocument:
    document = services.issue(sold(**buyer).pk)
    assert document
    return document


def clerk(*rights: str) -> User:
    """Somebody of the shop with these rights."""
    person = UserFactory.create(is_staff=True)
    person.user_permissions.set(Permission.objects.filter(codename__in=rights))
    return person


def test_the_paper_says_who_sold_what_to_whom_and_the_tax_of_it() -> None:
    with override_config(TAX_ID="20601234567", LEGAL_ADDRESS="Jr. Unión 1"):
        document = services.issue(with_taxes(included=True).pk)
    assert document

    text = text_of(papers.document_pdf(document))

    for words in (
        "B001-00000001",
        "RUC 20601234567",
        "Jr. Unión 1",
        "Ana Quispe",
        document.order.number,
        "S/ 20.00",
        "S/ 28.99",
        "S/ 161.01",
        "S/ 190.00",
        "sin validez fiscal",
    ):
        assert words in text


def test_the_tax_is_called_what_it_was_called_where_the_order_went() -> None:
    TaxRate.objects.create(name="ITBMS", country="PE", rate=Decimal("0.18"))
    order = with_taxes(included=True)
    order.lines.update(tax_rate=Decimal("0.18"))
    document = services.issue(order.pk)
    assert document
    refund = money_back(money_in(order), Decimal("50.00"))
    note = services.credit(refund.pk)
    assert note

    TaxRate.objects.update(name="IGV", rate=Decimal("0.10"))

    for paper in (document, note):
        text = text_of(papers.document_pdf(FiscalDocument.objects.get(pk=paper.pk)))
        assert "ITBMS 18 %" in text
        assert "IGV" not in text


def test_a_sale_that_bears_several_rates_or_none_claims_no_single_one() -> None:
    mixed = sold(*(replace(new_line(stocked(3)), tax_rate=rate) for rate in RATES))
    document = services.issue(mixed.pk)
    assert document

    text = text_of(papers.document_pdf(document))

    assert "IGV" in text
    assert "%" not in text
    assert "Op. no gravada" in text


def test_a_credit_note_names_the_document_that_it_takes_back() -> None:
    document = issued(**RUC)
    refund = money_back(money_in(document.order), document.total)
    note = services.credit(refund.pk)
    assert note

    text = text_of(papers.document_pdf(note))

    assert "FC01-00000001" in text
    assert f"Factura {document.number}: {refund.reason}" in text
    assert "RUC 20100070970" in text


def test_the_order_page_leads_its_buyer_to_the_paper(client: Client) -> None:
    document = issued()
    client.force_login(document.order.customer, backend=BACKEND)
    address = f"/orders/{document.order.number}/documents/{document.number}.pdf"

    page = client.get(f"/orders/{document.order.number}/").content.decode()
    response = client.get(address)

    assert address in page
    assert response["Content-Type"] == "application/pdf"
    assert "no-store" in response["Cache-Control"]
    assert document.number in text_of(response.content)


def test_an_order_without_a_document_is_on_paper_too_and_says_what_it_is_not(
    client: Client,
) -> None:
    order = place(language="en", customer_note="x")
    token = links.token_for(order)
    address = f"/orders/{order.number}.pdf"

    page = client.get(f"/en/orders/{order.number}/?token={token}").content.decode()
    text = text_of(client.get(f"{address}?token={token}").content)

    assert f"/en{address}?token={token}" in page
    for words in (order.number, "Ana Quispe", "S/ 100.00", "This is no fiscal document."):
        assert words in text
    assert client.get(address).status_code == HTTPStatus.NOT_FOUND
    assert not FiscalDocument.objects.exists()


def test_the_signed_link_leads_to_the_paper_and_nothing_else_does(client: Client) -> None:
    document, other = issued(), issued()
    address = f"/orders/{document.order.number}/documents/{document.number}.pdf"
    token = links.token_for(document.order)

    assert client.get(f"{address}?token={token}").status_code == HTTPStatus.OK
    page = client.get(f"/orders/{document.order.number}/?token={token}")
    assert f"{address}?token={token}" in page.text
    assert client.get(address).status_code == HTTPStatus.NOT_FOUND
    assert client.get(f"{address}?token={links.token_for(other.order)}").status_code == 404
    foreign = f"/orders/{document.order.number}/documents/{other.number}.pdf?token={token}"
    assert client.get(foreign).status_code == HTTPStatus.NOT_FOUND
    client.force_login(UserFactory.create(), backend=BACKEND)
    assert client.get(address).status_code == HTTPStatus.NOT_FOUND


def test_staff_get_the_paper_from_the_order_if_they_may_see_documents(
    client: Client, settings: Any
) -> None:
    settings.DEMO = True  # without a second factor
    document = issued()
    page = f"/admin/orders/order/{document.order.pk}/change/"
    address = f"/admin/invoicing/fiscaldocument/{document.pk}/pdf/"

    client.force_login(clerk("view_order", "view_fiscaldocument"), backend=BACKEND)
    assert address in client.get(page).content.decode()
    assert document.number in text_of(client.get(address).content)

    client.force_login(clerk("view_order"), backend=BACKEND)
    assert address not in client.get(page).content.decode()
    assert client.get(address).status_code == HTTPStatus.FORBIDDEN
