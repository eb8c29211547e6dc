"""Catalogue lines as a file would have them."""

import json
from decimal import Decimal
from typing import Any

from catalog.imports import CatalogueWriter, LineReader, WrittenVariant


def variant(sku: str, **options: str) -> dict[str, Any]:
    return {"sku": sku, "options": options}


def in_sizes(sizes: str = "SL", *, prefix: str = "") -> list[dict[str, Any]]:
    """A red and a blue one in each size."""
    return [
        variant(f"{prefix}{colour.upper()}-{size}", color=colour, size=size)
        for colour in ("Red", "Blue")
        for size in sizes
    ]


def line(key: str, *, path: list[str] | None = None, **more: Any) -> dict[str, Any]:
    return {
        "id": key,
        "name": f"Product {key}",
        "category_path": path or ["Clothes", "Shirts"],
        "price": "10.00",
        "currency": "PEN",
        **more,
    }


def load(*rows: dict[str, Any], rates: dict[str, Decimal] | None = None) -> list[WrittenVariant]:
    """Write the lines as the command would, without stock."""
    reader = LineReader("PEN", rates or {})
    return CatalogueWriter().write([reader.read(json.dumps(row)) for row in rows]).variants
