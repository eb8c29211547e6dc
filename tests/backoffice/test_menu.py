"""The menu: ten to fourteen entries for each role, named as their pages, with what waits."""

import pytest
from django.urls import reverse

from accounts.permissions import Role
from backoffice.menu import LEAST, MOST
from catalog.models import Product
from shipping.models import Shipment
from tests.accounts.factories import SellerFactory, UserFactory, signed_in
from tests.backoffice.factories import member_of, order_with, page_of
from tests.catalog.factories import VariantFactory
from tests.inventory.factories import WarehouseFactory

pytestmark = pytest.mark.django_db
STAFF = [role for role in Role if role != Role.SELLER]
LIBRARIES = ("post_office", "mfa", "account.", "/account/", "outbox")


def menu_of(client, address="admin:index"):
    return client.get(reverse(address)).context["menu"]


@pytest.mark.parametrize("role", STAFF)
def test_a_role_has_ten_to_fourteen_entries_named_as_their_pages(client, role):
    signed_in(client, role)

    menu = menu_of(client)

    assert LEAST <= len(menu.daily) <= MOST
    for entry in menu.daily:
        title = client.get(entry.url).text.split("<h1", 1)[1].split(">", 1)[1].split("</h1>")[0]
        assert title.strip().lower() == str(entry.name).lower(), entry.url
        assert not any(each in entry.url for each in LIBRARIES)


def test_the_owner_and_a_seller_have_as_many(client, boss):
    owners = menu_of(client)
    client.force_login(member_of())
    sellers = menu_of(client)

    assert LEAST <= len(owners.daily) <= MOST
    assert LEAST <= len(sellers.daily) <= MOST


def test_every_list_is_in_the_menu_once_and_the_system_comes_last(client, boss):
    menu = menu_of(client)

    urls = [entry.url for entry in menu.daily]
    folded = [each["admin_url"] for section in menu.rest for each in section["models"]]
    assert not set(urls) & set(folded)
    assert reverse("admin:post_office_email_changelist") in folded
    assert menu.rest[-1]["icon"] == "cpu"


def test_an_entry_shows_the_figure_of_its_tile(client, boss):
    variant = VariantFactory.create()
    Shipment.objects.create(
        number="ENV-20260101-0001-1",
        order=order_with(variant, status="confirmed", payment_status="paid"),
        seller=variant.product.seller,
        warehouse=WarehouseFactory.create(seller=variant.product.seller),
    )

    page = client.get(reverse("admin:index"))

    parcels = page_of(Shipment, "changelist")
    [entry] = [each for each in page.context["menu"].daily if each.url == parcels]
    tile = next(each for each in page.context["board"].waiting if each.url.startswith(parcels))
    assert (entry.waiting, entry.reason) == (tile.said, tile.label) == ("1", tile.label)


def test_the_menu_marks_the_page_and_opens_the_rest_where_that_is(client, boss):
    daily = client.get(page_of(Product, "changelist")).context["menu"]
    other = menu_of(client, "admin:post_office_email_changelist")

    assert [each.url for each in daily.daily if each.is_current] == [page_of(Product, "changelist")]
    assert (daily.is_in_rest, other.is_in_rest) == (False, True)


def test_somebody_with_rights_of_their_own_gets_a_menu_of_these(client):
    user = UserFactory.create(is_staff=True)
    client.force_login(user)
    SellerFactory.create()

    assert [entry.url for entry in menu_of(client).daily] == []
