"""The list of orders: tags, papers of many, and sums of what is filtered."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from accounts.permissions import Role
from core.admin import lists, sums
from orders import tags
from orders.models import Order
from orders.tags import TagRefused
from shipping.models import Shipment
from tests.accounts.factories import signed_in
from tests.backoffice.factories import member_of, order_with, page_of
from tests.catalog.factories import VariantFactory
from tests.inventory.factories import WarehouseFactory

pytestmark = pytest.mark.django_db
PAGE = page_of(Order, "changelist")


def act(client, action, *orders, **sent):
    chosen = [str(order.pk) for order in orders]
    return client.post(PAGE, {"action": action, "_selected_action": chosen, **sent}, follow=True)


def test_orders_are_tagged_found_by_the_tag_and_untagged(boss, client):
    first, second, other = (order_with(VariantFactory.create()) for _ in range(3))

    act(client, "add_tag", first, second, tag="  Regalo  Navidad ")
    act(client, "add_tag", first, tag="regalo navidad")
    page = client.get(PAGE, {"tag": "regalo navidad"})
    act(client, "remove_tag", second, tag="REGALO navidad")

    assert set(page.context["cl"].result_list) == {first, second}
    assert 'href="?tag=regalo%20navidad"' in page.text
    tagged = dict(Order.objects.values_list("pk", "tags"))
    assert tagged == {first.pk: ["regalo navidad"], second.pk: [], other.pk: []}
    assert tags.in_use() == ["regalo navidad"]


def test_the_field_of_tags_suggests_those_in_use(boss, client):
    order = order_with(VariantFactory.create())
    tags.add([order.pk], "vip")

    assert '<option value="vip">' in client.get(PAGE).text


def test_a_tag_without_letters_or_too_long_or_too_many_is_refused(boss, client):
    order = order_with(VariantFactory.create())
    for number in range(10):
        tags.add([order.pk], f"t{number}")

    for text in ("", " , ", "x" * 31, "t10"):
        with pytest.raises(TagRefused):
            tags.add([order.pk], text)
    with pytest.raises(IntegrityError), transaction.atomic():
        Order.objects.filter(pk=order.pk).update(tags=["x"] * 11)


def test_only_who_changes_orders_tags_them_and_sellers_see_no_tag(client):
    order = order_with(VariantFactory.create())
    tags.add([order.pk], "vip")
    for person in (Role.WAREHOUSE, Role.FINANCE):
        signed_in(client, person)
        act(client, "add_tag", order, tag="otra")
    client.force_login(member_of(order.lines.get().variant.product.seller))
    text = client.get(PAGE).text

    order.refresh_from_db()
    assert order.tags == ["vip"]
    assert (order.number in text, "vip" in text) == (True, False)


def test_papers_of_many_orders_are_printed_by_who_sees_their_parcels(client):
    order = order_with(VariantFactory.create(), status="confirmed", payment_status="paid")
    seller = order.lines.get().variant.product.seller
    Shipment.objects.create(
        number=f"ENV-{order.number[4:]}-1",
        order=order,
        seller=seller,
        warehouse=WarehouseFactory.create(seller=seller),
    )
    signed_in(client, Role.WAREHOUSE)
    printed = act(client, "print_pick_list", order)
    signed_in(client, Role.FINANCE)
    refused = act(client, "print_pick_list", order)

    assert printed.headers["Content-Type"] == "application/pdf"
    assert "application/pdf" not in refused.headers["Content-Type"]


def test_a_filtered_list_says_what_it_adds_up_to_by_currency(boss, client, monkeypatch):
    pending = [order_with(VariantFactory.create()) for _ in range(2)]
    order_with(VariantFactory.create(), status="confirmed", payment_status="paid")
    order_with(VariantFactory.create(), currency="USD")
    total = sum((order.total for order in pending), Decimal(0))

    def summed(**chosen):
        shown = client.get(PAGE, chosen).context["cl"]
        return {str(each.label): each.figures for each in sums.sums_of(shown)}

    assert summed() == {}
    [figures] = summed(status__exact="pending").values()
    assert len(figures) == 2
    assert any(f"{total:,.2f}" in figure for figure in figures)
    monkeypatch.setattr(sums, "MAX_COUNTED", 1)
    assert summed(status__exact="pending") == {}
    assert lists.MAX_COUNTED == 10_000


def test_cells_say_the_name_of_their_column_and_customers_have_names(boss, client):
    order = order_with(VariantFactory.create())

    text = client.get(PAGE).text

    assert order.customer.get_full_name() in text
    assert 'data-label="Total"' in text


def test_a_parcel_is_found_by_the_phone_as_a_caller_says_it(boss, client):
    variant = VariantFactory.create()
    order = order_with(variant, marks=["phone:51999000101"])
    parcel = Shipment.objects.create(
        number=f"ENV-{order.number[4:]}-1",
        order=order,
        seller=variant.product.seller,
        warehouse=WarehouseFactory.create(seller=variant.product.seller),
    )

    for spoken in ("999000101", "999 000 101", "+51 999-000-101"):
        listed = client.get(page_of(Shipment, "changelist"), {"q": spoken}).context["cl"]
        assert list(listed.result_list) == [parcel], spoken
