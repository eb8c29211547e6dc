"""Colours measured as browsers show them, and the hue that a picture has."""

from io import BytesIO

import pytest
from PIL import Image, ImageDraw

from core.brand.colours import BLACK, WHITE, Colour, contrast
from core.brand.hues import STEPS, dominant_hue


def picture(ground: str, *, spot: str = "", mode: str = "RGB", kind: str = "PNG") -> BytesIO:
    drawn = Image.new(mode, (300, 400), ground)
    if spot:
        ImageDraw.Draw(drawn).rectangle((60, 80, 240, 320), fill=spot)
    file = BytesIO()
    drawn.save(file, kind)
    return file


@pytest.mark.parametrize("text", ["#ffd400", "#1f5596", "#000000", "#ffffff", "#e4002b"])
def test_a_colour_comes_back_as_it_was_written(text: str) -> None:
    assert Colour.of_hex(text).hex == text


def test_short_and_bare_codes_are_colours_too() -> None:
    assert Colour.of_hex(" FD0 ") == Colour.of_hex("#ffdd00")


@pytest.mark.parametrize("text", ["", "#ff", "#ffd40", "yellow", "#ffd4000", "#ggg"])
def test_what_is_no_colour_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no colour"):
        Colour.of_hex(text)


def test_black_on_white_has_the_greatest_contrast() -> None:
    assert contrast(BLACK, WHITE) == pytest.approx(21, abs=0.01)


@pytest.mark.parametrize("hue", STEPS)
def test_a_colour_is_moved_until_it_can_be_read(hue: int) -> None:
    pale, deep = Colour(0.9, 0.12, hue), Colour(0.3, 0.12, hue)

    darker, lighter = pale.readable_on(WHITE), deep.readable_on(Colour(0.2, 0.01, hue))

    assert contrast(Colour.of_hex(darker.hex), WHITE) >= 4.45
    assert darker.lightness < pale.lightness
    assert lighter.lightness > deep.lightness
    assert deep.readable_on(WHITE) == deep.shown


@pytest.mark.parametrize("hue", STEPS)
def test_a_picture_has_the_hue_of_what_stands_on_its_grey_ground(hue: int) -> None:
    spot = Colour(0.6, 0.1, hue).hex

    assert dominant_hue(picture("#e8e8e8", spot=spot)) == hue


def test_a_strong_colour_outweighs_a_pale_wall() -> None:
    assert dominant_hue(picture("#f3efe6", spot="#c8102e")) in {15, 30}


@pytest.mark.parametrize("ground", ["#ffffff", "#808080", "#000000", "#f6f5f4"])
def test_a_grey_picture_has_no_hue(ground: str) -> None:
    assert dominant_hue(picture(ground, spot="#333333")) is None


def test_what_is_transparent_has_no_hue() -> None:
    assert dominant_hue(picture("#ff000000", mode="RGBA")) is None


def test_a_photograph_can_be_stored_after_it_was_looked_at() -> None:
    file = picture("#1f5596", kind="JPEG")

    assert dominant_hue(file) in {255, 270}
    assert file.tell() == 0


def test_a_file_that_is_no_picture_is_refused() -> None:
    with pytest.raises(OSError, match="cannot identify"):
        dominant_hue(BytesIO(b"no picture"))
