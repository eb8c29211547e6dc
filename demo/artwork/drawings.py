"""From the SVG files beside this one to pixels."""

import io
from pathlib import Path
from typing import Any

import resvg_py  # type: ignore[import-not-found]  # only who redraws the pictures installs it
from PIL import Image, ImageFilter

from artwork.colours import dyed, luminance, mix, repainted

HERE = Path(__file__).parent
SIDE = 1000
SHADOW = (36, 28, 56)
LIGHTISH, LIGHT, NEAR_WHITE = 0.55, 0.8, 0.82
LAMPLIT = ("lampara", "aro-luz")

Spec = dict[str, Any]
Ground = tuple[str, str]


def rendered(svg: str, width: int, height: int) -> Image.Image:
    sized = svg.replace("<svg ", f'<svg width="{width}" height="{height}" ', 1)
    png = bytes(resvg_py.svg_to_bytes(svg_string=sized))
    return Image.open(io.BytesIO(png)).convert("RGBA")


def backdrop(name: str, width: int, height: int) -> Image.Image:
    svg = (HERE / "backdrops" / f"{name}.svg").read_text(encoding="utf-8")
    return rendered(svg, width, height)


def cut_out(spec: Spec, colour: str | None, side: int = SIDE) -> Image.Image:
    """The thing alone on a transparent square, in the colour given, with its shadow."""
    if "emoji" in spec:
        svg = (HERE / "emoji" / f"{spec['emoji']}.svg").read_text(encoding="utf-8")
        image = rendered(repainted(svg, colour) if colour else svg, side, side)
        image = shrunk(image, spec.get("share", 0.8))
    else:
        svg = (HERE / "drawings" / f"{spec['drawing']}.svg").read_text(encoding="utf-8")
        image = zoomed(dyed(svg, colour) if colour else svg, spec.get("zoom", 1), side)
    return with_shadow(image) if spec.get("floating") else image


def zoomed(svg: str, zoom: float, side: int) -> Image.Image:
    view = SIDE / zoom
    start = (SIDE - view) / 2
    box = f'viewBox="{start:.1f} {start:.1f} {view:.1f} {view:.1f}"'
    return rendered(svg.replace('viewBox="0 0 1000 1000"', box, 1), side, side)


def shrunk(image: Image.Image, share: float) -> Image.Image:
    """The picture in the middle of an empty square of the same size."""
    side = round(image.width * share)
    start = (image.width - side) // 2
    result = Image.new("RGBA", image.size)
    small = image.resize((side, side), Image.Resampling.LANCZOS)
    result.paste(small, (start, start - round(image.width * 0.014)))
    return result


def with_shadow(image: Image.Image) -> Image.Image:
    """A soft shadow under a hanging thing."""
    unit = image.width / SIDE
    shade = Image.new("RGBA", image.size)
    mask = image.getchannel("A").point([level * 3 // 10 for level in range(256)])
    shade.paste(SHADOW, (0, round(26 * unit)), mask)
    shade = shade.filter(ImageFilter.GaussianBlur(24 * unit))
    shade.alpha_composite(image)
    return shade


def ground_for(key: str, family: str, colour: str | None, grounds: dict[str, Ground]) -> Ground:
    """Top and bottom of the gradient: the family's, tinted to contrast with the colour."""
    if key.startswith(LAMPLIT):
        return grounds["lamp"]
    top, bottom = grounds[family]
    if colour is None:
        return top, bottom
    brightness = luminance(colour)
    if family == "Furniture" and brightness > LIGHTISH:
        top, bottom = "#eef1ee", "#c9d2cd"
    if brightness < LIGHT:
        bottom = mix(bottom, colour, 0.1)
    if brightness > NEAR_WHITE:
        top, bottom = mix(top, "#8c93ab", 0.16), mix(bottom, "#7d849e", 0.26)
    return top, bottom


def on_ground(thing: Image.Image, ground: Ground) -> Image.Image:
    """The thing before a gradient with a glow behind it."""
    top, bottom = ground
    side = thing.width
    svg = (HERE / "backdrops" / "ground.svg").read_text(encoding="utf-8")
    result = rendered(svg.replace("[top]", top).replace("[bottom]", bottom), side, side)
    result.alpha_composite(thing)
    return result


def scene(spec: Spec) -> Image.Image:
    """A backdrop with several things set on it, from the back to the front."""
    width, height = spec["size"]
    result = backdrop(spec["backdrop"], width, height)
    for item in spec.get("items", []):
        thing = cut_out(item, item.get("colour"))
        thing = thing.rotate(item.get("turn", 0), Image.Resampling.BICUBIC)
        thing = thing.resize((item["size"], item["size"]), Image.Resampling.LANCZOS)
        layer = Image.new("RGBA", result.size)
        x, y = item["at"]
        layer.paste(thing, (int(x - item["size"] / 2), int(y - item["size"] / 2)))
        result.alpha_composite(layer)
    return result
