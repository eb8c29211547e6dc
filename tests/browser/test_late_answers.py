"""A shopper who is faster than the line: what was chosen last is what counts."""

import pytest
from playwright.sync_api import Page, Route, expect

from catalog.models import Variant
from tests.browser.steps import Shopper
from tests.checkout.factories import deliver_abroad

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def kept(phone: Page, chair: Variant) -> list[Route]:
    """A checkout that is filled in, its next questions kept on the line."""
    deliver_abroad("CL")
    shopper = Shopper(phone)
    shopper.put_in_cart(chair)
    shopper.fill_in_checkout()
    phone.wait_for_load_state("networkidle")
    routes: list[Route] = []

    def keep(route: Route) -> None:
        routes.append(route)

    phone.route("**/checkout/quote/", keep)
    return routes


def test_an_answer_that_was_under_way_takes_no_choice_back_and_is_no_error(
    phone: Page, kept: list[Route]
) -> None:
    said: list[str] = []
    phone.on("console", lambda each: said.append(each.text) if each.type == "error" else None)

    phone.fill("[name=email]", "ana.quispe@example.com")
    phone.locator("[name=email]").blur()
    _until_asked(phone, kept, 1)
    phone.locator("[name=payment][value=transfer]").check()
    _let_go(phone, kept)

    expect(phone.locator("[name=payment][value=transfer]")).to_be_checked()
    assert said == []


def test_a_new_country_gets_its_fields_whatever_else_changes_meanwhile(
    phone: Page, kept: list[Route]
) -> None:
    phone.select_option("[name=country]", "CL")
    _until_asked(phone, kept, 1)
    phone.locator("[name=payment][value=transfer]").check()
    _let_go(phone, kept)

    expect(phone.locator("select[name=region]")).to_be_visible()
    expect(phone.locator("[name=payment][value=transfer]")).to_be_checked()


def _until_asked(page: Page, kept: list[Route], questions: int) -> None:
    """Wait until so many questions left the page: one given up before that is never seen here."""
    for _attempt in range(200):
        if len(kept) >= questions:
            return
        page.wait_for_timeout(50)
    pytest.fail(f"The page asked {len(kept)} times, not {questions}.")


def _let_go(page: Page, kept: list[Route]) -> None:
    """
    Let the line work again, once both choices have asked their question.

    What the page has given up meanwhile stays given up.
    """
    _until_asked(page, kept, 2)
    with page.expect_response("**/checkout/quote/"):
        for route in kept:
            route.continue_()
    page.wait_for_load_state("networkidle")
