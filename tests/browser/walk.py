"""A walk over pages: what WCAG 2.2 AA and narrow, enlarged or widely spaced pages ask of each."""

from pathlib import Path
from typing import Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

PHONE, DESKTOP, NARROWEST = 390, 1280, 320
HEIGHT = 844
_SCRIPTS = f"{Axe().axe_script};{Path(__file__).with_suffix('.js').read_text()}"
_STATE = "() => [!document.querySelector('.htmx-request'), 'walk' in window]"
Scheme = Literal["light", "dark"]
View = tuple[Scheme, int]
# Light and dark are seen on both screens, in an order that seldom resizes.
_VIEWS: dict[str, list[View]] = {
    "": [("light", PHONE), ("dark", DESKTOP)],
    "/en": [("light", DESKTOP), ("dark", PHONE)],
}
# A page's languages have the same markup: each is seen in one, and all of these come up in turn.
_IN_TURN: list[tuple[str, list[View]]] = [
    ("", [("light", PHONE), ("dark", DESKTOP)]),
    ("/en", [("dark", PHONE), ("light", DESKTOP)]),
    ("", [("dark", DESKTOP), ("light", PHONE)]),
    ("/en", [("light", DESKTOP), ("dark", PHONE)]),
]
_OF_PHONES: list[View] = [("light", PHONE), ("dark", PHONE)]


class Walk:
    """
    Looks at pages one by one and notes what is wrong with each, so that one run tells all.

    A thorough walk sees each page in both languages, and holds the header and the footer of each to
    every rule; another one does so on the first page of each view.
    """

    def __init__(self, page: Page, *, is_thorough: bool = False) -> None:
        self.page = page
        self.is_thorough = is_thorough
        self.complaints: list[str] = []
        self._seen: dict[View, str] = {}
        self._width = 0
        self._visits = 0

    def visit(self, path: str, status: int = 200) -> None:
        """Go there and look: in one language by turns, in a thorough walk in both."""
        turn = _IN_TURN[self._visits % len(_IN_TURN)]
        self._visits += 1
        for prefix, views in _VIEWS.items() if self.is_thorough else [turn]:
            response = self.page.goto(prefix + path)
            assert response is not None
            if response.status != status:
                self.complaints.append(f"{prefix}{path}: answered {response.status}")
            self._look_in(views, path)

    def look(self, name: str, prefix: str = "", *, on_phones: bool = False) -> None:
        """Look at the page as it stands now, in light and in dark."""
        self._look_in(_OF_PHONES if on_phones else _VIEWS[prefix], name)

    def _look_in(self, views: list[View], name: str) -> None:
        """By every rule once, since few depend on the view."""
        # Of a locator, Playwright's own script would be loaded into each page.
        is_at_rest, can_walk = self.page.evaluate(_STATE)
        if not is_at_rest:
            expect(self.page.locator(".htmx-request")).to_have_count(0, timeout=30_000)
        if not can_walk:
            self.page.evaluate(_SCRIPTS)  # by the debugger, so the page's policy has no say
        first, *others = views
        self._look_at_colours(name, first, colours_only=False)
        self._look_for_room(name)
        self._look_without_colours(name)
        for view in others:
            self._look_at_colours(name, view, colours_only=True)

    def _look_at_colours(self, name: str, view: View, *, colours_only: bool) -> None:
        scheme, width = view
        self.resize(width)
        self.page.emulate_media(color_scheme=scheme)
        self._note(name, f"{width} px, {scheme}", self._violations(view, colours_only=colours_only))

    def resize(self, width: int) -> None:
        """Make the window this wide."""
        if self._width != width:
            self.page.set_viewport_size({"width": width, "height": HEIGHT})
            self._width = width

    def _look_for_room(self, name: str) -> None:
        """With large and with loose text, and as 1280 px enlarged four times and twice."""
        self.resize(PHONE)
        self._note(name, "stretched", self.page.evaluate("walk.stretched()"))
        for width in (NARROWEST, DESKTOP // 2):
            self.resize(width)
            self._note(name, f"{width} px", self.page.evaluate("walk.sideways()"))

    def _look_without_colours(self, name: str) -> None:
        self.page.evaluate("walk.rememberShapes()")
        self.page.emulate_media(forced_colors="active")
        self._note(name, "forced colours", self.page.evaluate("walk.lostShapes()"))
        self.page.emulate_media(forced_colors="none")

    def _violations(self, view: View, *, colours_only: bool) -> list[str]:
        """A kind of text is measured once, on the first page of the walk that has it."""
        seen = self._seen.get(view, "")
        knows_frame = bool(seen) and not (colours_only or self.is_thorough)
        asked = [seen, colours_only, knows_frame]
        self._seen[view], faults = self.page.evaluate("args => walk.violations(...args)", asked)
        return list(faults)

    def _note(self, name: str, view: str, faults: list[str]) -> None:
        self.complaints += [f"{name} ({view}): {fault}" for fault in faults]
