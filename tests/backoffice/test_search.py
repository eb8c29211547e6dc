"""The field in the head of every page: it leads to the one thing, or shows what is alike."""

from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.permissions import Role
from catalog.models import Product
from catalog.search import indexing
from core.ids import uuid7
from orders.buyer_fingerprint import fingerprint_of
from orders.models import Order, OrderAddress
from payments.models import Refund
from returns.models import Return
from shipping.models import Shipment
from tests.accounts.factories import SellerFactory, UserFactory, signed_in
from tests.backoffice.factories import add_many, member_of, order_with, page_of
from tests.catalog.factories import ProductFactory, VariantFactory
from tests.inventory.factories import WarehouseFactory
from tests.invoicing.factories import money_in

pytestmark = pytest.mark.django_db
ODD = ("\0", "%", "_", "' OR 1=1 --", "x" * 1000, "B001-" + "9" * 30, "<b>hola</b>", "@", "٣٣٣٣٣٣")


def find(client, text):
    return client.get(reverse("admin:search"), {"q": text})


def shown(client, text):
    """The names on the page of the answers."""
    return [hit.name for group in find(client, text).context["groups"] for hit in group.hits]


def sold(seller=None):
    """An order with a payment, a parcel, a refund and a return."""
    seller = seller or SellerFactory.create()
    variant = VariantFactory.create(product=ProductFactory.create(seller=seller))
    order = order_with(variant, marks=list(fingerprint_of(phone="+51 999 000 101")))
    payment = money_in(order)
    payment.number, payment.gateway_id = f"TXN-{order.number[4:]}", f"pay_{order.number}"
    payment.gateway_reference = f"ch_{order.number}"
    payment.save()
    Shipment.objects.create(
        number=f"ENV-{order.number[4:]}-1",
        order=order,
        seller=seller,
        warehouse=WarehouseFactory.create(seller=seller),
        tracking_number=f"OLVA{order.number[-4:]}",
    )
    Return.objects.create(
        number=f"DEV-{order.number[4:]}", order=order, seller=seller, reason="other"
    )
    Refund.objects.create(
        number=f"REF-{order.number[4:]}",
        payment=payment,
        amount=Decimal(1),
        currency="PEN",
        idempotency_key=str(uuid7()),
    )
    return order


def test_a_number_or_code_leads_straight_to_what_has_it(boss, client):
    order = sold()
    payment, parcel = order.payments.get(), order.shipments.get()
    variant = order.lines.get().variant
    pages = {
        order.number: order,
        order.number.lower(): order,
        f"  {order.number} ": order,
        payment.number: payment,
        payment.gateway_id: payment,
        payment.gateway_reference: payment,
        payment.ledger.get().reference: payment,
        parcel.number: parcel,
        parcel.tracking_number.lower(): parcel,
        order.returns.get().number: order.returns.get(),
        payment.refunds.get().number: payment.refunds.get(),
        variant.sku: variant,
        variant.product.sku.lower(): variant.product,
    }

    for text, row in pages.items():
        assert find(client, text).headers.get("Location") == page_of(type(row), "change", row.pk), (
            text
        )


def test_what_is_only_like_the_text_is_shown_to_choose_from(boss, client):
    order = sold()
    person = UserFactory.create(
        first_name="María José", last_name="Ñahui", email="mj.nahui@example.com"
    )
    sofa = ProductFactory.create(name="Sofá Lima de tres cuerpos", sku="SOF-LIMA-3")
    indexing.refresh([sofa.pk])

    assert shown(client, order.number[:-1]) == [order.number]
    assert shown(client, order.email) == [order.number]
    assert shown(client, "51 999-000-101") == [order.number]
    assert shown(client, "maria nahui") == shown(client, "mj.nahui@") == [person.email]
    assert shown(client, "tres sofa") == shown(client, "f-lima") == [sofa.name]
    assert shown(client, "nada de esto") == []


def test_a_phone_is_found_as_the_caller_says_it(boss, client):
    order, other = sold(), order_with(VariantFactory.create())

    for spoken in ("999000101", "999 000 101", "+51999000101", "51 999-000-101", "(999) 000.101"):
        assert shown(client, spoken) == [order.number], spoken
        listed = client.get(page_of(Order, "changelist"), {"q": spoken}).context["cl"].result_list
        assert order in listed
        assert other not in listed


def test_an_order_is_found_by_who_gets_it(boss, client):
    order, other = sold(), order_with(VariantFactory.create())
    for each, name in ((order, "Íñigo Chávez Rojas"), (other, "Rosa Flores")):
        OrderAddress.objects.create(
            order=each, kind="shipping", recipient=name, street="x", city="Lima", country="PE"
        )

    for spoken in ("chavez", "inigo rojas"):
        assert shown(client, spoken) == [order.number], spoken
        listed = client.get(page_of(Order, "changelist"), {"q": spoken}).context["cl"].result_list
        assert list(listed) == [order]


def test_an_order_with_a_national_phone_is_found_by_the_international_one(boss, client):
    order = order_with(VariantFactory.create(), marks=list(fingerprint_of(phone="999000102")))

    assert shown(client, "+51 999 000 102") == [order.number]


def test_a_list_with_more_than_is_shown_is_linked(boss, client):
    orders = [order_with(VariantFactory.create()) for _number in range(6)]

    [group] = find(client, "PED-").context["groups"]

    assert [hit.name for hit in group.hits] == [order.number for order in reversed(orders[1:])]
    assert group.more == f"{page_of(Order, 'changelist')}?q=PED-"


def test_a_seller_finds_what_is_his_and_not_by_what_he_may_not_see(client):
    seller = SellerFactory.create()
    own, other = sold(seller), sold()
    client.force_login(member_of(seller))

    assert find(client, own.number).status_code == 302
    assert find(client, own.shipments.get().tracking_number).status_code == 302
    for hidden in (
        other.number,
        other.shipments.get().number,
        other.lines.get().sku,
        own.payments.get().number,
        own.payments.get().gateway_id,
        own.email,
        own.customer.email,
        "51999000101",
    ):
        assert shown(client, hidden) == [], hidden


def test_a_role_finds_only_in_its_own_lists(client):
    order = sold()
    for role, finds in ((Role.WAREHOUSE, False), (Role.FINANCE, True)):
        signed_in(client, role)

        found = find(client, order.payments.get().number)

        assert (found.status_code == 302) is finds, role
        assert bool(shown(client, order.customer.email)) is finds, role


def test_odd_input_finds_nothing_and_breaks_nothing(boss, client):
    sold()

    for text in ODD:
        answer = find(client, text)

        assert (answer.status_code, answer.context["groups"]) == (200, []), text
        assert "<b>hola" not in answer.text


@pytest.mark.parametrize("rows", [10, 200])
def test_a_search_costs_the_same_in_a_small_and_a_large_shop(
    boss, client, rows, django_assert_max_num_queries
):
    first = sold()
    add_many(first, rows, number="PED-20250101-{:04}", email="otro{}@example.com")
    products = [
        Product(
            id=uuid7(),
            name=f"Mesa {number}",
            slug=f"mesa-{number}",
            sku=f"M{number}",
            category=first.lines.get().variant.product.category,
            seller=first.lines.get().seller,
            base_price=Decimal(10),
        )
        for number in range(rows // 10 + 9)
    ]
    Product.objects.bulk_create(products)
    indexing.refresh([product.pk for product in products])
    client.get(reverse("admin:search"))  # settings of the shop are written down when first read

    for text in (first.number, "PED-2025", "mesa", "otro5@example.com", "51999000101", "nada"):
        with django_assert_max_num_queries(18):
            find(client, text)
