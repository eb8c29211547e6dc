"""Photographs cut to the shop's formats."""

from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFilter, ImageOps

Spec = dict[str, Any]

SIDE = 1000
LANCZOS = Image.Resampling.LANCZOS
BICUBIC = Image.Resampling.BICUBIC


def photograph(spec: Spec, folder: Path, marks: dict[str, list[Spec]]) -> Image.Image:
    """The finished picture that `spec` in pictures.json describes.

    `marks` are parts to blur, by photograph, because a maker's name is read there. Without `size`
    the picture is a square for a product.
    """
    name = spec["photo"]
    with Image.open(folder / f"{name}-unsplash.jpg") as file:
        image = file.convert("RGB")
    for mark in marks.get(name, []):
        image = without_mark(image, mark)
    if "box" in spec:
        image = cropped(image, spec["box"])
    width, height = spec.get("size", (SIDE, SIDE))
    if spec.get("extend") == "top":
        return with_more_wall(image).resize((width, height), LANCZOS)
    if spec.get("extend") == "sides":
        return with_more_sides(cropped(image, [0, spec["top"], 1, 0.985])).resize(
            (width, height), LANCZOS
        )
    if "fade" in spec:
        return beside_space(image, spec, width, height)
    if "part" in spec:
        return square(image, spec["centre"], spec["part"]).resize((width, height), LANCZOS)
    return ImageOps.fit(image, (width, height), LANCZOS, centering=spec.get("centre", (0.5, 0.5)))


def cropped(image: Image.Image, box: list[float]) -> Image.Image:
    left, top, right, bottom = box
    w, h = image.size
    return image.crop((int(w * left), int(h * top), int(w * right), int(h * bottom)))


def square(image: Image.Image, centre: list[float], part: float) -> Image.Image:
    """The square around `centre` whose side is `part` of the photograph's short side."""
    w, h = image.size
    side = int(min(w, h) * part)
    x = min(max(int(w * centre[0] - side / 2), 0), w - side)
    y = min(max(int(h * centre[1] - side / 2), 0), h - side)
    return image.crop((x, y, x + side, y + side))


def without_mark(image: Image.Image, mark: Spec) -> Image.Image:
    """The photograph with a maker's lettering blurred, its edge feathered."""
    blurred = image.filter(ImageFilter.MedianFilter(15))
    blurred = blurred.filter(ImageFilter.GaussianBlur(mark["blur"]))
    mask = Image.new("L", image.size, 0)
    pen = ImageDraw.Draw(mask)
    if "box" in mark:
        pen.rectangle(mark["box"], fill=255)
    else:
        pen.polygon([(x, y) for x, y in mark["polygon"]], fill=255)
    image.paste(blurred, (0, 0), mask.filter(ImageFilter.GaussianBlur(6)))
    return image


def with_more_wall(image: Image.Image) -> Image.Image:
    """A landscape photograph made square by extending its upper edge."""
    w, h = image.size
    gap = w - h
    wall = image.crop((0, 0, w, int(h * 0.06))).resize((w, gap), BICUBIC)
    result = Image.new("RGB", (w, w))
    result.paste(wall.filter(ImageFilter.GaussianBlur(30)), (0, 0))
    result.paste(image, (0, gap))
    seam = result.crop((0, gap - 40, w, gap + 40)).filter(ImageFilter.GaussianBlur(14))
    mask = Image.new("L", (1, 80))
    mask.putdata([int(255 * (1 - abs(row - 40) / 40)) for row in range(80)])
    result.paste(seam, (0, gap - 40), mask.resize(seam.size))
    return result


def with_more_sides(image: Image.Image) -> Image.Image:
    """A portrait photograph made square: its left and right edges go on outwards."""
    w, h = image.size
    gap = (h - w) // 2
    result = Image.new("RGB", (h, h))
    for x, edge in ((0, (0, 0, 10, h)), (h - gap - 2, (w - 10, 0, w, h))):
        wall = image.crop(edge).resize((gap + 2, h))
        result.paste(wall.filter(ImageFilter.GaussianBlur(8)), (x, 0))
    result.paste(image.filter(ImageFilter.GaussianBlur(30)), (gap, 0))
    result.paste(image, (gap, 0), faded(image.size, 50, both=True))
    return result


def beside_space(image: Image.Image, spec: Spec, width: int, height: int) -> Image.Image:
    """The photograph at the right of a banner, with room for words at its left.

    `fade` says what fills the room: `stretch` the photograph's own edge, `dark` near-black.
    """
    own = spec.get("width", int(image.width * height / image.height))
    image = image.resize((own, height), LANCZOS)
    left = spec.get("left", width - own)
    if spec["fade"] == "dark":
        result = dusk(width, height)
        result.paste(image, (left, 0), faded(image.size, 170, both=True))
        return result
    result = Image.new("RGB", (width, height))
    edge = image.crop((0, 0, 30, height)).resize((left + 60, height), BICUBIC)
    result.paste(edge.filter(ImageFilter.GaussianBlur(26)), (0, 0))
    result.paste(image, (left, 0), faded(image.size, 60, both=False))
    return result


def dusk(width: int, height: int) -> Image.Image:
    row = Image.new("RGB", (width, 1))
    shares = [min(1.0, x / 1100) for x in range(width)]
    row.putdata([(int(10 + 14 * t), int(14 + 20 * t), int(15 + 18 * t)) for t in shares])
    return row.resize((width, height))


def faded(size: tuple[int, int], margin: int, *, both: bool) -> Image.Image:
    """A mask that is opaque but for its left, or both, margins."""
    width, height = size
    row = Image.new("L", (width, 1), 255)
    row.putdata(
        [
            int(255 * min(1, x / margin, (width - 1 - x) / margin if both else 1))
            for x in range(width)
        ]
    )
    return row.resize((width, height))
