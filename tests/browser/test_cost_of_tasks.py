"""What frequent tasks of staff cost in clicks and fields, beside what they cost elsewhere."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

import pytest
from django.db import connection, connections
from PIL import Image
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from catalog.models import Product, ProductImage, ScheduledPrice, Variant
from inventory.models import StockLevel
from orders.models import Order
from payments.models import Refund
from shipping.models import Shipment
from tests.accounts.factories import UserFactory, house
from tests.backoffice.test_give_money_back import transferred
from tests.browser.clicks import PEERS, Hand
from tests.browser.test_draft import sign_in
from tests.catalog.factories import CategoryFactory, VariantFactory
from tests.checkout.changing import bought
from tests.checkout.factories import open_shop
from tests.checkout.test_desk import bought_before
from tests.inventory.factories import WarehouseFactory, stocked
from tests.pdf import text_of
from tests.purchasing.factories import sent
from tests.shipping.sales import planned
from tests.till.factories import counter

MadeT = TypeVar("MadeT")
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def demo(settings: Any, tmp_path: Path) -> None:
    """Staff of the demo need no second factor; pictures go to a folder that is thrown away."""
    settings.DEMO = True
    settings.MEDIA_ROOT = tmp_path


def signed_in_chief(page: Page, shop: str) -> None:
    house()
    user: User = UserFactory.create(is_staff=True, is_superuser=True)
    sign_in(page, user, shop)


def beside(make: Callable[[], MadeT]) -> MadeT:
    """Made by a thread of its own: settings cannot be read beside the browser's event loop."""

    def made() -> MadeT:
        try:
            return make()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(made).result()


def pictures(folder: Path) -> list[Path]:
    paths = [folder / f"foto-{number}.png" for number in range(2)]
    for path in paths:
        Image.new("RGB", (60, 40), "teal").save(path)
    return paths


def test_a_product_with_six_variants_two_pictures_and_stock(
    desktop: Page, live_server: LiveServer, tmp_path: Path
) -> None:
    WarehouseFactory.create(seller=house())
    category = CategoryFactory.create(name="Polos")
    signed_in_chief(desktop, live_server.url)
    desktop.goto("/admin/catalog/product/add/")
    hand = Hand(desktop)

    hand.fill("[name=name_es]", "Polo Lima")
    hand.fill("[name=base_price]", "49.90")
    hand.click(".field-category .select2-selection")
    hand.click(desktop.locator(".select2-results__option", has_text=category.name))
    hand.fill("[name=options-0-name]", "Talla")
    hand.fill("[name=options-0-values]", "S, M, L")
    hand.fill("[name=options-1-name]", "Color")
    hand.fill("[name=options-1-values]", "Negro, Azul")
    hand.upload("[name=new_pictures]", *pictures(tmp_path))
    expect(desktop.locator("#new-variants tbody tr")).to_have_count(6)
    expect(desktop.locator("[data-final]").first).to_contain_text("49.90")
    hand.fill("[name^=each-]", "5")
    hand.click("[name=_save]")

    expect(desktop.locator(".sale-state")).to_contain_text("Se puede comprar")
    product = Product.objects.get()
    assert product.slug == "polo-lima"
    assert product.variants.count() == 6
    assert list(StockLevel.objects.values_list("on_hand", flat=True)) == [5] * 6
    assert ProductImage.objects.filter(product=product).count() == 2
    hand.costs_no_more_than_peers("product with six variants")


def test_seven_parcels_are_packed_sent_and_their_papers_printed(
    desktop: Page, live_server: LiveServer
) -> None:
    warehouse = WarehouseFactory.create(seller=house())
    parcels = beside(lambda: [planned(1, warehouse=warehouse) for _each in range(7)])
    signed_in_chief(desktop, live_server.url)
    desktop.goto("/admin/shipping/shipment/?todo=pack")
    hand = Hand(desktop)

    hand.click("#action-toggle")
    hand.click(".actions [name=send]")
    hand.click(desktop.get_by_role("button", name="7"))

    expect(desktop.locator(".sent__rows li")).to_have_count(7)
    with desktop.expect_download() as papers:
        hand.click(".sending__bar button")
    assert [parcel.number in text_of(papers.value.path().read_bytes()) for parcel in parcels] == [
        True
    ] * 7
    assert set(Shipment.objects.values_list("status", flat=True)) == {"shipped"}
    hand.costs_no_more_than_peers("send seven at once")


def test_one_parcel_is_packed_and_sent_on_its_page(desktop: Page, live_server: LiveServer) -> None:
    parcel = beside(lambda: planned(1, warehouse=WarehouseFactory.create(seller=house())))
    signed_in_chief(desktop, live_server.url)
    desktop.goto("/admin/shipping/shipment/?todo=pack")
    hand = Hand(desktop)

    hand.click(desktop.get_by_role("link", name=parcel.number, exact=True))
    hand.fill(".send-now [name=tracking_number]", "OLV-1")
    hand.click(".send-now button")

    expect(desktop.locator(".badge--shipped").first).to_be_visible()
    parcel.refresh_from_db()
    assert (parcel.status, parcel.tracking_number) == ("shipped", "OLV-1")
    hand.costs_no_more_than_peers("pack and send one")


def test_an_order_is_found_by_its_number(desktop: Page, live_server: LiveServer) -> None:
    order = beside(lambda: transferred("OP-1").order)
    signed_in_chief(desktop, live_server.url)
    desktop.goto("/admin/")
    hand = Hand(desktop)

    hand.fill("#find [name=q]", order.number)
    desktop.keyboard.press("Enter")

    expect(desktop).to_have_url(re.compile(str(order.pk)))
    hand.costs_no_more_than_peers("find an order by number")


def test_a_part_of_an_order_is_asked_back_on_its_page(
    desktop: Page, live_server: LiveServer
) -> None:
    order = beside(lambda: transferred("OP-1").order)
    signed_in_chief(desktop, live_server.url)
    desktop.goto(f"/admin/orders/order/{order.pk}/change/")
    hand = Hand(desktop)

    hand.click("details:has(.ask-refund) > summary")
    hand.fill("#refund-amount", "5.00")
    hand.select("#refund-cause", "goodwill")
    hand.click(".ask-refund button[type=submit]")

    desktop.wait_for_load_state("load")
    assert [refund.amount for refund in Refund.objects.all()] == [Decimal("5.00")]
    hand.costs_no_more_than_peers("refund a part")


def test_one_price_is_changed_in_the_list(desktop: Page, live_server: LiveServer) -> None:
    variant: Variant = VariantFactory.create()
    signed_in_chief(desktop, live_server.url)
    desktop.goto("/admin/catalog/product/")
    hand = Hand(desktop)

    hand.fill("[name=form-0-base_price]", "110")
    hand.click("[name=_save]")

    expect(desktop.locator("[name=form-0-base_price]")).to_have_value("110.00")
    variant.refresh_from_db()
    assert variant.price == 110
    hand.costs_no_more_than_peers("change one price")


def test_an_offer_with_a_window_on_many_is_seen_before_it_is_planned(
    desktop: Page, live_server: LiveServer
) -> None:
    VariantFactory.create_batch(3)
    signed_in_chief(desktop, live_server.url)
    desktop.goto("/admin/catalog/variant/")
    hand = Hand(desktop)

    hand.click("#action-toggle")
    hand.pick(".actions [name=action]", "change_prices")
    hand.click(".actions button[name=index]")
    hand.select("[name=kind]", "sale_percent")
    hand.fill("[name=value]", "10")
    hand.fill("[name=ends_at]", "2031-12-31T23:59")
    hand.click("[name=preview]")
    expect(desktop.locator("table.rows")).to_contain_text("90.00")
    hand.click("[name=apply]")

    desktop.wait_for_load_state("load")
    planned = ScheduledPrice.objects.values_list("amount", "kind")
    assert list(planned) == [(Decimal(90), "sale")] * 3
    hand.costs_no_more_than_peers("offer with a window on many")


def test_a_paid_order_is_changed_after_its_new_sum_was_seen(
    desktop: Page, live_server: LiveServer
) -> None:
    order = beside(paid_order)
    signed_in_chief(desktop, live_server.url)
    desktop.goto(f"/admin/orders/order/{order.pk}/change/")
    hand = Hand(desktop)

    hand.click(desktop.locator(f"a[href$='/{order.pk}/edit/']").first)
    hand.fill(f"[name=units-{order.lines.get().pk}]", "2")
    hand.click("[name=preview]")
    expect(desktop.locator("#preview")).to_contain_text("200.00")
    hand.click("[name=apply]")

    expect(desktop.locator(".messagelist").first).to_be_visible()
    assert order.lines.get().quantity == 2
    hand.costs_no_more_than_peers("change a paid order")


def paid_order() -> Order:
    open_shop()
    return bought({stocked(9): 1})


def test_a_part_of_what_was_ordered_is_received_on_the_orders_page(
    desktop: Page, live_server: LiveServer
) -> None:
    variant: Variant = VariantFactory.create()
    warehouse = WarehouseFactory.create(seller=house())
    order = beside(lambda: sent((variant, warehouse, 10, "5")))
    signed_in_chief(desktop, live_server.url)
    desktop.goto(f"/admin/purchasing/purchaseorder/{order.pk}/change/")
    hand = Hand(desktop)

    hand.fill(f"[name='{order.lines.get().pk}']", "4")
    hand.fill("#id_delivery_note", "G-1")
    with desktop.expect_navigation():
        hand.click(desktop.locator("form:has(#id_delivery_note) button"))

    assert order.lines.get().received_quantity == 4
    hand.costs_no_more_than_peers("receive a part of an order")


def test_a_scanned_unit_is_sold_over_the_counter(desktop: Page, live_server: LiveServer) -> None:
    variant = beside(lambda: counter()[1])
    signed_in_chief(desktop, live_server.url)
    desktop.goto("/admin/till/tillsession/sell/")
    desktop.fill("#id_opening", "50")
    desktop.locator("[name=_open]").click()
    expect(desktop.locator("[name=_sell]")).to_be_visible()
    hand = Hand(desktop)

    desktop.keyboard.type(variant.sku)
    desktop.keyboard.press("Enter")
    expect(desktop.locator(f"#units-{variant.pk}")).to_have_value("1")
    hand.fill("#id_tendered", "100")
    hand.click("[name=_sell]")

    expect(desktop.locator(".messagelist").first).to_be_visible()
    assert Order.objects.count() == 1
    hand.costs_no_more_than_peers("sell one over the counter")


def test_every_task_of_the_table_is_walked() -> None:
    """Each name of the table is asked for by a test of this file."""
    walked = re.findall(r'costs_no_more_than_peers\("([^"]+)"\)', Path(__file__).read_text())

    assert sorted(walked) == sorted(PEERS)


def test_the_page_helps_while_one_types_and_asks_before_it_is_left(
    desktop: Page, live_server: LiveServer
) -> None:
    variant: Variant = VariantFactory.create()
    for place in range(2):
        ProductImage.objects.create(
            product=variant.product, picture=f"{place}.webp", width=9, height=9, position=place
        )
    signed_in_chief(desktop, live_server.url)
    desktop.goto(f"/admin/catalog/product/{variant.product_id}/change/")

    desktop.fill("[name=variants-0-price_modifier]", "5")
    expect(desktop.locator("[data-final]")).to_contain_text("105.00")
    desktop.fill("[name=name_es]", "Silla nueva")
    expect(desktop.locator("[data-shows=name]")).to_have_text("Silla nueva")
    desktop.locator("[data-move='1']").first.click()
    expect(desktop.locator("[name=images-0-position]")).to_have_value("1")
    expect(desktop.locator(".submit-row .unsaved")).to_be_visible()


@pytest.fixture
def known_buyer(chair: Variant) -> None:
    """Ana bought a chair before. In a thread: here runs the browser's loop."""

    def buy() -> None:
        bought_before(chair)
        connection.close()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(buy).result()


def test_a_phone_order_of_a_known_customer_is_paid_by_a_link(
    desktop: Page, live_server: LiveServer, chair: Variant, known_buyer: None
) -> None:
    signed_in_chief(desktop, live_server.url)
    desktop.goto("/admin/checkout/draft/")
    hand = Hand(desktop)

    hand.click(".addlink")
    hand.fill("#goods", chair.name)
    hand.click("#goods-found [name=_add]")
    expect(desktop.locator("[name=line]")).to_have_count(1)
    hand.fill("#customer", "987 654 321")
    hand.click("#customers-found [name=_customer]")
    expect(desktop.locator("#id_street")).to_have_value("Av. Larco 123")
    expect(desktop.locator(".till__total")).to_contain_text("110.00")
    hand.click("[name=_place]")

    link = desktop.locator("#payment-link")
    expect(link).to_have_value(re.compile(r"/checkout/pay/PED-"))
    assert Order.objects.count() == 2
    hand.costs_no_more_than_peers("phone order with a link")


def test_a_phone_order_needs_no_scripts(
    plain: Page, live_server: LiveServer, chair: Variant, known_buyer: None
) -> None:
    signed_in_chief(plain, live_server.url)
    plain.goto("/admin/checkout/draft/add/")

    plain.fill("#goods", chair.sku)
    plain.press("#goods", "Enter")
    plain.fill("#customer", "987654321")
    plain.press("#customer", "Enter")
    plain.locator("[name=_place]").click()

    expect(plain.locator("#payment-link")).to_have_value(re.compile(r"/checkout/pay/PED-"))


def test_without_scripts_the_variants_are_previewed_by_a_button(
    plain: Page, live_server: LiveServer
) -> None:
    signed_in_chief(plain, live_server.url)
    plain.goto("/admin/catalog/product/add/")

    plain.fill("[name=options-0-name]", "Talla")
    plain.fill("[name=options-0-values]", "S, M")
    plain.locator("button[name=_preview]").click()

    expect(plain.locator("#new-variants tbody tr")).to_have_count(2)
    assert plain.locator("[name=options-0-values]").input_value() == "S, M"
    assert not Product.objects.exists()
