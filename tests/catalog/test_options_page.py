"""The page of a product that makes variants of options."""

import pytest
from django.urls import reverse

from catalog.models import VariantOption
from tests.catalog import staff
from tests.catalog.factories import ProductFactory, VariantFactory

pytestmark = pytest.mark.django_db
boss = staff.boss


def send(client, product, *options, button="preview", **typed):
    form = {"form-TOTAL_FORMS": "4", "form-INITIAL_FORMS": "0", button: ""}
    for place, (name, values) in enumerate(options):
        form |= {f"form-{place}-name": name, f"form-{place}-values": values}
    return client.post(_page(product), {**form, **typed})


def _page(product):
    return reverse("admin:catalog_product_variants", args=[product.pk])


def test_what_comes_of_the_options_is_shown_then_made_then_nothing_more(boss, client):
    product = ProductFactory.create(sku="POLO")
    options = (("Talla", "S\nM;2M;+5,50\n\n"), ("Color", "Negro"))

    shown = send(client, product, *options)
    before = product.variants.count()
    made = send(client, product, *options, button="make")
    again = send(client, product, *options)

    assert [plan.sku for plan in shown.context["plans"]] == ["POLO-S-NEGRO", "POLO-2M-NEGRO"]
    assert [(plan.list_price) for plan in shown.context["plans"]] == [100, 105.5]
    assert before == 0
    assert made.status_code == 302
    assert product.variants.count() == 2
    assert (again.context["new"], again.context["existing"]) == (0, 2)


@pytest.mark.parametrize(
    "options",
    [
        [("Talla", "")],
        [("", "S\nM")],
        [("Talla", "S\nS")],
        [("Talla", "S"), ("TALLA", "M")],
        [("Talla", "S;con espacio")],
        [("Talla", "S;;mucho")],
        [("Talla", "S;;1;2")],
        [("Talla", "x" * 101)],
        [("Talla", ";A;1")],
        [("Talla", "a\x00b")],
        [("T" * 51, "S")],
        [("Talla", "\n".join(map(str, range(201))))],
        [],
    ],
)
def test_what_cannot_be_is_refused_and_stays_as_it_was_typed(options, boss, client):
    product = ProductFactory.create()

    page = send(client, product, *options, button="make")

    assert page.status_code == 422
    assert page.context["problem"] or any(form.errors for form in page.context["formset"])
    assert [
        (form["name"].value() or "", form["values"].value() or "")
        for form in page.context["formset"]
    ][: len(options)] == options
    assert not product.variants.exists()


def test_a_form_without_its_numbers_is_refused(boss, client):
    page = client.post(_page(ProductFactory.create()), {"make": ""})

    assert page.status_code == 422


def test_the_page_begins_with_what_the_product_and_its_shelf_have(boss, client):
    own = VariantFactory.create()
    other = VariantFactory.create(product__category=own.product.category)
    for variant, key, value in ((own, "talla", "S"), (other, "color", "Azul")):
        VariantOption.objects.create(
            variant=variant, key=key, name=key.title(), value=value, value_key=value.lower()
        )

    plain = client.get(_page(own.product))
    picked = client.get(_page(own.product), {"pick": "color"})

    forms = [page.context["formset"].initial for page in (plain, picked)]
    assert forms[0] == [{"name": "Talla", "values": "S"}]
    assert forms[1] == [*forms[0], {"name": "Color", "values": "Azul"}]
