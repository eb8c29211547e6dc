"""Save is at hand on every form: it stays on the screen and covers no field that has the focus."""

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from tests.accounts.factories import UserFactory, house
from tests.browser.test_draft import sign_in
from tests.catalog.factories import VariantFactory

pytestmark = pytest.mark.django_db(transaction=True)
# Fields that the bar covers while they have the focus.
COVERED = """() => {
    const bar = document.querySelector(".submit-row").getBoundingClientRect();
    return [...document.querySelectorAll("#content form :is(input, select, textarea)")]
        .filter(field => field.checkVisibility() && !field.closest(".submit-row, .select2"))
        .filter(field => {
            window.scrollTo(0, 0);
            field.focus();
            const box = field.getBoundingClientRect();
            return box.height < bar.top && box.bottom > bar.top;
        }).map(field => field.name);
}"""
HEIGHTS = """bars => bars[0].querySelectorAll("input, a").values()
    .map(box => box.getBoundingClientRect().height).toArray()"""


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("form", ["catalog_category_add", "promotions_promotion_add"])
def test_the_save_bar_stays_on_the_screen_below_the_focus(
    desktop: Page, live_server: LiveServer, settings: Any, width: int, form: str
) -> None:
    settings.DEMO = True
    house()
    VariantFactory.create()
    sign_in(desktop, UserFactory.create(is_staff=True, is_superuser=True), live_server.url)
    desktop.set_viewport_size({"width": width, "height": 800})

    desktop.goto(reverse(f"admin:{form}"), wait_until="networkidle")

    bar = desktop.locator(".submit-row").bounding_box()
    assert bar is not None
    assert bar["y"] + bar["height"] <= 800.5
    assert min(desktop.locator(".submit-row").evaluate_all(HEIGHTS)) >= 44
    assert desktop.evaluate(COVERED) == []
    assert desktop.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
