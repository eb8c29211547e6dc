"""One page for a product: options, variants, stock, attributes and pictures with one save."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Seller, User
from accounts.permissions import Role
from catalog.models import Product, ProductImage, ScheduledPrice, Variant
from inventory.models import Movement, StockLevel, Warehouse
from promotions.models import TaxRate
from tests.accounts.factories import house, signed_in
from tests.backoffice.factories import page_of
from tests.catalog import staff
from tests.catalog.factories import CategoryFactory, ProductFactory, VariantFactory
from tests.catalog.test_edit_products import errors, picture, send, typed
from tests.inventory.factories import WarehouseFactory, stocked

pytestmark = pytest.mark.django_db
boss, seller, manager = staff.boss, staff.seller, staff.manager
ADD = "admin:catalog_product_add"
OPTIONS = {
    "options-TOTAL_FORMS": "2",
    "options-INITIAL_FORMS": "0",
    "options-0-name": "Talla",
    "options-0-values": "S, M, L",
    "options-1-name": "Color",
    "options-1-values": "Negro\nAzul marino; AZ; +5,50",
}


def new(**changed: Any) -> dict[str, Any]:
    """A form for a new product with six variants."""
    no_rows = {"images-TOTAL_FORMS": 0, "images-INITIAL_FORMS": 0}
    fields = {"name_es": "Polo Lima", "slug": "polo-lima", "sku": "POLO", "base_price": "50"}
    fields |= {"kind": "physical", "tax_class": "standard", "is_active": "on"}
    return fields | no_rows | {"category": CategoryFactory.create().pk} | OPTIONS | changed


def shop_with_two_warehouses() -> list[Warehouse]:
    return [WarehouseFactory.create(code=code, seller=house(), priority=n)
            for n, code in enumerate(("A", "B"))]  # fmt: skip


def test_a_new_product_gets_variants_stock_and_pictures_with_one_save(
    client: Client, boss: User
) -> None:
    first, second = shop_with_two_warehouses()
    form = new(seller=house().pk, new_pictures=[picture(), picture("b.png")])
    form |= {"new_pictures_show": "color=negro", f"each-{first.pk}": "4"}
    form |= {"new-s--negro-sku": "S-NEGRO", "new-s--negro-price_modifier": "2"}
    form |= {"new-s--negro-is_active": "on", f"new-s--negro-units-{first.pk}": "9"}
    form |= {f"new-s--negro-units-{second.pk}": "1"}

    answer = client.post(reverse(ADD), form)

    assert answer.status_code == 302, errors(answer)
    product = Product.objects.get()
    assert answer["Location"] == page_of(Product, "change", product.pk)
    made = dict(product.variants.values_list("sku", "list_price"))
    assert len(made) == 6
    assert [made["S-NEGRO"], made["POLO-M-AZ"]] == [Decimal(52), Decimal("55.50")]
    units = StockLevel.objects.filter(variant__sku="S-NEGRO").order_by("warehouse__code")
    assert list(units.values_list("on_hand", flat=True)) == [9, 1]
    assert set(StockLevel.objects.exclude(variant__sku="S-NEGRO").values_list("on_hand")) == {(4,)}
    assert not Movement.objects.exclude(note="Stock de una variante nueva").exists()
    assert list(ProductImage.objects.values_list("value_key", flat=True)) == ["negro", "negro"]


def test_a_preview_proposes_and_saves_nothing_and_what_was_typed_stays(
    client: Client, boss: User
) -> None:
    form = new(**{"_preview": "1", "new-s--negro-sku": "MIO", "new-s--negro-proposed": "POLO-S"})

    page = client.post(reverse(ADD), form)

    rows = {row.plan.key: row for row in page.context["grid"].rows}
    assert rows["s--negro"].form["sku"].value() == "MIO"
    assert rows["l--azul-marino"].plan.sku == "POLO-L-AZ"
    assert rows["l--azul-marino"].plan.list_price == Decimal("55.50")
    assert page.context["adminform"].form["name_es"].value() == "Polo Lima"
    assert '<option value="color=negro">Negro</option>' in page.text
    assert not Product.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"options-0-values": "S, S"}, "dos veces"),
        ({"options-0-name": ""}, "Ponle nombre"),
        ({"options-1-values": "Negro; a b"}, "no es un sufijo"),
        ({"new-s--negro-sku": "TAKEN"}, "ya existe"),
        ({"new-s--negro-sku": "X", "new-s--negro-price_modifier": "-51"}, "0 o más"),
        ({"new-s--negro-sku": "X", "new-s--negro-sale_price": "nada"}, "número"),
        ({"base_price": "0"}, "sería 0"),
        ({"offer_from": "2030-01-02T00:00", "offer_until": "2030-01-01T00:00"}, "Termina antes"),
    ],
)
def test_what_is_wrong_is_said_and_everything_typed_is_kept(
    wrong: dict[str, str], said: str, client: Client, boss: User
) -> None:
    VariantFactory.create(sku="TAKEN")

    page = client.post(reverse(ADD), new(**wrong))

    assert page.status_code == 200
    assert said in page.text
    assert page.context["adminform"].form["name_es"].value() == "Polo Lima"
    assert not Product.objects.filter(sku="POLO").exists()
    for name, value in (OPTIONS | wrong).items():
        if name.startswith(("options-0", "options-1", "new-")):
            assert value.split("\n")[0] in page.text.replace("&#x27;", "'") or not value


def test_a_product_without_options_is_one_variant_that_can_be_bought(
    client: Client, boss: User
) -> None:
    (place, _other) = shop_with_two_warehouses()
    form = new(**dict.fromkeys(OPTIONS, ""), seller=house().pk)
    form |= {"options-TOTAL_FORMS": "2", "options-INITIAL_FORMS": "0"}
    form |= {
        "new-single-sku": "POLO",
        "new-single-is_active": "on",
        f"new-single-units-{place.pk}": "3",
    }

    page = client.post(reverse(ADD), form, follow=True)

    assert Variant.objects.get().sku == "POLO"
    assert page.context["obstacles"] == []
    assert [each.text for each in page.context["hints"]] == ["No tiene foto."]
    assert "Se puede comprar" in page.text


def test_stock_is_changed_with_a_reason_and_only_from_what_was_seen(
    client: Client, boss: User
) -> None:
    variant = stocked(5)
    level = variant.stock_levels.get()
    cell = f"variants-0-units-{level.warehouse_id}"
    same = {f"initial-{cell}": "5"}

    silent = send(client, variant.product, **same, **{cell: "7"})
    told = send(client, variant.product, **same, **{cell: "7"}, reason="Contado")
    stale = send(client, variant.product, **same, **{cell: "6"}, reason="Contado")

    assert (silent.status_code, told.status_code, stale.status_code) == (200, 302, 200)
    level.refresh_from_db()
    assert level.on_hand == 7
    assert Movement.objects.latest("pk").note == "Contado"


def test_a_sale_meanwhile_does_not_stop_who_changes_a_text(client: Client, boss: User) -> None:
    variant = stocked(5)
    level = variant.stock_levels.get()
    form = typed(client, variant.product, name_es="Otro")
    form[f"initial-variants-0-units-{level.warehouse_id}"] = "5"
    StockLevel.objects.filter(pk=level.pk).update(minimum=1)

    assert client.post(page_of(Product, "change", variant.product_id), form).status_code == 302


def test_the_catalogue_team_sees_stock_and_does_not_change_it(
    client: Client, manager: None
) -> None:
    variant = stocked(5)
    cell = f"variants-0-units-{variant.stock_levels.get().warehouse_id}"

    page = client.get(page_of(Product, "change", variant.product_id))
    saved = send(client, variant.product, **{cell: "9", f"initial-{cell}": "5"}, reason="x")
    (line,) = page.context["lines"]

    assert [(each.shelf.on_hand, each.field) for each in line.cells] == [(5, None)]
    assert saved.status_code == 302
    assert variant.stock_levels.get().on_hand == 5


def test_sellers_put_stock_into_their_own_warehouses_alone(client: Client, seller: Seller) -> None:
    own, foreign = WarehouseFactory.create(seller=seller), WarehouseFactory.create(seller=house())
    product = VariantFactory.create(product__seller=seller).product
    cell = "variants-0-units-{}".format

    page = client.get(page_of(Product, "change", product.pk))
    send(
        client,
        product,
        **{cell(own.pk): "3", f"initial-{cell(own.pk)}": "0", cell(foreign.pk): "3"},
        reason="Entrega",
    )

    assert [place.key for place in page.context["places"]] == [own.pk]
    assert list(StockLevel.objects.values_list("warehouse", "on_hand")) == [(own.pk, 3)]


def test_an_offer_with_a_window_is_planned_and_the_price_stays_until_then(
    client: Client, boss: User
) -> None:
    variant = VariantFactory.create()
    start = timezone.localtime() + timedelta(days=2)

    saved = send(
        client,
        variant.product,
        **{"variants-0-sale_price": "80", "offer_from": start.strftime("%Y-%m-%dT%H:%M")},
    )
    page = client.get(page_of(Product, "change", variant.product_id))

    assert saved.status_code == 302, errors(saved)
    variant.refresh_from_db()
    assert (variant.sale_price, variant.is_on_offer) == (None, False)
    assert ScheduledPrice.objects.get().amount == 80
    assert len(page.context["lines"][0].plans) == 1
    send(client, variant.product, **{"variants-0-sale_price": "80"})
    variant.refresh_from_db()
    assert (variant.sale_price, variant.is_on_offer) == (80, True)


def test_attributes_are_fields_that_the_category_knows(client: Client, boss: User) -> None:
    known = ProductFactory.create(
        attributes={"fabric": "Cotton", "pet_safe": True, "weight_kg": 1.5, "tags": ["a", "b"]},
        specifications={"fabric": {"es": "Tela", "en": "Fabric", "value_es": "Algodón"}},
    )
    fresh = ProductFactory.create(category=known.category)

    page = client.get(page_of(Product, "change", fresh.pk))
    saved = send(
        client,
        fresh,
        **{
            "attribute-fabric-es": "Lino",
            "attribute-fabric-en": "Linen",
            "attribute-pet_safe-es": "no",
            "attribute-weight_kg-es": "2.0",
            "new-attribute-0-name": "Hecho en",
            "new-attribute-0-value": "Perú",
        },
    )
    send(client, known, name_es="Otro")
    fresh.refresh_from_db()
    known.refresh_from_db()

    labels = [row.label for row in page.context["facts"].rows]
    assert sorted(labels) == ["Pet safe", "Tags", "Tela", "Weight kg"]
    assert saved.status_code == 302, errors(saved)
    assert fresh.attributes == {
        "fabric": "Lino", "pet_safe": False, "weight_kg": 2, "hecho_en": "Perú",
    }  # fmt: skip
    assert fresh.specifications["fabric"] == {
        "es": "Tela", "en": "Fabric", "value_en": "Linen",
    }  # fmt: skip
    assert known.attributes["fabric"] == "Cotton"
    assert known.attributes["tags"] == ["a", "b"]
    assert known.specifications["fabric"]["value_es"] == "Algodón"


def test_an_attribute_that_is_emptied_is_gone(client: Client, boss: User) -> None:
    product = ProductFactory.create(attributes={"fabric": "Cotton", "made": {"deep": 1}})

    send(client, product, **{"attribute-fabric-es": "", "attribute-fabric-en": ""})

    product.refresh_from_db()
    assert product.attributes == {"made": {"deep": 1}}


def test_a_brand_is_chosen_for_all_variants_at_once(client: Client, boss: User) -> None:
    one = VariantFactory.create()
    VariantFactory.create(product=one.product, brand=None)
    kept = send(client, one.product, name_es="Otro")
    assert one.product.variants.filter(brand=one.brand).count() == 1

    send(client, one.product, brand=one.brand_id)

    assert kept.status_code == 302
    assert one.product.variants.filter(brand=one.brand).count() == 2


def test_the_list_shows_what_sells_and_takes_prices(client: Client, boss: User) -> None:
    variant = stocked(5)
    product = variant.product
    ProductImage.objects.create(product=product, picture="a.jpg", width=9, height=9)
    address = page_of(Product, "changelist")

    page = client.get(address)
    row = {"form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 1, "form-0-id": product.pk, "_save": ""}
    doubtful = client.post(address, row | {"form-0-base_price": "1", "form-0-is_active": "on"})
    saved = client.post(address, row | {"form-0-base_price": "110"})

    assert page.text.count('class="thumb"') == 1
    assert 'class="field-free">5</td>' in page.text
    assert doubtful.status_code == 200
    assert "bajaría" in doubtful.text
    assert saved.status_code == 302
    product.refresh_from_db()
    assert (product.base_price, product.is_active) == (110, False)
    assert "No se puede comprar" in client.get(address).text


def test_who_may_only_look_sees_the_product_without_fields(client: Client, settings: Any) -> None:
    settings.DEMO = True
    variant = stocked(5)
    variant.product.attributes = {"fabric": "Lino"}
    variant.product.save()
    ProductImage.objects.create(product=variant.product, picture="a.jpg", width=9, height=9)
    signed_in(client, Role.SUPPORT)

    page = client.get(page_of(Product, "change", variant.product_id))

    assert page.status_code == 200
    assert variant.sku in page.text
    assert str(variant.brand) in page.text
    assert "Lino" in page.text
    assert 'name="_save"' not in page.text
    assert not {"variants-0-sku", "options-0-name", "new_pictures"} & set(page.text.split('"'))


def test_what_is_not_in_the_shop_is_named_with_its_reasons(client: Client, boss: User) -> None:
    ProductFactory.create(name_es="Silla plegable", is_active=False)
    ProductFactory.create(name_es="Silla alta")

    page = client.get(reverse("admin:catalog_searchcount_why"), {"q": "silla"})

    shown = [(str(row), list(map(str, why))) for row, why in page.context["unseen"]]
    assert shown == [("Silla plegable", ["No está activo."])]
    assert "¿Por qué no está en la tienda?" in page.text


def test_a_tax_is_chosen_by_its_name_and_rate(client: Client, boss: User) -> None:
    TaxRate.objects.create(name="Exonerado", country="PE", tax_class="exempt", rate=0)
    product = ProductFactory.create(tax_class="from-a-file")
    page = client.get(page_of(Product, "change", product.pk)).content.decode()

    assert '<option value="standard">IGV (18\N{NO-BREAK SPACE}%)</option>' in page
    assert '<option value="exempt">Exonerado (0\N{NO-BREAK SPACE}%)</option>' in page
    assert '<option value="from-a-file" selected>from-a-file</option>' in page
    answer = client.post(reverse(ADD), new(seller=house().pk, tax_class="luxury"))
    assert "tax_class" in errors(answer)
