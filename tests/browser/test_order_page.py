"""What a guest does on the page of an order, for which the signed link is the only key."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from catalog.models import Variant
from orders.models import Order
from orders.states import OrderStatus
from payments.models import TransferProof
from tests.browser.steps import Shopper

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def by_transfer(phone: Page, chair: Variant) -> Page:
    """The page of a guest's order that waits for a transfer."""
    shopper = Shopper(phone)
    shopper.put_in_cart(chair)
    shopper.fill_in_checkout()
    phone.locator("[name=payment][value=transfer]").check()
    shopper.order_button.click()
    expect(phone.locator("#transfer")).to_be_visible()
    return phone


def test_a_guest_cancels_the_order(by_transfer: Page) -> None:
    by_transfer.locator("details:has(form[action*='/cancel/']) summary").click()
    by_transfer.locator("form[action*='/cancel/'] button").click()

    expect(by_transfer.locator(".notice--success")).to_be_visible()
    expect(by_transfer.locator("main")).to_contain_text("no hay nada que pagar")
    expect(by_transfer.locator("main")).not_to_contain_text("Llega a más tardar")
    assert Order.objects.get().status == OrderStatus.CANCELLED


def test_a_guest_sends_the_proof_of_a_transfer(by_transfer: Page, tmp_path: Path) -> None:
    proof = tmp_path / "proof.pdf"
    proof.write_bytes(b"%PDF-1.4\n%%EOF")

    by_transfer.set_input_files("#proof", proof)
    by_transfer.locator("#transfer button").click()

    expect(by_transfer.locator(".notice--success")).to_be_visible()
    assert TransferProof.objects.count() == 1
