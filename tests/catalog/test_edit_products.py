"""Products and variants as staff and sellers edit them in the back office."""

from decimal import Decimal
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection
from django.urls import reverse
from PIL import Image

from catalog.models import PriceHistory, Product, ProductImage, ScheduledPrice, Variant
from catalog.selectors import product_page
from core.ids import uuid7
from tests.backoffice.factories import page_of
from tests.catalog import staff
from tests.catalog.factories import ProductFactory, VariantFactory
from tests.inventory.factories import stocked

pytestmark = pytest.mark.django_db
# Of the page of a product, which says how the price of each variant comes about.
MAX_OF_A_PRODUCT = 30
boss, seller = staff.boss, staff.seller


def typed(client, row, **changed):
    """What the page of a row would send if nothing but this were changed."""
    page = client.get(page_of(type(row), "change", row.pk))
    fields = {}
    forms = [page.context["adminform"].form]
    for each in page.context["inline_admin_formsets"]:
        forms += [each.formset.management_form, *each.formset.initial_forms]
    for form in forms:
        for bound in form:
            value = bound.value()
            if value is not None and value is not False and not hasattr(value, "url"):
                values = value if isinstance(value, list) else [value]
                names = [bound.html_name]
                if hasattr(bound.field.widget, "decompress"):
                    values = bound.field.widget.decompress(value)
                    names = [f"{bound.html_name}_{place}" for place in range(len(values))]
                for name, part in zip(names, values, strict=False):
                    fields[name] = "" if part is None else part
    return {**fields, **changed}


def send(client, row, **changed):
    return client.post(page_of(type(row), "change", row.pk), typed(client, row, **changed))


def picture(name="foto.png", size=(60, 40), kind="PNG"):
    file = BytesIO()
    Image.new("RGB", size, "teal").save(file, kind)
    return SimpleUploadedFile(name, file.getvalue(), "image/png")


def errors(response):
    form = response.context["adminform"].form
    below = [each.formset.errors for each in response.context["inline_admin_formsets"]]
    return str(form.errors) + str(below)


@pytest.mark.parametrize(
    ("changed", "saved"),
    [
        ({"base_price": "90"}, True),
        ({"base_price": "40"}, False),
        ({"base_price": "40", "confirm_price": "on"}, True),
        ({"base_price": "0"}, False),
        ({"base_price": "-1"}, False),
        ({"base_price": "1e30"}, False),
        ({"base_price": "nada"}, False),
        ({"new-attribute-0-name": "Tela", "new-attribute-0-value": "a\0"}, False),
        ({"new-attribute-0-value": "Lino"}, False),
        ({"published_at": "9999-12-31T23:59"}, False),
        ({"variants-0-sale_price": "120"}, False),
        ({"variants-0-sale_price": "49"}, False),
        ({"variants-0-sale_price": "49", "confirm_price": "on"}, True),
        ({"variants-0-price_modifier": "-101"}, False),
        ({"variants-0-price_modifier": "9999999999.99", "base_price": "9999999999"}, False),
        ({"variants-0-sku": ""}, False),
    ],
)
def test_a_product_takes_sensible_prices_and_texts_only(changed, saved, boss, client):
    variant = VariantFactory.create()

    response = send(client, variant.product, **changed)

    assert response.status_code == (302 if saved else 200), errors(response)
    assert PriceHistory.objects.filter(variant=variant).count() == (2 if saved else 1)


@pytest.mark.parametrize(
    ("changed", "saved"),
    [
        ({"sale_price": "80"}, True),
        ({"sale_price": "20"}, False),
        ({"sale_price": "20", "confirm_price": "on"}, True),
        ({"sale_price": "100.01"}, False),
        ({"price_modifier": "-100"}, False),
        ({"price_modifier": "-100.01", "confirm_price": "on"}, False),
        ({"sku_suffix": "OTHER"}, False),
    ],
)
def test_a_variant_takes_sensible_prices_only(changed, saved, boss, client):
    variant = VariantFactory.create()
    VariantFactory.create(product=variant.product, sku_suffix="OTHER")

    response = send(client, variant, **changed)

    assert response.status_code == (302 if saved else 200)


def test_figures_that_others_report_survive_a_save(boss, client):
    variant = VariantFactory.create()
    form = typed(client, variant.product, name_es="Otro")
    Product.objects.update(units_sold=7)
    Variant.objects.update(units_sold=7)

    client.post(page_of(Product, "change", variant.product_id), form)

    product = Product.objects.get(name_es="Otro")
    assert (product.units_sold, product.variants.get().units_sold) == (7, 7)


def test_several_pictures_come_at_once_and_what_is_none_is_named(boss, client):
    product = VariantFactory.create().product
    bomb = picture("bomba.png", (8000, 6000))
    text = SimpleUploadedFile("texto.png", b"<script>", "image/png")

    response = client.post(
        page_of(Product, "change", product.pk),
        typed(client, product, new_pictures=[picture(), text, bomb, picture("b.jpg", kind="JPEG")]),
        follow=True,
    )

    said = [str(m) for m in response.context["messages"] if m.level_tag == "error"]
    assert [each.split(":")[0] for each in said] == ["texto.png", "bomba.png"]
    rows = product.images.order_by("position")
    assert [(row.position, row.width, row.copied_at) for row in rows] == [
        (0, 60, None),
        (1, 60, None),
    ]
    assert all(str(row.picture).endswith(".jpg") for row in rows)


def test_a_picture_is_given_to_a_colour_and_back_to_all(boss, client):
    variant = VariantFactory.create()
    variant.options.create(key="color", value_key="blue", name="Color", value="Azul")
    ProductImage.objects.create(product=variant.product, picture="a.jpg", width=9, height=9)
    image = variant.product.images.get

    page = client.get(page_of(Product, "change", variant.product_id)).content.decode()
    assert '<option value="color=blue">Color: Azul</option>' in page
    assert send(client, variant.product, **{"images-0-shows": "color=red"}).status_code == 200
    send(client, variant.product, **{"images-0-shows": "color=blue"})
    assert (image().option_key, image().value_key, image().variant) == ("color", "blue", None)

    # Its last variant with that colour is gone: the picture stays as it is.
    variant.options.all().delete()
    send(client, variant.product, **{"images-0-position": "3"})
    assert (image().position, image().value_key) == (3, "blue")

    send(client, variant.product, **{"images-0-shows": ""})
    assert (image().option_key, image().value_key) == ("", "")


def test_a_new_picture_is_of_the_colour_chosen_beside_it(boss, client):
    blue = VariantFactory.create()
    red = VariantFactory.create(product=blue.product, sku_suffix="red")
    for variant, colour in ((blue, "blue"), (red, "red")):
        variant.options.create(key="color", value_key=colour, name="Color", value=colour)
    ProductImage.objects.create(product=blue.product, picture="a.jpg", width=9, height=9)

    page = client.get(page_of(Product, "change", blue.product_id)).content.decode()
    assert "en ningún otro color" in page
    send(client, blue.product, new_pictures=[picture()], new_pictures_show="color=blue")

    image = ProductImage.objects.get(position=1)
    assert (image.option_key, image.value_key) == ("color", "blue")
    for variant, shown in ((blue, [image.picture.name, "a.jpg"]), (red, ["a.jpg"])):
        gallery = product_page(blue.product.slug, variant.sku)
        assert gallery is not None
        assert [each.picture.name for each in gallery.images] == shown


def test_pictures_are_exchanged_ordered_and_given_to_variants_of_their_own(boss, client):
    variant, foreign = VariantFactory.create(), VariantFactory.create()
    rows = [
        ProductImage.objects.create(product=variant.product, picture=picture(), position=place)
        for place in range(2)
    ]
    order = {"images-0-position": "5", "images-1-position": "1", "images-0-shows": variant.pk}

    refused = send(client, variant.product, **{**order, "images-0-shows": foreign.pk})
    send(client, variant.product, **order, **{"images-1-picture": picture(size=(30, 30))})

    assert refused.status_code == 200
    assert list(variant.product.images.order_by("position")) == rows[::-1]
    assert variant.images.get() == rows[0]
    assert ProductImage.objects.get(pk=rows[1].pk).width == 30
    with pytest.raises(IntegrityError):
        variant.product.images.update(variant=foreign)


@pytest.mark.parametrize("count", [10, 200])
def test_the_page_of_a_product_costs_the_same_however_many_variants_it_has(
    count, boss, client, django_assert_max_num_queries
):
    first = VariantFactory.create()
    Variant.objects.bulk_create(
        Variant(
            product=first.product,
            name=f"Talla {number}",
            sku=f"T-{number}",
            sku_suffix=f"T-{number}",
            slug=f"t-{number}",
        )
        for number in range(count)
    )
    for place in range(3):
        ProductImage.objects.create(
            product=first.product, picture="a.jpg", width=9, height=9, position=place
        )

    with django_assert_max_num_queries(MAX_OF_A_PRODUCT):
        page = client.get(page_of(Product, "change", first.product_id))
    saved = send(client, first.product, name_es="Otro nombre")

    assert page.status_code == 200
    assert saved.status_code == 302, errors(saved)
    assert Product.objects.filter(name_es="Otro nombre").exists()


@pytest.mark.parametrize("rows", [10, 200])
def test_the_lists_cost_the_same_however_long_they_are(
    rows, boss, client, django_assert_max_num_queries
):
    first = ProductFactory.create()
    products = [
        Product(
            id=uuid7(), name=f"P {n}", slug=f"p-{n}", sku=f"P-{n}", category=first.category,
            seller=first.seller, base_price=9,
        )
        for n in range(rows)
    ]  # fmt: skip
    Product.objects.bulk_create(products)
    Variant.objects.bulk_create(
        Variant(id=uuid7(), product=each, name="V", sku=each.sku, slug=each.slug)
        for each in products
    )
    ScheduledPrice.objects.bulk_create(
        ScheduledPrice(variant=each, amount=5) for each in Variant.objects.all()
    )

    for model in (Product, Variant, ScheduledPrice):
        with django_assert_max_num_queries(12, info=model.__name__):
            assert client.get(page_of(model, "changelist")).status_code == 200


def test_a_product_is_duplicated_from_its_page(boss, client):
    product = VariantFactory.create().product

    page = client.post(reverse("admin:catalog_product_duplicate", args=[product.pk]), follow=True)

    assert page.context["original"].slug == f"{product.slug}-2"
    assert client.get(page.request["PATH_INFO"].replace("change", "duplicate")).status_code == 405


def test_sellers_edit_their_own_products_only(seller, client):
    own = VariantFactory.create(product__seller=seller).product
    foreign = VariantFactory.create().product

    saved = send(client, own, base_price="90", new_pictures=[picture()])
    answers = [
        client.post(reverse("admin:catalog_product_duplicate", args=[product.pk])).status_code
        for product in (own, foreign)
    ]

    plan = {"kind": "sale", "amount": "80", "starts_at_0": "2030-01-01", "starts_at_1": "00:00"}
    plans = [
        client.post(
            page_of(ScheduledPrice, "add"), {**plan, "variant": each.variants.get().pk}
        ).status_code
        for each in (own, foreign)
    ]
    listed = client.get(page_of(Variant, "changelist"), {"product__id__exact": own.pk})

    own.refresh_from_db()
    assert plans == [302, 200]
    assert listed.status_code == 200
    assert saved.status_code == 302, errors(saved)
    assert own.base_price == Decimal(90)
    assert own.images.count() == 1
    assert answers == [302, 404]


def test_a_variant_shows_its_prices_in_the_course_of_time(boss, client):
    variant = VariantFactory.create()
    variant.sale_price = Decimal(70)
    variant.save()

    page = client.get(page_of(Variant, "change", variant.pk))

    course = page.context["course"]
    assert [each.price for each in course.periods] == [70, 100]
    assert course.price.startswith("0,6 ")
    assert course.price.endswith("600,34")
    assert " style=" not in page.text


@pytest.mark.parametrize("model", [Product, Variant])
def test_what_was_stocked_is_kept_with_a_sentence(model, boss, client):
    variant, free = stocked(3), VariantFactory.create()
    of = {Product: "product_id", Variant: "pk"}[model]

    pages = {
        row: client.post(page_of(model, "delete", getattr(row, of)), {"post": "yes"})
        for row in (variant, free)
    }
    client.post(
        page_of(model, "changelist"),
        {"action": "delete_selected", "_selected_action": [getattr(variant, of)], "post": "yes"},
    )

    assert "Desactívalo" in pages[variant].text
    assert pages[free].status_code == 302
    assert list(Variant.objects.all()) == [variant]
    with pytest.raises(IntegrityError), connection.cursor() as cursor:
        cursor.execute(
            "SET CONSTRAINTS ALL IMMEDIATE; DELETE FROM catalog_variant WHERE sku = %s",
            [variant.sku],
        )


def test_what_is_not_sold_any_more_is_taken_off_and_put_back(boss, client):
    variant = VariantFactory.create()

    seen = []
    for action in ("deactivate", "activate"):
        client.post(
            page_of(Variant, "changelist"),
            {"action": action, "_selected_action": [variant.pk], "post": "yes"},
        )
        variant.refresh_from_db()
        seen.append(variant.is_active)

    assert seen == [False, True]
