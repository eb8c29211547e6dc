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
    ("on-fill", "fill", TEXT),
    ("on-fill", "fill-strong", TEXT),
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


def blocks() -> dict[str, dict[str, str]]:
    """The tokens that each rule of the token file sets, by its selector."""
    plain = re.sub(r"/\*.*?\*/", "", TOKENS, flags=re.DOTALL)
    rules = re.findall(r"([^{};]+){([^{}]*)}", plain)
    return {
        selector.strip(): dict(re.findall(r"--([\w-]+): ([^;]+);", body))
        for selector, body in rules
    }


BLOCKS = blocks()
LOOKS = [re.findall(r"\w+", selector)[-1] for selector in BLOCKS if "data-look" in selector]
SECTIONS = [selector for selector in BLOCKS if selector.startswith("[data-scheme=")]


def tokens_of(look: str, section: str, hue: int) -> dict[str, str]:
    """What each token says in a look, in a section of that hue."""
    found = BLOCKS[":root"] | BLOCKS.get(f'[data-look="{look}"]', {})
    if section:
        found = found | BLOCKS["[data-scheme]"] | BLOCKS[section]
    return found | {"brand-hue": str(hue)}


def token(tokens: dict[str, str], name: str, scheme: str) -> float:
    """The luminance of a token."""
    value = tokens[name]
    while name_inside := re.search(r"var\(--([\w-]+)\)", value):
        value = value.replace(name_inside[0], tokens[name_inside[1]])
    value = re.sub(r"min\(([\d.]+), ([\d.]+)\)", lambda two: min(two.groups(), key=float), value)
    found = re.fullmatch(r"light-dark\(oklch\((.+)\), oklch\((.+)\)\)|oklch\((.+)\)", value)
    assert found, f"token --{name}"
    one = found[3] or found[1 if scheme == "light" else 2]
    return luminance(*map(float, one.split()))


def contrast(one: float, other: float) -> float:
    light, dark = max(one, other), min(one, other)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("name", FILES)
def test_the_committed_files_are_what_their_sources_build(name: str) -> None:
    assert (STATIC / "css" / name).read_text() == built(name), "run `make css`"


def test_styles_scripts_and_font_stay_inside_their_budgets() -> None:
    htmx = Path(django_htmx.__file__).parent / "static/django_htmx/htmx-2.min.js"

    assert compressed(STATIC / "css/store.css") <= 14_000
    for part in ("home", "gallery", "private"):
        assert compressed(STATIC / f"css/{part}.css") <= 2_000, part
    assert compressed(STATIC / "js/store.js") <= 4_000
    staff = {*(STATIC / "js").glob("admin-*.js")}
    assert compressed(htmx, *({*(STATIC / "js").glob("*.js")} - staff)) <= 30_000
    assert compressed(*staff) <= 12_000
    assert (STATIC / "fonts/inter.woff2").stat().st_size <= 30_000
    for face in {*(STATIC / "fonts").glob("*.woff2")} - {STATIC / "fonts/inter.woff2"}:
        assert face.stat().st_size <= 20_000, face.name


@pytest.mark.parametrize(
    ("look", "section", "scheme"), [*product(("", *LOOKS), ("", *SECTIONS), ("light", "dark"))]
)
def test_every_hue_is_readable(look: str, section: str, scheme: str) -> None:
    seen_as = "dark" if "deep" in section else scheme
    failed = {
        f"{tone} on {ground} at {hue}": round(ratio, 2)
        for hue in HUES
        for tokens in [tokens_of(look, section, hue)]
        for tone, ground, least in PAIRS
        if (ratio := contrast(*(token(tokens, name, seen_as) for name in (tone, ground)))) < least
    }

    assert not failed


def test_every_hue_of_the_admin_has_its_rule() -> None:
    assert [int(hue) for hue in re.findall(r'\[data-hue="(\d+)"\]', TOKENS)] == list(HUES)


@pytest.mark.parametrize("name", FILES)
def test_every_custom_property_in_use_is_defined(name: str) -> None:
    css = built(name)

    # Every page has the properties of the store.
    defined = set(re.findall(r"(--[\w-]+):", css + built("store.css")))
    assert set(re.findall(r"var\((--[\w-]+)", css)) <= defined


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
