"""The days of a chart by keyboard: one stop, arrows from day to day, Enter to the day's orders."""

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.accounts.factories import UserFactory, house
from tests.browser.test_draft import sign_in

pytestmark = pytest.mark.django_db(transaction=True)


def test_days_are_gone_through_by_arrows_and_opened_by_enter(
    desktop: Page, live_server: LiveServer, settings: Any
) -> None:
    settings.DEMO = True
    house()
    sign_in(desktop, UserFactory.create(is_staff=True, is_superuser=True), live_server.url)
    desktop.goto(reverse("admin:index"), wait_until="networkidle")
    days = desktop.locator("[data-chart] a")
    said = desktop.locator("[data-chart-said]")
    last = days.count() - 1

    expect(desktop.locator("[data-chart] a[tabindex='0']")).to_have_count(1)
    days.nth(last).focus()
    desktop.keyboard.press("ArrowLeft")
    day = days.nth(last - 1)
    expect(day).to_be_focused()
    name = day.locator("title").text_content() or ""
    expect(said).to_have_text(name)
    expect(
        desktop.locator("[data-chart]").get_by_role("link", name=name, exact=True)
    ).to_be_focused()
    ring = day.locator(".chart__day").evaluate("bar => getComputedStyle(bar).stroke")
    assert ring != "none"

    desktop.keyboard.press("Home")
    expect(days.first).to_be_focused()
    desktop.keyboard.press("End")
    expect(days.nth(last)).to_be_focused()
    address = days.nth(last).get_attribute("href") or ""
    desktop.keyboard.press("Tab")
    expect(said).to_have_text("")
    desktop.keyboard.press("Shift+Tab")
    expect(days.nth(last)).to_be_focused()
    desktop.keyboard.press("Enter")
    desktop.wait_for_url(f"**{address}")
