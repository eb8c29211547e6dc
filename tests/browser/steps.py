"""What a shopper does on the pages, each step once; the tests tell stories with them."""

from dataclasses import dataclass

from playwright.sync_api import Locator, Page

from catalog.models import Availability, Variant
from catalog.services import set_availability
from payments.models import MethodType, PaymentMethod
from tests.checkout.factories import open_shop
from tests.inventory.factories import stocked

FIELDS = {
    "email": "ana@example.com",
    "first_name": "Ana",
    "last_name": "Quispe",
    "phone": "987654321",
    "street": "Av. Larco 123",
    "district": "Miraflores, Lima",
}


def shop_of_chairs() -> Variant:
    """Five chairs in a shop that delivers and takes the simulator's card."""
    variant = stocked(5)
    set_availability(variant.pk, Availability.IN_STOCK)
    open_shop()
    PaymentMethod.objects.create(
        code="card", name="Tarjeta", type=MethodType.CARD, gateway="simulator"
    )
    return variant


@dataclass(frozen=True)
class Shopper:
    """Somebody in front of a page, reading in the language of `prefix`."""

    page: Page
    prefix: str = ""

    @property
    def order_button(self) -> Locator:
        return self.page.locator("#checkout button[type=submit]:not([hidden])")

    def put_in_cart(self, variant: Variant) -> None:
        self.page.goto(f"{self.prefix}/p/{variant.product.slug}/")
        with self.page.expect_response("**/cart/add/"):
            self.page.locator("form[action*='cart/add'] button[type=submit]").first.click()

    def fill_in_checkout(self) -> None:
        """Everything but the press of the button; without scripts the first press is needed."""
        self.page.goto(f"{self.prefix}/checkout/")
        for name, value in FIELDS.items():
            self.page.fill(f"[name={name}]", value)
        self.page.check("[name=terms]")
        delivery = self.page.locator("[name=shipping][value=olva]")
        if not self.runs_scripts:
            self.order_button.click()
        delivery.check()
        self.page.locator("[name=payment][value=card]").check()

    def order(self, variant: Variant) -> None:
        """From the product to the provider's page."""
        self.put_in_cart(variant)
        self.fill_in_checkout()
        self.order_button.click()

    def choose_at_the_bank(self, action: str) -> None:
        """Press one of the simulator's buttons, which leads back to the shop."""
        self.page.locator(f"button[value={action}]").click()

    def pay_again(self) -> None:
        """From the page of the order to the provider's page."""
        self.page.locator("a[href*='/checkout/pay/']").click()
        self.page.locator("main form button[type=submit]").click()

    @property
    def runs_scripts(self) -> bool:
        return self.page.locator("html[data-js]").count() > 0
