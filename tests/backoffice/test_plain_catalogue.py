"""Pages of the catalogue say what is missing, propose what they can, and speak plainly."""

from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings
from django.contrib.admin import site
from django.test import Client
from django.urls import reverse
from post_office.models import EmailTemplate

from accounts.models import User
from accounts.permissions import Role
from audit.context import traced
from backoffice.help import HELP
from catalog.models import Collection, PriceHistory, Product, ProductKind, ScheduledPrice, Variant
from catalog.selectors import obstacles
from config.setting_kinds import rate
from core.web.forms import RateField
from inventory.models import StockLevel
from promotions.models import TaxRate
from shipping.models import Zone
from tests.accounts.factories import signed_in
from tests.backoffice.factories import page_of
from tests.catalog.factories import CategoryFactory, ProductFactory, VariantFactory
from tests.inventory.factories import stocked

pytestmark = pytest.mark.django_db
NO_ROWS = {
    f"{name}-{total}_FORMS": 0
    for name in ("variants", "images", "components")
    for total in ("TOTAL", "INITIAL")
}


def said(answer: Any) -> list[str]:
    return [str(each) for each in answer.context["messages"]]


def test_a_new_collection_has_no_type_until_somebody_chooses_one(client: Client) -> None:
    signed_in(client, Role.CATALOGUE)
    typed = {"name_es": "Calma", "slug": "calma", "position": 0}

    page = client.get(page_of(Collection, "add")).context["adminform"].form
    refused = client.post(page_of(Collection, "add"), typed | {"type": ""})
    made = client.post(page_of(Collection, "add"), typed | {"type": "seasonal"}, follow=True)

    assert page["type"].value() == ""
    assert "type" in refused.context["adminform"].errors
    assert any("no está activa" in each for each in said(made))
    collection = Collection.objects.get()
    change = page_of(Collection, "change", collection.pk)
    assert "/drops/calma/" not in client.get(change).text
    Collection.objects.update(is_active=True)
    assert "/drops/calma/" in client.get(change).text


def test_nothing_ticked_adds_nothing_and_says_so(client: Client) -> None:
    signed_in(client, Role.CATALOGUE)
    collection = Collection.objects.create(name="Calma", slug="calma")
    page = reverse("admin:catalog_collection_products", args=[collection.pk])

    assert any(
        "Marca los productos" in each
        for each in said(client.post(page, {"adding": ""}, follow=True))
    )


def test_a_product_says_what_keeps_shoppers_from_it(client: Client, boss: User) -> None:
    bare, ready = ProductFactory.create(), stocked(5).product
    Product.objects.filter(pk=ready.pk).update(availability="in_stock")
    ready.refresh_from_db()

    page = client.get(page_of(Product, "change", bare.pk))

    assert [each.text for each in page.context["obstacles"]] == list(map(str, obstacles(bare)))
    assert "No tiene variantes" in page.text
    assert f"/p/{bare.slug}/" in page.text
    assert not obstacles(ready)
    ready.sales_paused = True
    assert len(obstacles(ready)) == 1


def test_a_new_product_needs_no_sku_of_its_own_nor_for_its_variants(
    client: Client, boss: User
) -> None:
    category = CategoryFactory.create()
    proposed = client.get(page_of(Product, "add")).context["adminform"].form["sku"].value()
    typed = {"name_es": "Sofá Lima", "slug": "sofa-lima", "sku": proposed, "base_price": "100"}
    typed |= {"category": category.pk, "kind": ProductKind.PHYSICAL, "tax_class": "standard"}
    rows: dict[str, Any] = NO_ROWS | {"options-TOTAL_FORMS": 1, "options-INITIAL_FORMS": 0}
    rows |= {"options-0-name": "Color", "options-0-values": "Gris, Azul"}

    answer = client.post(page_of(Product, "add"), typed | rows | {"is_active": "on"})

    assert answer.status_code == 302, answer.context["errors"]
    made = Variant.objects.order_by("sku_suffix").values_list("sku", "slug", "name")
    assert list(made) == [
        (f"{proposed}-AZUL", f"{proposed}-azul".lower(), "Sofá Lima · Azul"),
        (f"{proposed}-GRIS", f"{proposed}-gris".lower(), "Sofá Lima · Gris"),
    ]
    assert client.get(page_of(Product, "add")).context["adminform"].form["sku"].value() != proposed


def test_the_price_history_says_from_when_until_when_and_who(client: Client, boss: User) -> None:
    variant = VariantFactory.create()
    with traced(actor=boss.pk, origin="POST /somewhere"):
        Variant.objects.filter(pk=variant.pk).update(sale_price=90)

    page = client.get(page_of(PriceHistory, "changelist"))

    before, now = PriceHistory.objects.order_by("period")
    shown = {row.pk: row.changed_by for row in page.context["cl"].result_list}
    assert shown == {now.pk: boss.email, before.pk: None}
    assert "UTC" not in page.text
    assert "+00:00" not in page.text
    assert boss.email in client.get(page_of(PriceHistory, "change", now.pk)).text


def test_what_is_saved_and_deleted_is_said_without_a_gender(client: Client, boss: User) -> None:
    saved = client.post(
        page_of(Zone, "add"), {"name": "Cusco", "country": "PE", "position": 0}, follow=True
    )
    zone = Zone.objects.get()
    deleted = client.post(page_of(Zone, "delete", zone.pk), {"post": "yes"}, follow=True)

    assert said(saved) == ["Guardado: zona Cusco."]
    assert said(deleted) == ["Eliminado: zona Cusco."]
    ProductFactory.create()
    action = client.get(page_of(Product, "changelist")).context["action_form"].fields["action"]
    assert dict(action.choices)["delete_selected"] == "Eliminar las filas elegidas"


def test_no_page_offers_what_the_shop_does_not_use() -> None:
    assert not site.is_registered(EmailTemplate)
    assert HELP[ScheduledPrice._meta.label_lower].page == ""


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("18", "0.18"), ("0.18", "0.18"), ("18.5", "0.185"), ("0", "0"), ("-1", ""), ("101", "")],
)
def test_a_tax_rate_is_typed_in_percent_or_as_a_fraction(
    client: Client, boss: User, typed: str, stored: str
) -> None:
    form = {"name": "IGV", "country": "PE", "tax_class": "standard", "rate": typed}

    answer = client.post(page_of(TaxRate, "add"), form)

    assert [rate.rate for rate in TaxRate.objects.all()] == [Decimal(stored or 0)] * bool(stored)
    assert bool(stored) == (answer.status_code == 302)
    assert RateField(decimal_places=4).clean("18") == Decimal("0.18")
    assert settings.CONSTANCE_CONFIG["DEFAULT_TAX_RATE"][2] == rate()


def test_a_zone_takes_names_of_places_and_says_which_it_does_not_know(
    client: Client, boss: User
) -> None:
    form = {"name": "Sur", "country": "PE"}
    add = page_of(Zone, "add")

    made = client.post(add, form | {"ubigeo_prefixes": "cusco, Arequipa, 1501, Wánchaq"})
    refused = client.post(add, form | {"name": "x", "ubigeo_prefixes": "Cusco, Narnia"})

    assert made.status_code == 302
    assert Zone.objects.get().ubigeo_prefixes == ["08", "04", "1501", "080108"]
    errors = str(refused.context["adminform"].errors["ubigeo_prefixes"])
    assert "Narnia" in errors
    assert "Cusco" not in errors


def test_a_level_s_figures_have_the_same_names_in_the_list_and_on_its_page(
    client: Client, boss: User
) -> None:
    level = stocked(5).stock_levels.get()

    head = client.get(page_of(StockLevel, "changelist")).text
    page = client.get(page_of(StockLevel, "change", level.pk)).text

    for name in ("En almacén", "Vendido, por despachar", "Reservado"):
        assert name in head
        assert name in page
