"""The demo's pictures: each colour has its own, none is absent or unused, one kind a department."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from PIL import Image

from catalog.colours import COLOUR_OPTIONS

DEMO = Path(settings.BASE_DIR) / "demo"
PICTURES = DEMO / "pictures"
MAX_BYTES = 14_000_000


def products() -> list[dict[str, Any]]:
    return [json.loads(line) for line in (DEMO / "catalogue.jsonl").read_text("utf-8").splitlines()]


def specs() -> dict[str, Any]:
    file = json.loads((DEMO / "artwork" / "pictures.json").read_text("utf-8"))
    found: dict[str, Any] = file["pictures"]
    return found


def of_product(product: dict[str, Any]) -> set[str]:
    own = {product["image"], *product.get("images", [])}
    own |= {name for names in product.get("option_images", {}).values() for name in names}
    return own | {each["image"] for each in product["variants"] if "image" in each}


def named_in(value: Any) -> Iterator[str]:
    """Every picture that is named anywhere in the value."""
    if isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from named_in(each)
    elif isinstance(value, str) and value.endswith(".webp"):
        yield value


def test_each_named_picture_exists_and_none_is_unused() -> None:
    shop = json.loads((DEMO / "shop.json").read_text("utf-8"))
    named = set(named_in([shop, products()]))
    files = {str(path.relative_to(PICTURES)) for path in PICTURES.rglob("*.webp")}

    assert named == files
    assert {f"{name}.webp" for name in specs()} == files
    assert sum(path.stat().st_size for path in PICTURES.rglob("*.*")) <= MAX_BYTES


def test_every_colour_has_pictures_of_its_own() -> None:
    for product in products():
        colours: dict[str, set[str]] = {}
        for variant in product["variants"]:
            for key in COLOUR_OPTIONS & variant["options"].keys():
                colour = variant["options"][key]
                colours.setdefault(colour, set()).update(
                    product["option_images"][f"{key}={colour}"], [variant["image"]]
                )
        shown = Counter(name for names in colours.values() for name in names)
        assert not colours or max(shown.values()) == 1, product["id"]
        for colour, names in colours.items():
            assert all(name.endswith(f"-{colour.lower()}.webp") for name in names), product["id"]


def test_garments_show_the_front_the_back_and_a_detail_where_they_were_taken() -> None:
    photographs = {spec["photo"] for spec in specs().values() if "photo" in spec}
    for product in products():
        if product["category_path"][1] in {"Men", "Women"}:
            views = max(len(names) for names in product["option_images"].values())
            own = [specs()[name.removesuffix(".webp")]["photo"] for name in of_product(product)]
            taken = {"_alt1.jpg", "_back.jpg", "_main.jpg"}
            assert views == max(
                sum(f"{photo.rpartition('_')[0]}{view}" in photographs for view in taken)
                for photo in own
            ), product["id"]
            assert views >= 2, product["id"]


def test_a_department_has_one_kind_of_pictures() -> None:
    """Fashion stands on one ground; rooms and machines are photographs in one format."""
    grounds = {
        specs()[name.removesuffix(".webp")].get("cut_out")
        or specs()[name.removesuffix(".webp")].get("tone")
        for product in products()
        if product["category_path"][0] == "Streetwear"
        for name in of_product(product)
    }
    assert len(grounds) == 1
    assert None not in grounds
    for product in products():
        for name in of_product(product):
            with Image.open(PICTURES / name) as picture:
                assert picture.size == (960, 1200), name
