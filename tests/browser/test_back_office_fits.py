"""Tables of the back office on a screen of 1440 pixels and on a phone: no column out of sight."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from catalog.models import ProductImage
from inventory import services as inventory
from orders.states import FulfilmentStatus, OrderStatus, PaymentStatus
from tests.accounts.factories import UserFactory, house
from tests.browser.test_draft import sign_in
from tests.catalog.factories import VariantFactory
from tests.inventory.factories import WarehouseFactory, stocked
from tests.payments.factories import OrderFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("demo")]
WIDE, PHONE = 1440, 390
# How far the content of each box that could scroll sideways reaches beyond it.
BEYOND = """selector => [...document.querySelectorAll(selector)]
    .map(box => box.scrollWidth - box.clientWidth)"""
# A page that scrolls sideways, and controls beyond the edge of the screen or of their table.
CUT_OFF = """() => [
    ...[document.documentElement].filter(page => page.scrollWidth > page.clientWidth),
    ...[...document.querySelectorAll("#content :is(button, .button, input, select, textarea)")]
        .filter(box => box.checkVisibility() && !box.closest(".results"))
        .filter(box => box.getBoundingClientRect().right
            > (box.closest(".scroll") ?? document.documentElement).getBoundingClientRect().right),
].map(box => box.tagName + " " + box.className + " " + box.name)"""
# The texts in the cells of a column, one entry for each line that is drawn.
LINES = """cells => cells.map(cell => {
    const range = document.createRange(); range.selectNodeContents(cell);
    return new Set([...range.getClientRects()].map(box => Math.round(box.top))).size })"""


@pytest.fixture
def chief(desktop: Page, live_server: LiveServer) -> User:
    house()
    user: User = UserFactory.create(is_staff=True, is_superuser=True)
    sign_in(desktop, user, live_server.url)
    return user


def show(page: Page, width: int, address: str) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(address, wait_until="networkidle")


@pytest.mark.parametrize("width", [WIDE, PHONE])
def test_a_product_shows_every_column_of_its_rows(desktop: Page, chief: User, width: int) -> None:
    variant = VariantFactory.create(sku="ALFOMBRA-ORILLA-140200-SAND")
    WarehouseFactory.create(seller=house())
    ProductImage.objects.create(
        product=variant.product, picture="products/alfombra-orilla.webp", width=9, height=9
    )
    page = reverse("admin:catalog_product_change", args=[variant.product_id])

    show(desktop, width, page)

    assert max(desktop.evaluate(BEYOND, "html, .grid, .product > *")) <= 0
    assert desktop.evaluate(CUT_OFF) == []
    offer = desktop.locator("[name=variants-0-sale_price]")
    assert offer.is_visible()
    assert desktop.locator("[name=variants-0-is_active]").is_visible()
    assert desktop.locator("[name^=variants-0-units-]").is_visible()
    label = offer.evaluate("box => getComputedStyle(box.closest('td'), '::before').content")
    assert label == ("none" if width == WIDE else '"Oferta"')


def test_the_list_of_orders_shows_its_last_column_and_parts_addresses_at_their_sign(
    desktop: Page, chief: User
) -> None:
    with transaction.atomic():
        order = OrderFactory.create(
            email="valeria.quispe@empresa.example",
            placed_at=datetime(2026, 11, 23, 17, 29, tzinfo=UTC),
            status=OrderStatus.PROCESSING,
            payment_status=PaymentStatus.PARTIALLY_REFUNDED,
            fulfilment_status=FulfilmentStatus.PARTIAL,
            subtotal=Decimal("12738.00"),
        )

    show(desktop, WIDE, reverse("admin:orders_order_changelist"))

    assert desktop.evaluate(BEYOND, "#changelist .results") == [0]
    assert desktop.locator(".field-fulfilment_status .badge").is_visible()
    mail = desktop.locator(".field-buyer .mailbox")
    assert mail.inner_text().replace("\n", "") == order.email
    assert mail.evaluate_all(LINES) in ([1], [2])
    assert desktop.locator(".field-buyer .who").inner_text() == order.customer.get_full_name()


def test_an_order_on_a_phone_is_a_card_with_its_name_states_and_total(
    desktop: Page, chief: User
) -> None:
    with transaction.atomic():
        order = OrderFactory.create(placed_at=timezone.now(), subtotal=Decimal("12738.00"))

    show(desktop, PHONE, reverse("admin:orders_order_changelist"))

    card = desktop.locator("#result_list tbody tr")
    name, total = card.locator("th"), card.locator(".field-total")
    assert name.inner_text().strip() == order.number
    assert "12" in total.inner_text()
    first_line, boxes = [name, total], "box => Math.round(box.getBoundingClientRect().y / 44)"
    assert len({each.evaluate(boxes) for each in first_line}) == 1
    states = card.locator(".badge")
    assert [states.nth(place).is_visible() for place in range(states.count())] == [True] * 3
    assert desktop.evaluate(CUT_OFF) == []


@pytest.mark.parametrize("name", ["sales", "stock", "gateway-fees", "stock-valuation"])
def test_a_report_shows_its_last_column(desktop: Page, chief: User, name: str) -> None:
    show(desktop, WIDE, reverse("admin:report", args=[name]) + "?since=&until=")

    assert all(beyond == 0 for beyond in desktop.evaluate(BEYOND, ".scroll"))


@pytest.mark.parametrize("document", ["orders", "count", "transfer"])
def test_a_phone_scrolls_no_page_sideways_and_cuts_off_no_button(
    desktop: Page, chief: User, document: str
) -> None:
    variant = VariantFactory.create(
        product__name="Alfombra de lana tejida a mano", sku="ALFOMBRA-ORILLA-140200-SAND"
    )
    warehouse = WarehouseFactory.create()
    stocked(12, variant=variant, warehouse=warehouse)
    page = reverse("admin:orders_order_changelist")
    with transaction.atomic():
        OrderFactory.create(email="valeria.quispe@empresa.example", placed_at=timezone.now())
        if document == "count":
            count = inventory.open_count(warehouse.pk)
            page = reverse("admin:inventory_stockcount_change", args=[count.pk])
        elif document == "transfer":
            transfer = inventory.draft_transfer(
                origin_id=warehouse.pk,
                destination_id=WarehouseFactory.create().pk,
                quantities={variant.pk: 3},
            )
            page = reverse("admin:inventory_transfer_change", args=[transfer.pk])

    show(desktop, PHONE, page)

    assert desktop.evaluate(CUT_OFF) == []
