"""Photographs cut to the shop's formats and set on its grounds."""

from pathlib import Path
from typing import Any

from PIL import Image, ImageChops, ImageColor, ImageDraw, ImageFilter, ImageStat

Spec = dict[str, Any]

CARD = (960, 1200)
WHITE, NEARLY_WHITE, FILLED = 255, 249, 128
LANCZOS = Image.Resampling.LANCZOS
BICUBIC = Image.Resampling.BICUBIC


def picture(spec: Spec, folder: Path, marks: dict[str, list[Spec]]) -> Image.Image:
    """
    The finished picture that `spec` describes.

    `marks` are the parts to blur, by photograph, because a maker's name is read there.
    """
    if "people" in spec:
        return group(spec, folder)
    image = opened(folder, spec["photo"])
    for mark in marks.get(spec["photo"], []):
        image = without_mark(image, mark)
    if "extend" in spec:
        image = extended(image, **spec["extend"])
    if "cut_out" in spec:
        image = on_ground(image, spec["cut_out"], inside=spec.get("inside", False))
    if "tone" in spec:
        image = toned(image, spec["tone"])
    size = tuple(spec.get("size", CARD))
    return cropped(image, size, spec.get("focus", [0.5, 0.5]), spec.get("part", 1))


def opened(folder: Path, name: str) -> Image.Image:
    with Image.open(folder / name) as file:
        return file.convert("RGB")


def cropped(
    image: Image.Image, size: tuple[int, int], focus: list[float], part: float
) -> Image.Image:
    """The largest area of the format, times `part`, its middle near `focus`."""
    scale = min(image.width / size[0], image.height / size[1]) * part
    width, height = int(size[0] * scale), int(size[1] * scale)
    left = min(max(int(image.width * focus[0] - width / 2), 0), image.width - width)
    top = min(max(int(image.height * focus[1] - height / 2), 0), image.height - height)
    return image.crop((left, top, left + width, top + height)).resize(size, LANCZOS)


def without_mark(image: Image.Image, mark: Spec) -> Image.Image:
    """The photograph with a maker's lettering blurred, its edge feathered."""
    blurred = image.filter(ImageFilter.GaussianBlur(mark["blur"]))
    mask = Image.new("L", image.size, 0)
    pen = ImageDraw.Draw(mask)
    if "box" in mark:
        pen.rectangle(mark["box"], fill=255)
    else:
        pen.polygon([(x, y) for x, y in mark["polygon"]], fill=255)
    image.paste(blurred, (0, 0), mask.filter(ImageFilter.GaussianBlur(mark.get("edge", 6))))
    return image


def extended(
    image: Image.Image, left: float = 0, top: float = 0, right: float = 0, bottom: float = 0
) -> Image.Image:
    """The photograph with more of its plain edges, in shares of its width and height."""
    w, h = image.size
    x, y = int(w * left), int(h * top)
    wide = Image.new("RGB", (x + w + int(w * right), h))
    _lay(wide, image, (x, 0))
    tall = Image.new("RGB", (wide.width, y + h + int(h * bottom)))
    _lay(tall, wide, (0, y))
    return tall


def _lay(canvas: Image.Image, image: Image.Image, place: tuple[int, int]) -> None:
    """Paste the image; the rest of the canvas continues its edges, which fade into it."""
    (x, y), (w, h), (cw, ch) = place, image.size, canvas.size
    fade = 60
    opaque = Image.new("L", (w, h), 255)
    edges = [
        ((0, 0, 8, h), (0, 0, x + fade, h), x),
        ((w - 8, 0, w, h), (x + w - fade, 0, cw, h), cw - x - w),
        ((0, 0, w, 8), (0, 0, w, y + fade), y),
        ((0, h - 8, w, h), (0, y + h - fade, w, ch), ch - y - h),
    ]
    for source, target, added in edges:
        if added:
            size = target[2] - target[0], target[3] - target[1]
            strip = image.crop(source).resize(size, BICUBIC)
            canvas.paste(strip.filter(ImageFilter.GaussianBlur(40)), target[:2])
            opaque.paste(0, source)
    canvas.paste(image, place, _faded(opaque, fade))


def _faded(opaque: Image.Image, width: int) -> Image.Image:
    """The mask, whose empty edges reach `width` pixels inwards and end softly."""
    soft = opaque.filter(ImageFilter.GaussianBlur(width // 3))
    return ImageChops.darker(opaque, soft.point([max(0, 2 * value - 255) for value in range(256)]))


def ground_share(image: Image.Image, *, inside: bool = False) -> Image.Image:
    """How much of each pixel is the white ground around a cut-out, and between its limbs."""
    red, green, blue = image.split()
    white = ImageChops.darker(ImageChops.darker(red, green), blue)
    # Filling goes pixel by pixel, so a small copy says where the ground reaches.
    small = white.resize((image.width // 8, image.height // 8), Image.Resampling.BOX)
    small = small.point([WHITE if value >= NEARLY_WHITE else 0 for value in range(256)])
    edge = [(x, y) for x in range(small.width) for y in (0, small.height - 1)]
    edge += [(x, y) for y in range(small.height) for x in (0, small.width - 1)]
    whole = [(x, y) for x in range(small.width) for y in range(small.height)]
    for spot in whole if inside else edge:
        if small.getpixel(spot) == WHITE:
            ImageDraw.floodfill(small, spot, FILLED)
    around = small.point([255 * (value == FILLED) for value in range(256)])
    around = around.filter(ImageFilter.MaxFilter(3)).resize(image.size)
    veil = white.point([max(0, min(255, (value - 205) * 255 // 45)) for value in range(256)])
    return ImageChops.multiply(veil, around)


def on_ground(image: Image.Image, ground: str, *, inside: bool = False) -> Image.Image:
    """The photograph with its white ground in another colour; shadows and edges stay."""
    share = ground_share(image, inside=inside)
    missing = [255 - value for value in ImageColor.getrgb(ground)[:3]]
    shade = [share.point(lambda value, part=part: value * part // 255) for part in missing]
    return ImageChops.subtract(image, Image.merge("RGB", shade))


def toned(image: Image.Image, ground: str) -> Image.Image:
    """The photograph with its plain ground, as its upper edge has it, in the colour `ground`."""
    own = ImageStat.Stat(image.crop((0, 0, image.width, image.height // 20))).median
    gains = [wanted / have for wanted, have in zip(ImageColor.getrgb(ground), own, strict=False)]
    bands = [
        band.point(lambda value, gain=gain: min(255, int(value * gain)))
        for band, gain in zip(image.split(), gains, strict=True)
    ]
    return Image.merge("RGB", bands)


def group(spec: Spec, folder: Path) -> Image.Image:
    """Cut-outs side by side on one ground; `x` and `top` place each, `height` is its share."""
    width, height = spec["size"]
    canvas = Image.new("RGB", (width, height), spec["ground"])
    for person in spec["people"]:
        image = opened(folder, person["photo"])
        scale = height * person["height"] / image.height
        size = (int(image.width * scale), int(image.height * scale))
        share = ImageChops.invert(ground_share(image)).resize(size, LANCZOS)
        image = on_ground(image, spec["ground"]).resize(size, LANCZOS)
        place = (int(width * person["x"] - size[0] / 2), int(height * person["top"]))
        canvas.paste(image, place, share)
    return canvas
