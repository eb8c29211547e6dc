"""The moods and hues of a shop become a look and a colour."""

import json
import math
from typing import Any

from django.db import migrations

LOOKS = {
    "furniture": "editorial",
    "kits": "editorial",
    "drops": "street",
    "market": "market",
    "tech": "market",
}


def brand_colour(hue: int) -> str:
    """What the old store showed for that hue: oklch(0.45 0.12 hue) on light grounds."""
    a, b = 0.12 * math.cos(math.radians(hue)), 0.12 * math.sin(math.radians(hue))
    long = (0.45 + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (0.45 - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (0.45 - 0.0894841775 * a - 1.2914855480 * b) ** 3
    light = (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )
    return "#" + bytes(round(255 * _on_screen(min(1, max(0, part)))) for part in light).hex()


def _on_screen(part: float) -> float:
    return 12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055


def rename(apps: Any, schema_editor: Any) -> None:
    stored = apps.get_model("constance", "Constance").objects
    for row in stored.filter(key__in=("STORE_MOOD", "BRAND_HUE")):
        value = json.loads(row.value)["__value__"]
        if row.key == "STORE_MOOD":
            _store(stored, "STORE_LOOK", LOOKS.get(value, "editorial"))
        elif value in range(360):
            _store(stored, "BRAND_COLOUR", brand_colour(value))
        row.delete()


def _store(stored: Any, name: str, value: str) -> None:
    wrapped = json.dumps({"__type__": "default", "__value__": value})
    stored.update_or_create(key=name, defaults={"value": wrapped})


class Migration(migrations.Migration):
    dependencies = [("constance", "0003_drop_pickle"), ("storefront", "0004_page_kinds")]

    operations = [migrations.RunPython(rename, migrations.RunPython.noop)]
