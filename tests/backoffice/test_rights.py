"""What the people of a seller see of the admin, and what no administrator may do there."""

from typing import Any

import pytest
from django.urls import reverse

from accounts.models import Seller, SellerMember
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
from purchasing.models import PurchaseOrder, Receipt, SupplierTask
from returns.models import Return
from reviews.models import ProductQuestion, Review
from shipping.models import Shipment
from tests.accounts.factories import UserFactory, signed_in
from tests.backoffice.factories import MODELS, page_of
from tests.backoffice.views import answer, request_by, status
from tests.reviews.factories import ProductQuestionFactory
from tests.sellers.factories import shop

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_menu")]
# Of each seller's things: the path to him, and whether his people may change them.
OWNED: dict[Any, bool] = {
    Movement: False,
    Order: False,
    Product: True,
    ProductQuestion: True,
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


def belongings(mark):
    """A seller of that name with one row of each kind of thing, or more."""
    seller = shop(mark)
    variant = Variant.objects.get(product__seller=seller)
    ScheduledPrice.objects.create(variant=variant, amount=90, status="running")
    ProductQuestionFactory.create(product=variant.product)
    SheetImport.objects.create(
        seller=seller, name="products.csv", language="es", text_language="es"
    )
    return seller


@pytest.fixture
def seller(client):
    """His member has signed in; another seller has as much as he."""
    seller, _other = belongings("Amaru"), belongings("Norte")
    SellerMember.objects.filter(seller=seller).update(user=signed_in(client, Role.SELLER))
    return seller


def own_of(seller, model):
    """One of the rows that the seller's member sees."""
    return model.objects.for_user(seller.members.get().user).order_by("pk").first()


def test_a_seller_opens_the_lists_of_what_sellers_have_and_no_others(seller):
    member = seller.members.get().user
    opened = {
        model for model in MODELS if status(request_by(member, page_of(model, "changelist"))) == 200
    }

    assert opened == set(OWNED)


def test_a_seller_sees_his_rows_and_cannot_open_those_of_others(seller):
    member = seller.members.get().user
    for model in OWNED:
        page = answer(request_by(member, page_of(model, "changelist")))
        listed = list(page.context_data["cl"].result_list)
        others = model.objects.exclude(pk__in=[row.pk for row in listed])

        assert set(listed) == set(model.objects.for_user(member)), model
        assert (bool(listed), others.exists()) == (True, True), model
        for page in ("change", "history", "delete"):
            for other in others:
                refusal = answer(request_by(member, page_of(model, page, other.pk)))
                assert refusal.status_code in (302, 403), (model, page)
                assert "login" not in refusal.get("Location", "")


def test_a_seller_changes_his_goods_and_nothing_else(seller, client):
    member = seller.members.get().user
    for model, may_change in OWNED.items():
        own = own_of(seller, model)

        form = client.get(page_of(model, "change", own.pk))

        assert form.status_code == 200
        assert ('name="_save"' in form.text) is may_change, model
        assert status(request_by(member, page_of(model, "delete", own.pk))) == 403
        added = status(request_by(member, page_of(model, "add")))
        assert added == (200 if model in ADDED else 403), model


def test_no_page_of_a_seller_names_a_customer(seller, client):
    emails = set(Order.objects.values_list("customer__email", flat=True))

    for model in OWNED:
        own = own_of(seller, model)
        pages = (page_of(model, "changelist"), page_of(model, "change", own.pk))
        text = "".join(client.get(page).text for page in pages)
        assert not any(email in text for email in emails), model


def test_a_seller_does_not_sift_orders_by_what_he_may_not_see(seller, client):
    page = page_of(Order, "changelist")

    assert client.get(page, {"status__exact": "pending"}).status_code == 200
    for hidden in ("email__startswith", "document_number", "total__gt"):
        assert client.get(page, {hidden: "1"}).status_code == 400, hidden


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
