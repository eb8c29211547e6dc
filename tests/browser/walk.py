"""A walk over pages: what WCAG 2.2 AA and narrow, enlarged or widely spaced pages ask of each."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

PHONE, DESKTOP, NARROWEST = 390, 1280, 320
HEIGHT = 844
_WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
_EVERY_RULE = {
    "runOnly": {"type": "tag", "values": _WCAG},
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],
    "preload": False,  # no rule of these needs every style sheet once more
}
_AXE = Axe().axe_script
# Whatever begins or ends outside the page and that no ancestor hides or scrolls.
_SIDEWAYS = """() => {
  const page = document.documentElement, within = page.clientWidth + 1;
  if (page.scrollWidth <= within) return [];
  const free = (it) => !it
    || (getComputedStyle(it).overflowX === 'visible' && free(it.parentElement));
  return ['scrolls sideways', ...[...document.querySelectorAll('body *')]
    .filter((it) => it.getBoundingClientRect().right > within && free(it.parentElement))
    .slice(0, 3).map((it) => it.outerHTML.slice(0, 120))];
}"""
# WCAG 1.4.12; a style sheet of the page's own, because the policy refuses <style>.
_SPACED = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync('* { line-height: 1.5 !important; letter-spacing: .12em !important; '
    + 'word-spacing: .16em !important } p { margin-bottom: 2em !important }');
  document.adoptedStyleSheets = [sheet];
}"""
_AS_BEFORE = (
    "() => { document.adoptedStyleSheets = []; document.documentElement.style.fontSize = ''; }"
)
_CLIPPED = """() => [...document.querySelectorAll('button, a, label, h1, h2, h3')].filter((it) => {
  const style = getComputedStyle(it);
  return style.overflow === 'hidden' && style.textOverflow !== 'ellipsis'
    && it.clientWidth > 2 && it.scrollWidth > it.clientWidth + 2;
}).map((it) => 'cut off: ' + it.outerHTML.slice(0, 120))"""


class Walk:
    """Looks at pages one by one and notes what is wrong with each, so that one run tells all."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []

    def visit(self, path: str, status: int = 200) -> None:
        """Go there and look."""
        response = self.page.goto(path)
        assert response is not None
        if response.status != status:
            self.complaints.append(f"{path}: answered {response.status}")
        self.look(path)

    def look(self, name: str) -> None:
        """Look at the page as it stands now: light on a phone, dark on a desktop, and narrow."""
        expect(self.page.locator(".htmx-request")).to_have_count(0)
        if not self.page.evaluate("() => 'axe' in window"):
            self.page.evaluate(_AXE)  # by the debugger, so the page's policy has no say
        self._resize(PHONE)
        self._note(name, "phone, light", self._violations())
        self.page.emulate_media(color_scheme="dark")
        self._resize(DESKTOP)
        self._note(name, "desktop, dark", self._violations())
        self.page.emulate_media(color_scheme="light")
        self._look_for_room(name)

    def _look_for_room(self, name: str) -> None:
        self._resize(NARROWEST)
        self._note(name, "320 px", self.page.evaluate(_SIDEWAYS))
        self._resize(DESKTOP // 2)
        self._note(name, "200 % zoom", self.page.evaluate(_SIDEWAYS))
        self._resize(PHONE)
        self.page.evaluate("() => { document.documentElement.style.fontSize = '200%'; }")
        self._note(name, "200 % text", self.page.evaluate(_SIDEWAYS))
        self.page.evaluate(_AS_BEFORE)
        self.page.evaluate(_SPACED)
        self._note(name, "spaced text", self.page.evaluate(_SIDEWAYS))
        self._note(name, "spaced text", self.page.evaluate(_CLIPPED))
        self.page.evaluate(_AS_BEFORE)

    def _resize(self, width: int) -> None:
        self.page.set_viewport_size({"width": width, "height": HEIGHT})

    def _violations(self) -> list[str]:
        found = self.page.evaluate("(rules) => axe.run(document, rules)", _EVERY_RULE)
        return [
            f"{rule['id']}: {node['html'][:150]} {node['failureSummary']}"
            for rule in found["violations"]
            for node in rule["nodes"][:2]
        ]

    def _note(self, name: str, view: str, faults: list[str]) -> None:
        self.complaints += [f"{name} ({view}): {fault}" for fault in faults]
