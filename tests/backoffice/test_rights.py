"""What the people of a seller see of the admin, and what no administrator may do there."""

from datetime import date
from typing import Any

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.urls import reverse

from accounts.models import Seller, SellerMember, SellerRole
from accounts.permissions import Role
from catalog.models import Product, ScheduledPrice, SheetImport, Variant
from inventory.models import (
    Movement,
    Reservation,
    StockAlert,
    StockCount,
    StockLevel,
    Transfer,
    Warehouse,
)
from orders.models import Order
from payouts.models import Statement
from purchasing import services
from purchasing.models import PurchaseOrder, Receipt, SupplierTask
from returns.models import Return
from reviews.models import Review
from shipping.models import Shipment
from tests.accounts.factories import SellerFactory, UserFactory, signed_in
from tests.backoffice.factories import MODELS, order_with, page_of
from tests.catalog.factories import ProductFactory, VariantFactory
from tests.inventory.factories import WarehouseFactory
from tests.purchasing.factories import SupplierFactory

pytestmark = pytest.mark.django_db
# Of each seller's things: the path to him, and whether his people may change them.
OWNED: dict[Any, bool] = {
    Movement: False,
    Order: False,
    Product: True,
    PurchaseOrder: False,
    Receipt: False,
    Reservation: False,
    Return: False,
    Review: True,
    SheetImport: False,
    ScheduledPrice: True,
    Seller: True,
    Shipment: False,
    Statement: False,
    StockAlert: False,
    StockCount: False,
    StockLevel: False,
    SupplierTask: False,
    Transfer: False,
    Variant: True,
    Warehouse: False,
}
# What he writes down himself, for services to carry out.
ADDED = {Product, ScheduledPrice, SheetImport, StockCount, Transfer}


@pytest.fixture(autouse=True)
def demo(settings):
    settings.DEMO = True


def belongings(seller):
    """One row of each kind of thing that a seller has."""
    variant = VariantFactory.create(product=ProductFactory.create(seller=seller))
    warehouse = WarehouseFactory.create(seller=seller)
    buy(seller, variant, warehouse)
    ScheduledPrice.objects.create(variant=variant, amount=90, status="running")
    StockAlert.objects.create(level=variant.stock_levels.get(), kind="low", available=4)
    StockCount.objects.create(warehouse=warehouse)
    Transfer.objects.create(origin=warehouse, destination=WarehouseFactory.create())
    order = order_with(variant)
    Reservation.objects.create(
        variant=variant,
        warehouse=warehouse,
        reference=order.pk,
        quantity=1,
        expires_at=order.placed_at,
    )
    Shipment.objects.create(
        number=f"E-{order.number}", order=order, seller=seller, warehouse=warehouse
    )
    Return.objects.create(number=f"D-{order.number}", order=order, seller=seller, reason="other")
    Review.objects.create(product=variant.product, user=order.customer, rating=5)
    SheetImport.objects.create(
        seller=seller, name="products.csv", language="es", text_language="es"
    )
    SupplierTask.objects.create(order=order, seller=seller, currency="PEN")
    period = DateRange(date(2026, 11, 1), date(2026, 11, 8))
    Statement.objects.create(
        number=f"L-{order.number}",
        seller=seller,
        period=period,
        currency="PEN",
        status="approved",
        approved_by=order.customer,
    )
    return order


def buy(seller, variant, warehouse):
    """A purchase order of the seller's that has come whole."""
    order = services.draft(PurchaseOrder(supplier=SupplierFactory.create(), seller=seller))
    order.lines.create(variant=variant, warehouse=warehouse, quantity=5, unit_cost=1)
    services.send(order.pk)
    services.receive_everything(order.pk, delivery_note="G-1")


@pytest.fixture
def seller(client):
    """His member has signed in; another seller has as much as he."""
    user = signed_in(client, Role.SELLER)
    seller = SellerFactory.create()
    SellerMember.objects.create(seller=seller, user=user, role=SellerRole.OWNER)
    belongings(seller)
    belongings(SellerFactory.create())
    return seller


def test_a_seller_opens_the_lists_of_what_sellers_have_and_no_others(seller, client):
    opened = {
        model for model in MODELS if client.get(page_of(model, "changelist")).status_code == 200
    }

    assert opened == set(OWNED)


@pytest.mark.parametrize("model", OWNED, ids=lambda model: model.__name__)
def test_a_seller_sees_his_rows_and_cannot_open_those_of_others(model, seller, client):
    listed = list(client.get(page_of(model, "changelist")).context["cl"].result_list)

    others = model.objects.exclude(pk__in=[row.pk for row in listed])
    assert len(listed) == 1
    assert listed == list(model.objects.filter(pk=listed[0].pk).for_user(seller.members.get().user))
    assert others.exists()
    for page in ("change", "history", "delete"):
        for other in others:
            answer = client.get(page_of(model, page, other.pk))
            assert answer.status_code in (302, 403), page
            assert "login" not in answer.get("Location", "")
    assert client.get(page_of(model, "change", listed[0].pk)).status_code == 200
    assert client.get(page_of(model, "add")).status_code == (200 if model in ADDED else 403)
    assert client.get(page_of(model, "delete", listed[0].pk)).status_code == 403


@pytest.mark.parametrize(("model", "may_change"), OWNED.items())
def test_a_seller_changes_his_goods_and_nothing_else(model, may_change, seller, client):
    own = model.objects.for_user(seller.members.get().user).get()

    form = client.get(page_of(model, "change", own.pk))

    assert ('name="_save"' in form.text) is may_change


def test_no_page_of_a_seller_names_a_customer(seller, client):
    emails = set(Order.objects.values_list("customer__email", flat=True))

    for model in OWNED:
        own = model.objects.for_user(seller.members.get().user).get()
        pages = (page_of(model, "changelist"), page_of(model, "change", own.pk))
        text = "".join(client.get(page).text for page in pages)
        assert not any(email in text for email in emails), model


@pytest.mark.parametrize("hidden", ["email__startswith", "document_number", "total__gt"])
def test_a_seller_does_not_sift_orders_by_what_he_may_not_see(seller, client, hidden):
    page = page_of(Order, "changelist")

    assert client.get(page, {"status__exact": "pending"}).status_code == 200
    assert client.get(page, {hidden: "1"}).status_code == 400


def test_a_seller_does_not_resume_what_the_house_has_paused(seller, client):
    own = Product.objects.get(seller=seller)
    Product.objects.update(sales_paused=True)

    client.post(
        page_of(Product, "changelist"),
        {"action": "resume_sales", "_selected_action": own.pk, "post": "yes"},
    )

    own.refresh_from_db()
    assert own.sales_paused


def test_a_seller_cannot_give_his_product_away_or_touch_a_foreign_one(seller, client):
    own, other = (
        Product.objects.get(seller=seller), Product.objects.exclude(seller=seller).get()
    )  # fmt: skip
    form = client.get(page_of(Product, "change", own.pk)).context["adminform"].form
    posted = {name: "" if value is None else value for name, value in form.initial.items()}

    assert "seller" not in form.fields
    client.post(page_of(Product, "change", other.pk), {**posted, "name_es": "Robado"})

    other.refresh_from_db()
    assert other.name != "Robado"


def test_an_administrator_makes_nobody_a_super_administrator_and_changes_none(client):
    user = signed_in(client, Role.ADMINISTRATOR)
    chief = UserFactory.create(is_staff=True, is_superuser=True)
    page = "admin:accounts_user_change"
    typed = {
        "email": user.email,
        "is_active": "on",
        "is_staff": "on",
        "is_superuser": "on",
        "groups": [group.pk for group in user.groups.all()],
        "addresses-TOTAL_FORMS": "0",
        "addresses-INITIAL_FORMS": "0",
    }

    own = client.post(reverse(page, args=[user.pk]), typed)
    others = client.post(reverse(page, args=[chief.pk]), typed | {"email": "mine@example.com"})
    password = client.get(reverse("admin:auth_user_password_change", args=[chief.pk]))

    user.refresh_from_db()
    assert (own.status_code, user.is_superuser) == (302, False)
    assert (others.status_code, password.status_code) == (403, 403)
