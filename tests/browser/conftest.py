"""
A real Chromium in front of the live server.

`phone`, `desktop` and `plain` (no JavaScript) are pages ready to `goto("/")`; `new_page` opens
more. A script error or a breach of the content security policy fails the test by itself.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.core.servers.basehttp import WSGIRequestHandler
from django.db import connections
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from simulator.server import Server
from tests.browser.walk import Walk
from tests.secrets import SECRET

if TYPE_CHECKING:
    from catalog.models import Variant
    from tests.browser.demo import Shop

CHROMIUM = os.environ.get("CHROMIUM") or "/usr/bin/chromium-headless-shell"
FLAGS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]
DEVICES: dict[str, dict[str, Any]] = {
    "phone": {
        "viewport": {"width": 390, "height": 844},
        "has_touch": True,
        "is_mobile": True,
        "device_scale_factor": 2,
    },
    "desktop": {"viewport": {"width": 1280, "height": 800}},
}
PATIENCE = 30_000  # milliseconds, on a busy machine
NewPage = Callable[..., Page]


def pytest_itemcollected(item: pytest.Item) -> None:
    """Tests of a group run one after the other in one process and share its browser."""
    item.add_marker(pytest.mark.browser)
    shop = "browser of the demo shop" if item.get_closest_marker("empties_tables") else "browser"
    half = "first" if item.path.stem >= "test_drop" else "second"
    if not item.get_closest_marker("xdist_group"):
        item.add_marker(pytest.mark.xdist_group(f"{shop}, {half} half"))


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """
    One browser for the tests of this folder.

    Playwright keeps an event loop in this thread: Django would refuse its queries, and the tests
    of other folders would get their settings as awaitables, so the loop ends with the folder.
    """
    if not Path(CHROMIUM).exists():
        pytest.fail(
            f"There is no Chromium at {CHROMIUM}: run deploy/install-chromium, or set CHROMIUM."
        )
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        # Else each answer's body waits 40 ms for the browser to confirm that the head has come.
        patch.setattr(WSGIRequestHandler, "disable_nagle_algorithm", True)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        # Those of the loop: nobody else will see them, and they keep the database from its end.
        connections.close_all()
        browser.close()


@pytest.fixture(scope="package")
def shop(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator["Shop"]:
    """The demo shop behind a server, loaded once for the folder and gone after it."""
    from tests.browser.demo import running  # noqa: PLC0415 - needs the settings

    with django_db_blocker.unblock(), running(tmp_path_factory.mktemp("media")) as shop:
        yield shop


@pytest.fixture
def new_page(chromium: Browser, live_server: LiveServer, settings: Any) -> Iterator[NewPage]:
    """Opens a page in a browser session of its own: `new_page("phone", javascript=False)`."""
    complaints: list[str] = []
    settings.SITE_URL = live_server.url
    with ExitStack() as contexts:

        def open_page(
            device: str = "desktop", *, javascript: bool = True, locale: str = "es-PE"
        ) -> Page:
            context = chromium.new_context(
                base_url=live_server.url,
                java_script_enabled=javascript,
                locale=locale,
                timezone_id="America/Lima",
                **DEVICES[device],
            )
            contexts.callback(context.close)
            context.set_default_timeout(PATIENCE)
            page = context.new_page()
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.on("console", lambda message: _listen(message, complaints))
            return page

        yield open_page
    assert complaints == []


@pytest.fixture
def provider(settings: Any) -> Iterator[Server]:
    """The simulator as a process of its own would be: reached by HTTP alone."""
    with Server(secret=SECRET) as server:
        settings.DEMO = True
        settings.SIMULATOR_API_BASE = settings.SIMULATOR_PUBLIC_URL = server.url
        settings.SIMULATOR_SECRET = SECRET
        lead_to(server.url, settings)
        yield server


@pytest.fixture
def chair(provider: Server) -> "Variant":
    """Five chairs in a shop that delivers and takes the simulator's card."""
    from tests.browser.steps import shop_of_chairs  # noqa: PLC0415 - needs the settings

    return shop_of_chairs()


@pytest.fixture
def walk(
    request: pytest.FixtureRequest, shop: "Shop", chromium: Browser, warm_memory: None
) -> Iterator[Walk]:
    """Nobody has signed in yet. In the long runs it is thorough."""
    context = chromium.new_context(
        base_url=shop.url, locale="es-PE", timezone_id="America/Lima", reduced_motion="reduce"
    )
    page = context.new_page()
    # Not by a route of Playwright's, which would load style sheets and scripts again on each page.
    network = context.new_cdp_session(page)
    network.send("Network.enable")
    network.send("Network.setBlockedURLs", {"urls": ["*/media/*"]})
    walk = Walk(page, is_thorough=request.node.get_closest_marker("soak") is not None)
    yield walk
    context.close()
    assert walk.complaints == [], "\n".join(walk.complaints)


@pytest.fixture
def phone(new_page: NewPage) -> Page:
    """A page 390 pixels wide, with touch."""
    return new_page("phone")


@pytest.fixture
def desktop(new_page: NewPage) -> Page:
    """A page 1280 pixels wide."""
    return new_page("desktop")


@pytest.fixture
def plain(new_page: NewPage) -> Page:
    """A page without JavaScript."""
    return new_page("desktop", javascript=False)


def lead_to(url: str, settings: Any) -> None:
    """Let the shop's forms lead to a provider's page, as the settings do for those they know."""
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    forms = [*directives["form-action"], url]
    settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": {**directives, "form-action": forms}}


def _listen(message: ConsoleMessage, complaints: list[str]) -> None:
    if message.type == "error" and "Content Security Policy" in message.text:
        complaints.append(message.text)
