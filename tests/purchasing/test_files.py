"""What staff hand to the supplier: the order as a file, for anyone who may see it."""

import csv

import pytest
from django.urls import reverse

from accounts.models import SellerMember
from accounts.permissions import Role
from purchasing.models import PurchaseOrder
from tests.accounts.factories import SellerFactory, signed_in
from tests.catalog.factories import VariantFactory
from tests.inventory.factories import WarehouseFactory
from tests.pdf import text_of
from tests.purchasing.factories import ordered, sent

pytestmark = pytest.mark.django_db
FILES = ("pdf", "csv")


@pytest.fixture(autouse=True)
def keeper(client, settings):
    """Somebody of the warehouse, signed in."""
    settings.DEMO = True
    return signed_in(client, Role.WAREHOUSE)


@pytest.fixture
def warehouse():
    return WarehouseFactory.create()


@pytest.fixture
def order(warehouse):
    return sent((VariantFactory.create(), warehouse, 10, "7.50"))


def test_the_supplier_gets_the_lines_as_a_file(client, warehouse):
    variant = VariantFactory.create(name="=HYPERLINK(1)")
    order = sent((variant, warehouse, 2, "7.50"))

    response = client.get(reverse("admin:purchasing_purchaseorder_csv", args=[order.pk]))

    assert f'filename="{order.number}.csv"' in response["Content-Disposition"]
    (row,) = csv.DictReader(response.text.splitlines())
    assert (row["sku"], row["quantity"], row["unit_cost"], row["total"]) == (
        variant.sku,
        "2",
        "7.50",
        "15.00",
    )
    assert row["name"] == "'=HYPERLINK(1)"


def test_the_supplier_gets_the_order_on_paper(client, order):
    response = client.get(reverse("admin:purchasing_purchaseorder_pdf", args=[order.pk]))

    assert response["Content-Type"] == "application/pdf"
    assert f'filename="{order.number}.pdf"' in response["Content-Disposition"]
    assert order.number in text_of(response.content)


@pytest.mark.parametrize("kind", FILES)
def test_a_sellers_member_gets_the_files_of_his_orders_and_of_no_others(kind, client, order):
    user, seller = signed_in(client, Role.SELLER), SellerFactory.create()
    SellerMember.objects.create(seller=seller, user=user)
    own = ordered()
    PurchaseOrder.objects.filter(pk=own.pk).update(seller=seller)
    name = f"admin:purchasing_purchaseorder_{kind}"

    answers = [client.get(reverse(name, args=[each.pk])) for each in (own, order)]

    assert [answer.status_code for answer in answers] == [200, 404]
    step = reverse("admin:purchasing_purchaseorder_step", args=[own.pk, "cancel"])
    assert client.post(step).status_code == 403
