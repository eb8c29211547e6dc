"""Orders on their way to the supplier: by mail, once, or by hand."""

import csv

import pytest
from django.db import connection
from post_office.models import STATUS, Email

from outbox.models import Message
from outbox.tasks import deliver_due
from purchasing import emails, services
from purchasing.models import PurchaseOrder
from tests.accounts.factories import UserFactory
from tests.backoffice.factories import page_of
from tests.catalog.factories import VariantFactory
from tests.inventory.factories import WarehouseFactory
from tests.pdf import text_of
from tests.purchasing.factories import SupplierFactory, deliver_again, ordered, sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def lines():
    return ((VariantFactory.create(), WarehouseFactory.create(), 2, "7.50"),)


@pytest.fixture
def supplier():
    return SupplierFactory.create(email="ventas@example.com")


def test_the_supplier_gets_the_order_as_pdf_and_csv(lines, supplier):
    order = sent(*lines, supplier=supplier)

    deliver_due()

    mail = Email.objects.get()
    attached = mail.email_message().attachments
    files = {name: content for name, content, _kind in attached}
    order.refresh_from_db()
    assert (mail.to, order.mailed_to) == (["ventas@example.com"], "ventas@example.com")
    assert order.number in mail.subject
    assert "S/\u00a017.70" in mail.message
    assert order.number in text_of(files[f"{order.number}.pdf"])
    (row,) = csv.DictReader(files[f"{order.number}.csv"].splitlines())
    assert (row["sku"], row["quantity"]) == (lines[0][0].sku, "2")
    assert [kind for _name, _content, kind in attached] == ["application/pdf", "text/csv"]


def test_the_page_of_the_order_says_where_its_mail_has_failed(lines, supplier, client, settings):
    settings.DEMO = True
    order = sent(*lines, supplier=supplier)
    deliver_due()
    client.force_login(UserFactory.create(is_staff=True, is_superuser=True))
    address = page_of(PurchaseOrder, "change", order.pk)

    before = client.get(address).context["mail_failed"]
    Email.objects.update(status=STATUS.failed)
    page = client.get(address)

    assert (before, page.context["mail_failed"]) == (False, True)
    assert "El correo falló" in page.text


def test_news_that_comes_twice_writes_once(lines, supplier):
    order = sent(*lines, supplier=supplier)

    deliver_due()
    deliver_again()
    services.send(order.pk)
    deliver_due()

    assert Email.objects.count() == 1


def test_nobody_is_written_to_without_an_address(lines):
    order = sent(*lines)

    deliver_due()

    order.refresh_from_db()
    assert (order.status, order.mailed_to) == ("sent", "")
    assert not Email.objects.exists()


def test_an_order_that_was_given_up_meanwhile_is_not_mailed(lines, supplier):
    order = sent(*lines, supplier=supplier)
    services.cancel(order.pk)

    deliver_due()

    assert not Email.objects.exists()


def test_a_draft_is_not_mailed(lines, supplier):
    emails.send_order(ordered(*lines, supplier=supplier).pk)

    assert not Email.objects.exists()


def test_nothing_is_mailed_before_the_order_is_sent_for_good(lines, supplier):
    order = ordered(*lines, supplier=supplier)
    services.send(order.pk)

    assert connection.in_atomic_block
    assert Message.objects.get(delivered_at=None).payload == {"order_id": str(order.pk)}
    assert not Email.objects.exists()
