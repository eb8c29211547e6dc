"""One colour of a shop becomes a palette that can be read in each look, in light and dark."""

import re

import pytest

from core.brand.colours import TEXT, Colour, contrast
from core.brand.looks import LOOKS, Grounds
from core.brand.palette import palette, sheet
from core.brand.stationery import stationery
from tests.test_css import BLOCKS, tokens_of

COLOURS = ["#ffd400", "#000000", "#ffffff", "#e4002b", "#1f5596", "#00a19a", "#7f7f7f", "#ccff00"]
HUES = ["", *(Colour(0.6, 0.15, hue).hex for hue in range(0, 360, 15))]
GROUNDS = ("bg", "surface", "well", "brand-soft")


def shown(value: str, scheme: str) -> Colour:
    """A token of the style sheet as a colour."""
    found = re.fullmatch(r"light-dark\(oklch\((.+)\), oklch\((.+)\)\)", value)
    assert found
    return Colour(*map(float, found[1 if scheme == "light" else 2].split()))


@pytest.mark.parametrize("look", LOOKS)
def test_what_mails_and_browsers_know_of_a_look_is_what_its_style_sheet_says(look: str) -> None:
    tokens = tokens_of(look, "", int(LOOKS[look].colour.hue))
    filled = tokens["fill"] if "oklch" in tokens["fill"] else tokens["brand"]
    colour, ground = (
        value.replace("var(--brand-hue)", tokens["brand-hue"]).replace(
            "var(--chroma)", tokens["chroma"]
        )
        for value in (filled.replace("min(var(--chroma), 0.12)", "0.12"), tokens["bg"])
    )

    assert BLOCKS[f'[data-look="{look}"]']["brand-hue"] == f"{LOOKS[look].colour.hue:g}"
    assert shown(colour, "light") == LOOKS[look].colour
    assert shown(ground, "light").hex == LOOKS[look].light.page
    assert shown(ground, "dark").hex == LOOKS[look].dark.page


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_mails_have_the_grounds_corners_and_type_of_their_look(look: str, scheme: str) -> None:
    worn, tokens = LOOKS[look], tokens_of(look, "", int(LOOKS[look].colour.hue))
    grounds: Grounds = getattr(worn, scheme)
    names = ("bg", "surface", "ink", "ink-soft", "line")
    said = [tokens[name].replace("var(--brand-hue)", tokens["brand-hue"]) for name in names]
    number, unit = re.findall(r"[\d.]+|px|rem", tokens["radius"])

    assert [shown(value, scheme).hex for value in said] == list(grounds)
    assert float(number) * (16 if unit == "rem" else 1) == worn.radius
    assert tokens["font-display"].startswith(worn.family)
    assert (tokens["display-case"] == "uppercase") == worn.is_upper_case


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("text", [*COLOURS, *HUES])
def test_mails_and_papers_can_be_read_in_any_colour(look: str, text: str) -> None:
    worn = stationery(look, text, "own")
    pairs = [(worn.headline, "#ffffff")]
    for tones in (worn.light, worn.dark):
        words = (tones.ink, tones.ink_soft, tones.link)
        pairs += [(word, ground) for word in words for ground in (tones.page, tones.surface)]
        pairs += [(tones.on_fill, tones.fill)]

    assert [
        pair for pair in pairs if contrast(*(Colour.of_hex(part) for part in pair)) < TEXT
    ] == []


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("text", COLOURS)
def test_any_colour_can_be_read_on_every_ground(look: str, text: str) -> None:
    colour = Colour.of_hex(text)
    chosen = palette(colour, tints_text=LOOKS[look].tints_text)
    for scheme, tones in (("light", chosen.light), ("dark", chosen.dark)):
        tokens = tokens_of(look, "", round(colour.hue))
        grounds = [
            shown(tokens[name].replace("var(--brand-hue)", str(round(colour.hue))), scheme)
            for name in GROUNDS
        ]
        texts = [(tones.brand, ground) for ground in grounds]
        texts += [(tones.brand, Colour.of_hex(tones.brand_soft))]
        texts += [(tones.on_brand, Colour.of_hex(tones.brand))]
        texts += [(tones.on_brand, Colour.of_hex(tones.brand_strong))]
        texts += [(tones.on_fill, Colour.of_hex(tones.fill))]
        texts += [(tones.on_fill, Colour.of_hex(tones.fill_strong))]

        assert [
            (tone, ground.hex)
            for tone, ground in texts
            if contrast(Colour.of_hex(tone), ground) < TEXT
        ] == []


def test_a_colour_too_light_for_text_stays_as_it_is_on_buttons() -> None:
    yellow = palette(Colour.of_hex("#ffd400"))

    assert yellow.light.fill == yellow.dark.fill == "#ffd400"
    assert yellow.light.on_fill == "#000000"
    assert yellow.light.brand != "#ffd400"
    assert yellow.dark.brand == "#ffd400"


def test_a_black_button_is_seen_on_a_black_page() -> None:
    black = palette(Colour.of_hex("#000000"))

    assert black.light.fill == "#000000"
    assert black.dark.fill == black.dark.brand != "#000000"


def test_the_sheet_of_a_colour_fits_a_packet() -> None:
    assert len(sheet(palette(Colour.of_hex("#1f5596")))) < 700
