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


def test_a_guest_sends_the_proof_of_a_transfer_and_cancels_the_order(
    phone: Page, chair: Variant, tmp_path: Path
) -> None:
    proof = tmp_path / "proof.pdf"
    proof.write_bytes(b"%PDF-1.4\n%%EOF")
    shopper = Shopper(phone)
    shopper.put_in_cart(chair)
    shopper.fill_in_checkout()
    phone.locator("[name=payment][value=transfer]").check()
    shopper.order_button.click()

    phone.set_input_files("#proof", proof)
    phone.locator("#transfer button").click()
    expect(phone.locator(".notice--success")).to_be_visible()
    assert TransferProof.objects.count() == 1
    phone.locator("details:has(form[action*='/cancel/']) summary").click()
    phone.locator("form[action*='/cancel/'] button").click()

    expect(phone.locator(".notice--success")).to_be_visible()
    expect(phone.locator("main")).to_contain_text("no hay nada que pagar")
    expect(phone.locator("main")).not_to_contain_text("Llega a más tardar")
    assert Order.objects.get().status == OrderStatus.CANCELLED
