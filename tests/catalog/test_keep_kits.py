"""Staff put kits together; what makes no sense is refused beside its field."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from catalog.models import Kit, ProductKind
from tests.catalog import staff
from tests.catalog.factories import ProductFactory, VariantFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("manager")]
manager = staff.manager


def form(**fields: Any) -> dict[str, Any]:
    rows = {"items-TOTAL_FORMS": 0, "items-INITIAL_FORMS": 0}
    kit = {"name_es": "Sala", "slug": "sala", "discount_percent": "10", "position": 0}
    return {**kit, **rows, "is_active": "on", **fields}


def test_a_kit_is_put_together_and_sold(client: Client) -> None:
    sofa, lamp = (VariantFactory.create().product for _ in range(2))
    listed = ProductFactory.create(kind=ProductKind.TEMPLATE, slug="sala-entera")
    items = {"items-TOTAL_FORMS": 2, "items-0-product": sofa.pk, "items-0-quantity": 2}
    items |= {"items-1-product": lamp.pk, "items-1-quantity": 1, "items-1-is_optional": "on"}
    places = {"items-0-position": 0, "items-1-position": 1}
    tags = " nórdico, claro ,claro"

    answer = client.post(
        reverse("admin:catalog_kit_add"),
        form(**items, **places, style_tags=tags, product=listed.pk),
    )

    assert answer.status_code == 302, answer.context["adminform"].form.errors
    assert Kit.objects.get().style_tags == ["nórdico", "claro"]
    assert sofa.name in client.get("/kits/sala/").content.decode()
    assert client.get("/p/sala-entera/")["Location"] == "/kits/sala/"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"discount_percent": "101"}, "discount_percent"),
        ({"discount_percent": "-1"}, "discount_percent"),
        ({"discount_percent": "x"}, "discount_percent"),
        ({"slug": "living"}, "slug"),
        ({"product": "physical"}, "product"),
    ],
)
def test_a_bad_kit_is_refused_beside_its_field(
    client: Client, fields: dict[str, Any], field: str
) -> None:
    Kit.objects.create(name="Living", slug="living", discount_percent=5)
    if "product" in fields:
        fields = {"product": ProductFactory.create().pk}

    answer = client.post(reverse("admin:catalog_kit_add"), form(**fields))

    assert list(answer.context["adminform"].form.errors) == [field]


def test_a_bad_item_is_refused_beside_its_field(client: Client) -> None:
    product = ProductFactory.create()
    item = {"items-0-product": product.pk, "items-0-quantity": 0, "items-0-position": 0}

    answer = client.post(reverse("admin:catalog_kit_add"), form(**{"items-TOTAL_FORMS": 1}, **item))

    assert answer.status_code == 200
    assert not Kit.objects.exists()
