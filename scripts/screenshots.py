"""
`make screenshots`: takes the pictures of docs/images, in both languages, on two screens.

It starts a shop of its own below .data, or takes the one that SHOP names.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from config.run import free_port

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "images"
CHROMIUM = os.environ.get("CHROMIUM") or "/usr/bin/chromium-headless-shell"
PASSWORD = "vitrina-demo"  # noqa: S105 - of the demo, as README.md says it
DOMAIN = "demo.vitrina.example"
LANGUAGES = {"es": "", "en": "/en"}
SCREENS = {1440: 900, 390: 844}
QUALITY = 55
MAX_BYTES = 3_000_000


@dataclass(frozen=True)
class Picture:
    """A page as somebody sees it. `follow` is a link on it that leads to the page that is meant."""

    name: str
    path: str
    who: str = ""
    follow: str = ""


FIRST_ROW = "#result_list tbody tr:first-child th a"
PICTURES = (
    Picture("home", "/"),
    Picture("product", "/", follow="main .card a"),
    Picture("drops", "/drops/"),
    Picture("today", "/admin/", who="admin"),
    Picture("settings", "/admin/constance/config/", who="admin"),
    Picture("payment-methods", "/admin/payments/paymentmethod/", who="admin"),
    Picture("home-parts", "/admin/storefront/homeblock/", who="catalogo"),
    Picture("promotions", "/admin/promotions/promotion/", who="catalogo"),
    Picture("import", "/admin/catalog/sheetimport/", who="catalogo"),
    Picture("orders", "/admin/orders/order/", who="soporte"),
    Picture("order", "/admin/orders/order/", who="soporte", follow=FIRST_ROW),
    Picture("draft", "/admin/checkout/draft/add/", who="soporte"),
    Picture("shipments", "/admin/shipping/shipment/", who="bodega"),
    Picture("returns", "/admin/returns/return/", who="bodega"),
    Picture("stock", "/admin/inventory/stocklevel/", who="bodega"),
    Picture("reports", "/admin/reports/", who="finanzas"),
)


def main() -> int:
    """Take them all; gives the exit code."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with _shop() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for who in dict.fromkeys(picture.who for picture in PICTURES):
            _take(browser, url, who)
        browser.close()
    size = sum(path.stat().st_size for path in FOLDER.glob("*.webp"))
    sys.stdout.write(f"{len(list(FOLDER.glob('*.webp')))} pictures, {size / 1_000_000:.1f} MB\n")
    return int(size > MAX_BYTES)


@contextmanager
def _shop() -> Iterator[str]:
    """The address of a running demo shop, or of one that is started for this."""
    if given := os.environ.get("SHOP"):
        yield given.rstrip("/")
        return
    port = free_port("127.0.0.1", 0)
    environment = os.environ | {
        "STORE_DATA": str(ROOT / ".data" / "screenshots"),
        "HOST": "127.0.0.1",
        "PORT": str(port),
    }
    command = [sys.executable, "-m", "config.run"]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    ) as store:
        for line in store.stdout or ():
            sys.stdout.write(line)
            if "is ready at" in line:
                break
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            store.terminate()


def _take(browser: Browser, url: str, who: str) -> None:
    """All pictures of one person, who signs in once."""
    context = browser.new_context(base_url=url, color_scheme="light", locale="es-PE")
    page = context.new_page()
    if who:
        page.goto("/account/login/?next=/admin/")
        page.fill("[name=login]", f"{who}@{DOMAIN}")
        page.fill("[name=password]", PASSWORD)
        page.click("main form [type=submit]")
        page.wait_for_url("**/admin/**")
    for picture in PICTURES:
        if picture.who == who:
            for language, prefix in LANGUAGES.items():
                _look(page, picture, language, prefix)
    context.close()


def _look(page: Page, picture: Picture, language: str, prefix: str) -> None:
    for width, height in SCREENS.items():
        page.set_viewport_size({"width": width, "height": height})
        page.goto(prefix + picture.path, wait_until="networkidle")
        if picture.follow:
            target = page.locator(picture.follow).first.get_attribute("href") or "/"
            page.goto(target, wait_until="networkidle")
        drawn = Image.open(BytesIO(page.screenshot(animations="disabled")))
        name = f"{picture.name}-{language}-{width}.webp"
        drawn.convert("RGB").save(FOLDER / name, "WEBP", quality=QUALITY, method=6)


if __name__ == "__main__":
    sys.exit(main())
