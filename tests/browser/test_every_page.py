"""Every kind of page of the demo shop is for everybody: see tests/browser/walk.py."""

from typing import Any, Literal

import pytest
from django.conf import settings as defaults
from playwright.sync_api import Page, expect

from tests.browser.addresses import ACCOUNT, PUBLIC
from tests.browser.demo import QUEUED, Shop
from tests.browser.steps import FIELDS
from tests.browser.walk import PHONE, Walk

# Not by transaction: the rows of `shop` stay from test to test, and so does what the server writes.
pytestmark = [pytest.mark.django_db, pytest.mark.empties_tables]


def test_every_component(walk: Walk, settings: Any) -> None:
    settings.DEBUG = True

    walk.visit("/styleguide/")


@pytest.mark.parametrize("prefix", ["", "/en"], ids=["es", "en"])
def test_a_cart_and_a_checkout_on_the_way(walk: Walk, prefix: str) -> None:
    page = walk.page
    _fill_cart(page, prefix)
    walk.look("drawer of the cart", prefix)
    _take_out(page, "#cart-drawer")
    walk.look("drawer after a removal", prefix)
    _fill_cart(page, prefix)
    page.goto(f"{prefix}/cart/")
    walk.look("cart", prefix)
    page.locator("main a[href$='/checkout/']").first.click()
    walk.look("checkout", prefix)
    page.fill("[name=district]", "Miraflores, Lima")
    page.locator("#checkout button[type=submit]:not([hidden])").click()
    expect(page.locator("[aria-invalid=true]").first).to_be_visible()
    walk.look("checkout with errors", prefix)
    page.goto(f"{prefix}/cart/")
    _take_out(page, "main")
    walk.look("cart after a removal", prefix)


def _take_out(page: Page, part: str) -> None:
    page.locator(f"{part} .cart-line__remove").click()
    expect(page.locator(f"{part} form[action*='put-back']")).to_be_visible()


def test_an_account_and_its_orders(shop: Shop, walk: Walk) -> None:
    _sign_in(shop, walk)

    for path in _of_the_account(shop):
        walk.visit(path)
    walk.page.goto(f"/orders/{shop.unpaid}/")
    walk.page.locator("a[href*='/checkout/pay/']").first.click()
    walk.look("choice of another way to pay")


def _sign_in(shop: Shop, walk: Walk) -> None:
    walk.page.context.add_cookies(
        [{"name": defaults.SESSION_COOKIE_NAME, "value": shop.session, "url": shop.url}]
    )


def _of_the_account(shop: Shop) -> list[str]:
    return [
        *(f"/account/{path}" for path in ACCOUNT),
        *(f"/orders/{number}/" for number in (shop.unpaid, shop.delivered, shop.returned)),
        f"/orders/{shop.delivered}/tracking/",
        f"/orders/{shop.delivered}/return/",
        f"/p/{shop.bought}/review/",
    ]


def test_pages_of_errors_and_waiting(shop: Shop, walk: Walk) -> None:
    walk.page.route(
        "**/broken/*",
        lambda route: route.fulfill(
            body=shop.broken[route.request.url.rsplit("/", 1)[-1]], content_type="text/html"
        ),
    )

    for name in shop.broken:
        walk.visit(f"/broken/{name}")
    walk.visit("/no-such-page/", status=404)
    walk.visit(f"/drops/{QUEUED}/queue/")


def _fill_cart(page: Page, prefix: str = "") -> None:
    page.goto(f"{prefix}/p/cable-de-red-cat-6/?v=CABLE-RED-CAT6-2M")
    page.locator("#buy button.button--primary").click()
    expect(page.locator("#cart-drawer")).to_have_attribute("open", "")


def test_the_keyboard_moves_in_suggestions(walk: Walk) -> None:
    page = walk.page
    page.goto("/")
    box, options = page.get_by_role("combobox"), page.get_by_role("option")
    box.focus()

    page.keyboard.type("silla")
    expect(box).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    expect(page.locator("[role=option][aria-selected=true]")).to_have_count(1)
    assert box.get_attribute("aria-activedescendant") == options.nth(1).get_attribute("id")
    walk.look("suggestions")
    page.keyboard.press("Escape")
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(box).to_be_focused()
    expect(box).to_have_value("silla")
    page.keyboard.press("ArrowDown")
    wanted = options.first.get_attribute("href")
    page.keyboard.press("Enter")

    page.wait_for_url(f"**{wanted}")


def test_a_dialog_keeps_the_focus_and_gives_it_back(walk: Walk) -> None:
    page = walk.page
    page.goto("/p/cable-de-red-cat-6/?v=CABLE-RED-CAT6-2M")
    button = page.locator("#buy button.button--primary")
    button.focus()

    page.keyboard.press("Enter")

    drawer = page.locator("#cart-drawer")
    expect(drawer).to_have_attribute("open", "")
    expect(drawer.locator(":focus")).to_have_count(1)
    for _press in range(20):
        page.keyboard.press("Tab")
        # From the last one the focus passes through the browser's own bars.
        assert page.evaluate("document.activeElement.closest('#cart-drawer, body') !== null")
        assert page.evaluate("!document.activeElement.closest('main, header, footer')")
    page.keyboard.press("Escape")
    expect(drawer).not_to_have_attribute("open", "")
    expect(button).to_be_focused()


def test_filters_by_keyboard_and_back_again(walk: Walk) -> None:
    page = walk.page
    walk.resize(PHONE)
    page.goto("/c/polos/")
    count = page.locator("#results [role=status]")
    before = count.inner_text()
    page.locator("#facets > summary").focus()

    page.keyboard.press("Enter")
    sheet = page.locator("dialog.sheet")
    expect(sheet).to_be_visible()
    walk.look("filters", on_phones=True)
    value = sheet.locator("input[type=checkbox]:enabled").first
    name = value.get_attribute("id")
    value.focus()
    page.keyboard.press("Space")
    expect(page.locator(".chips")).to_have_count(1)
    expect(page.locator(f"#{name}")).to_be_focused()
    page.keyboard.press("Escape")
    expect(sheet).to_have_count(0)
    expect(page.locator("#facets > summary")).to_be_focused()
    page.go_back()

    page.wait_for_url("**/c/polos/")
    expect(page.locator(".chips")).to_have_count(0)
    expect(count).to_have_text(before)
    expect(page.locator(f"#{name}")).not_to_be_checked()


def test_filters_shown_by_their_button_are_one_step_back(walk: Walk) -> None:
    page = walk.page
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/c/polos/")
    page.locator("#facets > summary").click()

    page.locator("dialog.sheet input[type=checkbox]:enabled").first.check()
    expect(page.locator(".chips")).to_have_count(1)
    with page.expect_response("**/c/polos/**"):
        page.locator("dialog.sheet .facets__foot button").click()
    expect(page.locator("dialog.sheet")).to_have_count(0)
    expect(page.locator(".htmx-request")).to_have_count(0)
    assert "price_min" not in page.url
    page.go_back()

    page.wait_for_url("**/c/polos/")
    expect(page.locator(".chips")).to_have_count(0)


@pytest.mark.parametrize(
    ("path", "choice"),
    [
        ("/p/polera-con-cierre-nueve/", "#product .option input:enabled:not(:checked)"),
        ("/p/modulo-de-memoria-ecc-registrada/", "#product a.choice:not([aria-current])"),
    ],
)
def test_a_choice_keeps_the_place_and_the_focus(walk: Walk, path: str, choice: str) -> None:
    page = walk.page
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(path)
    chosen = page.locator(choice).last
    name = chosen.get_attribute("id")
    chosen.scroll_into_view_if_needed()
    before = page.evaluate("scrollY")

    with page.expect_response("**/p/**?*"):
        chosen.click(force=True)
    page.wait_for_url("**?v=*")

    expect(page.locator(f"#{name}")).to_be_focused()
    assert abs(page.evaluate("scrollY") - before) <= 60


def test_two_quick_presses_put_one_into_the_cart(walk: Walk) -> None:
    page = walk.page
    page.goto("/p/cable-de-red-cat-6/?v=CABLE-RED-CAT6-2M")
    page.locator("#buy button.button--primary").dblclick()

    expect(page.locator("#cart-drawer")).to_have_attribute("open", "")
    page.goto("/cart/")
    expect(page.locator("main input[type=number][name=quantity]")).to_have_value("1")


def test_a_kit_is_put_together_by_keyboard(walk: Walk) -> None:
    page = walk.page
    page.goto("/kits/oficina-en-casa/")
    without = page.locator("#kit input[type=radio][value='']").first
    sum_before = page.locator("#kit-pieces").inner_text()
    name = without.get_attribute("name")

    page.locator(f"#kit input[name='{name}']:checked").focus()
    for _press in range(page.locator(f"#kit input[name='{name}']").count()):
        if without.is_checked():
            break
        with page.expect_response("**/kits/**"):
            page.keyboard.press("ArrowDown")
        expect(page.locator(".htmx-request")).to_have_count(0)

    expect(without).to_be_focused()
    expect(page.locator("#kit-pieces")).not_to_have_text(sum_before)
    walk.look("kit with a piece left out")


MOVES = """window.moves = [];
for (const kind of ['animationstart', 'transitionrun'])
  addEventListener(kind, (event) => moves.push(`${kind} ${event.target.className}`), true);"""


@pytest.mark.parametrize("wish", ["no-preference", "reduce"])
def test_nothing_moves_where_people_want_no_motion(
    walk: Walk, wish: Literal["no-preference", "reduce"]
) -> None:
    page = walk.page
    page.emulate_media(reduced_motion=wish)
    page.add_init_script(MOVES)

    _fill_cart(page)
    page.keyboard.press("Escape")
    page.locator("#buy button.button--primary").hover()

    assert bool(page.evaluate("moves")) == (wish == "no-preference"), page.evaluate("moves")


SHIFTS = """() => new Promise((done) => {
  let sum = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) sum += entry.hadRecentInput ? 0 : entry.value;
  }).observe({ type: 'layout-shift', buffered: true });
  setTimeout(() => done(sum), 300);
})"""


def test_nothing_moves_as_a_clock_begins_to_count(walk: Walk) -> None:
    walk.page.set_viewport_size({"width": 1280, "height": 800})

    walk.page.goto("/drops/apu-invierno/", wait_until="networkidle")

    expect(walk.page.locator("main .countdown__boxes")).to_be_visible()
    assert walk.page.evaluate(SHIFTS) < 0.01


# The focus itself, or what frames it, has an outline wide enough to see.
OUTLINED = """() => {
  const framed = (it) => it && it !== document.body && (
    (getComputedStyle(it).outlineStyle !== 'none'
      && parseFloat(getComputedStyle(it).outlineWidth) >= 2) || framed(it.parentElement));
  const it = document.activeElement;
  return it === document.body || framed(it) ? '' : it.outerHTML.slice(0, 150);
}"""
# What is chosen looks other than what stands beside it.
ALIKE = """(pairs) => pairs.flatMap(([chosen, other]) => {
  const [one, two] = [chosen, other].map((selector) => document.querySelector(selector));
  if (!one || !two) return [`${chosen} or ${other} is not there`];
  const look = (it) => ['outline', 'border', 'backgroundColor', 'color', 'fontWeight']
    .map((name) => getComputedStyle(it)[name]).join();
  return look(one) === look(two) ? [chosen] : [];
})"""
CHOSEN = {
    "/p/polera-con-cierre-nueve/": [".option:has(:checked)", ".option:not(:has(:checked))"],
    "/c/polos/": [
        "[data-theme-choice][aria-pressed=true]",
        "[data-theme-choice][aria-pressed=false]",
    ],
}


def test_forced_colours_show_the_focus_and_what_is_chosen(walk: Walk) -> None:
    page = walk.page
    page.emulate_media(forced_colors="active")

    for path, pair in CHOSEN.items():
        page.goto(path)
        walk.complaints += page.evaluate(ALIKE, [pair])
        for _press in range(40):
            page.keyboard.press("Tab")
            unseen = page.evaluate(OUTLINED)
            walk.complaints += [f"no focus seen: {unseen}"] if unseen else []
    page.goto("/")
    page.get_by_role("combobox").fill("silla")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    pair = ["[role=option][aria-selected=true]", "[role=option][aria-selected=false]"]
    walk.complaints += page.evaluate(ALIKE, [pair])


SLOW_3G = {
    "offline": False,
    "latency": 400,
    "downloadThroughput": 50_000,
    "uploadThroughput": 50_000,
}


def test_on_a_slow_line_nobody_waits_for_scripts(walk: Walk) -> None:
    page = walk.page
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    network.send("Network.emulateNetworkConditions", SLOW_3G)
    # They are on their way for ever; a route of Playwright's would keep the browser from caching.
    network.send("Fetch.enable", {"patterns": [{"urlPattern": "*.js"}]})

    page.goto("/", wait_until="commit")
    page.locator("main a[href='/p/sofa-miel-de-cuero-3-cuerpos/']").first.click(no_wait_after=True)
    page.locator("#buy button.button--primary").click(no_wait_after=True)
    page.wait_for_url("**/cart/", wait_until="commit")
    page.locator("main a[href$='/checkout/']").first.click(no_wait_after=True)
    page.wait_for_url("**/checkout/", wait_until="commit")
    for name, value in FIELDS.items():
        page.fill(f"[name={name}]", value)
    page.locator("#checkout button[type=submit]:not([hidden])").click(no_wait_after=True)

    expect(page.locator("[name=shipping]").first).to_be_visible()
    expect(page.locator("[name=email]")).to_have_value(FIELDS["email"])


# Half of this file by itself: another process may take it, at the end of the run.
@pytest.mark.xdist_group("browser of the demo shop, second half")
def test_public_pages(shop: Shop, walk: Walk) -> None:
    for path in (*PUBLIC, f"/reviews/{shop.review}/report/"):
        walk.visit(path)


@pytest.mark.soak
def test_public_pages_in_each_language_with_either_scheme(shop: Shop, walk: Walk) -> None:
    """What test_public_pages looks at in one language, with header and footer on every page."""
    for path in (*PUBLIC, f"/reviews/{shop.review}/report/"):
        walk.visit(path)


@pytest.mark.soak
def test_an_account_in_each_language_with_either_scheme(shop: Shop, walk: Walk) -> None:
    """As above, of test_an_account_and_its_orders."""
    _sign_in(shop, walk)

    for path in _of_the_account(shop):
        walk.visit(path)
