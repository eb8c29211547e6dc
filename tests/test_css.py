"""The look as the browser gets it: one built file, inside its budgets, readable in every hue."""

import math
import re
from itertools import product
from pathlib import Path

import brotli
import django_htmx
import pytest

from scripts.build_css import FILES, built

ROOT = Path(__file__).resolve().parent.parent
STATIC = ROOT / "static"
TOKENS = (STATIC / "css/src/00-tokens.css").read_text()
HUES = range(0, 360, 15)
TEXT, GRAPHIC = 4.5, 3.0
PAIRS = [
    ("ink", "bg", TEXT),
    ("ink", "well", TEXT),
    ("ink-soft", "bg", TEXT),
    ("ink-soft", "surface", TEXT),
    ("ink-soft", "well", TEXT),
    ("ink-soft", "brand-soft", TEXT),
    ("brand", "bg", TEXT),
    ("brand", "surface", TEXT),
    ("brand", "well", TEXT),
    ("brand", "brand-soft", TEXT),
    ("on-brand", "brand", TEXT),
    ("on-brand", "brand-strong", TEXT),
    ("on-offer", "offer", TEXT),
    ("on-offer", "bad", TEXT),
    ("ink", "brand-soft", TEXT),
    *(
        (tone, ground, TEXT)
        for tone in ("offer", "good", "warn", "bad")
        for ground in ("bg", "surface")
    ),
    *((tone, f"{tone}-soft", TEXT) for tone in ("good", "warn", "bad")),
    *(("ink", f"{tone}-soft", TEXT) for tone in ("good", "warn", "bad")),
    ("line-strong", "bg", GRAPHIC),
    ("line-strong", "surface", GRAPHIC),
]


def compressed(*paths: Path) -> int:
    return sum(len(brotli.compress(path.read_bytes())) for path in paths)


def luminance(lightness: float, chroma: float, hue: float) -> float:
    """Relative luminance of an oklch colour, clipped to sRGB as browsers do."""
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    rgb = (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )
    red, green, blue = (min(1.0, max(0.0, part)) for part in rgb)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def token(name: str, scheme: str, hue: int) -> float:
    found = re.search(
        rf"--{name}: light-dark\(oklch\(([^()]*(?:\([^()]*\))?[^()]*)\), oklch\((.*)\)\);", TOKENS
    )
    assert found, f"token --{name}"
    parts = found[1 if scheme == "light" else 2].replace("var(--brand-hue)", str(hue)).split()
    return luminance(*map(float, parts))


def contrast(one: float, other: float) -> float:
    light, dark = max(one, other), min(one, other)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("name", FILES)
def test_the_committed_files_are_what_their_sources_build(name: str) -> None:
    assert (STATIC / "css" / name).read_text() == built(name), "run `make css`"


def test_styles_scripts_and_font_stay_inside_their_budgets() -> None:
    htmx = Path(django_htmx.__file__).parent / "static/django_htmx/htmx-2.min.js"

    assert compressed(STATIC / "css/store.css") <= 14_000
    assert compressed(STATIC / "js/store.js") <= 4_000
    assert compressed(htmx, *(STATIC / "js").glob("*.js")) <= 30_000
    assert (STATIC / "fonts/inter.woff2").stat().st_size <= 30_000


@pytest.mark.parametrize(("scheme", "hue"), [*product(("light", "dark"), HUES)])
def test_every_hue_is_readable(scheme: str, hue: int) -> None:
    failed = {
        f"{tone} on {ground}": round(ratio, 2)
        for tone, ground, least in PAIRS
        if (ratio := contrast(token(tone, scheme, hue), token(ground, scheme, hue))) < least
    }

    assert not failed


def test_every_hue_of_the_admin_has_its_rule() -> None:
    assert [int(hue) for hue in re.findall(r'\[data-hue="(\d+)"\]', TOKENS)] == list(HUES)


@pytest.mark.parametrize("name", FILES)
def test_every_custom_property_in_use_is_defined(name: str) -> None:
    css = built(name)

    assert set(re.findall(r"var\((--[\w-]+)", css)) <= set(re.findall(r"(--[\w-]+):", css))


def test_every_icon_in_the_templates_is_in_the_sprite() -> None:
    sprite = set(re.findall(r'<symbol id="([\w-]+)"', (STATIC / "img/icons.svg").read_text()))
    used = {
        name
        for path in (ROOT / "templates").rglob("*.html")
        for name in re.findall(r'(?:{% icon |icon_svg\()"([\w-]+)"', path.read_text())
    }

    assert used <= sprite


def test_components_say_what_they_need() -> None:
    silent = [
        path.name
        for path in (ROOT / "templates/shop/components").glob("_*.html")
        if not re.match(r"{# .+ Needs: .+ #}\n", path.read_text())
    ]

    assert silent == []


def test_templates_obey_the_strict_policy() -> None:
    forbidden = re.compile(r"""<script(?![^>]*\bsrc=)[^>]*>|<style|\sstyle=|\son\w+=|hx-on|"js:""")
    guilty = {
        str(path.relative_to(ROOT)): found[0]
        for path in (ROOT / "templates").rglob("*.html")
        if (found := forbidden.search(path.read_text())) and "email" not in path.parts
    }

    assert guilty == {}
