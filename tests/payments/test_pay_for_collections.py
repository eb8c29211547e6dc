"""A collection limits how its products are paid, and never leaves one that nobody can pay."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.permissions import Role
from backoffice.dashboard.work_queues import tasks
from catalog.models import Collection, CollectionProduct, CollectionType, Product
from orders.links import token_for
from payments.models import PaymentMethod
from tests.accounts.factories import UserFactory, signed_in
from tests.backoffice.factories import page_of
from tests.catalog.factories import VariantFactory
from tests.payments.factories import PaymentMethodFactory, held_order, stocked_variant

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def methods(settings: Any) -> None:
    settings.DEMO = True
    PaymentMethodFactory.create(code="card")
    PaymentMethodFactory.create(code="transfer", hold_minutes=2880)


def collection_of(product: Product, slug: str, *codes: str, **fields: Any) -> Collection:
    row = Collection.objects.create(
        name=slug, slug=slug, **{"is_active": True, "payment_methods": list(codes)} | fields
    )
    CollectionProduct.objects.create(collection=row, product=product)
    return row


def filled_form(collection: Collection, *codes: str, **typed: Any) -> dict[str, Any]:
    row = {"name_es": collection.name, "slug": collection.slug, "type": collection.type}
    return row | {"position": 0, "is_active": "on", "payment_methods": codes} | typed


def saved(client: Client, collection: Collection, *codes: str, **typed: Any) -> Any:
    address = page_of(Collection, "change", collection.pk)
    return client.post(address, filled_form(collection, *codes, **typed))


def test_methods_are_ticked_and_codes_that_the_shop_has_not_are_refused(client: Client) -> None:
    signed_in(client, Role.CATALOGUE)
    collection = collection_of(VariantFactory.create().product, "casa")

    page = client.get(page_of(Collection, "change", collection.pk))
    refused = saved(client, collection, "cardx")
    taken = saved(client, collection, "card")

    assert 'type="checkbox" name="payment_methods" value="transfer"' in page.text
    assert refused.context["adminform"].errors.keys() == {"payment_methods"}
    assert taken.status_code == 302
    collection.refresh_from_db()
    assert collection.payment_methods == ["card"]


def test_the_database_knows_the_methods_too(client: Client) -> None:
    collection = collection_of(VariantFactory.create().product, "casa", "card")

    with pytest.raises(IntegrityError, match="not all of these"), transaction.atomic():
        Collection.objects.update(payment_methods=["cardx"])
    with pytest.raises(IntegrityError, match="collections name"), transaction.atomic():
        PaymentMethod.objects.get(code="card").delete()

    PaymentMethod.objects.filter(code="card").update(code="tarjeta")
    collection.refresh_from_db()
    assert collection.payment_methods == ["tarjeta"]


def test_a_method_that_a_collection_names_is_not_deleted_by_hand(client: Client) -> None:
    client.force_login(UserFactory.create(is_staff=True, is_superuser=True))
    collection_of(VariantFactory.create().product, "casa", "card")
    card = PaymentMethod.objects.get(code="card")

    answer = client.post(page_of(PaymentMethod, "delete", card.pk), {"post": "yes"})

    assert "casa" in answer.text
    assert PaymentMethod.objects.filter(code="card").exists()


@pytest.mark.parametrize("typed", [{"payment_methods": "transfer"}, {"type": "drop"}])
def test_two_collections_that_leave_no_method_together_are_refused(
    client: Client, typed: dict[str, str]
) -> None:
    signed_in(client, Role.CATALOGUE)
    product = VariantFactory.create(product__name="Sofá Lima").product
    collection_of(product, "una", "transfer" if "type" in typed else "card")
    other = collection_of(product, "otra")

    day = {"starts_at_0": "2026-01-01", "starts_at_1": "08:00:00"}
    answer = saved(client, other, **typed | day)

    assert "Sofá Lima" in str(answer.context["adminform"].errors["payment_methods"])


def test_neither_the_list_nor_new_products_get_around_that(client: Client) -> None:
    signed_in(client, Role.CATALOGUE)
    product = VariantFactory.create(product__name="Sofá Lima").product
    collection_of(product, "una", "card")
    asleep = collection_of(product, "otra", "transfer", is_active=False)
    other = collection_of(VariantFactory.create().product, "más", "transfer")

    rows = Collection.objects.order_by("-starts_at", "name")
    form: dict[str, Any] = {"form-TOTAL_FORMS": len(rows), "form-INITIAL_FORMS": len(rows)}
    for place, row in enumerate(rows):
        form |= {f"form-{place}-id": row.pk, f"form-{place}-position": 0}
        form |= {f"form-{place}-is_active": "on"}
    listed = client.post(page_of(Collection, "changelist"), form | {"_save": "1"})
    products = reverse("admin:catalog_collection_products", args=[other.pk])
    pasted = client.post(products, {"lines": product.sku})
    picked = client.post(products, {"add": product.pk}, follow=True)

    assert all("Sofá Lima" in answer.text for answer in (listed, pasted, picked))
    assert pasted.context["form"]["lines"].value() == product.sku
    assert not Collection.objects.get(pk=asleep.pk).is_active
    assert CollectionProduct.objects.filter(collection=other).count() == 1


def test_a_shop_without_methods_yet_makes_its_collections(client: Client) -> None:
    PaymentMethod.objects.all().delete()
    signed_in(client, Role.CATALOGUE)
    collection = collection_of(VariantFactory.create().product, "casa")

    assert saved(client, collection).status_code == 302


@pytest.mark.parametrize("kind", [CollectionType.SEASONAL, CollectionType.DROP])
def test_what_nobody_can_pay_waits_on_the_first_page_and_leads_to_its_list(
    client: Client, kind: CollectionType
) -> None:
    client.force_login(UserFactory.create(is_staff=True, is_superuser=True))
    variant = stocked_variant()
    order = held_order(variant)
    fine = held_order()
    now = order.placed_at
    named = ["card"] if kind == CollectionType.SEASONAL else []
    collection = collection_of(variant.product, "casa", *named, type=kind, starts_at=now)
    card = PaymentMethod.objects.get(code="card")

    def stuck() -> dict[str, list[Any]]:
        names = ("unpayable", "unpayable_products")
        return {each.name: list(each.rows) for each in tasks() if each.name in names}

    before = stuck()
    told = client.post(
        page_of(PaymentMethod, "change", card.pk),
        {"name_es": "Tarjeta", "code": "card", "type": "card", "gateway": "simulator"}
        | {"commission_percent": 0, "commission_fixed": 0, "hold_minutes": 30}
        | {"minimum_amount": 0, "position": 0},
        follow=True,
    )

    assert before == {"unpayable": [], "unpayable_products": []}
    assert stuck() == {"unpayable": [order], "unpayable_products": [collection]}
    assert any("casa" in str(each) for each in told.context["messages"])
    for task in tasks():
        if task.name in stuck():
            assert list(client.get(task.url).context["cl"].queryset) == list(task.rows)
    paid_at = f"/checkout/pay/{order.number}/?token={token_for(order)}"
    assert fine not in stuck()["unpayable"]
    assert 'type="submit">Pagar' not in client.get(paid_at).text
