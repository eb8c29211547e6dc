"""Elasticsearch documents, with the same texts as PostgreSQL's search entries."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Prefetch

from catalog.models import Category, Product, Variant
from catalog.search.kinds import mark_of
from catalog.search.texts import plain

_MAX_TEXT_LENGTH = 20_000
# "24-MB01" is found by "mb01" and "24mb01"; joining more parts is not useful.
_MAX_PARTS = 4


def documents(product_ids: Sequence[UUID]) -> dict[UUID, dict[str, Any]]:
    """Documents of existing products, hidden ones included. 4 queries."""
    variants = Variant.objects.active().select_related("brand").prefetch_related("options")
    products = (
        Product.objects.filter(pk__in=product_ids)
        .order_by("pk")
        .prefetch_related(Prefetch("variants", queryset=variants))
    )
    names, kinds = _categories()
    return {
        product.pk: _document(product, names[product.category_id])
        | {"kinds": kinds[product.category_id]}
        for product in products
    }


def codes_of(texts: Iterable[str]) -> list[str]:
    """Codes with digits, in parts and joined: "DR-3000" gives "3000" and "dr3000"."""
    found: dict[str, None] = {}
    for text in texts:
        for run in plain(text).split():
            parts = re.findall(r"[^\W_]+", run)
            for start in range(len(parts)):
                for end in range(start + 1, min(start + _MAX_PARTS, len(parts)) + 1):
                    found["".join(parts[start:end])] = None
    return [code for code in found if any(letter.isdigit() for letter in code)]


def _document(product: Product, category: Mapping[str, str]) -> dict[str, Any]:
    variants = list(product.variants.all())
    options = [option for variant in variants for option in variant.options.all()]
    makers = [variant.brand.name for variant in variants if variant.brand]
    models = [variant.model for variant in variants]
    codes = [product.sku, *models, *(variant.sku for variant in variants)]
    names = {language: _text(product, "name", language) for language in ("es", "en")}
    beside = {
        language: _joined(
            *makers, *models, *(_text(option, "value", language) for option in options)
        )
        for language in ("es", "en")
    }
    return {
        **{f"name_{language}": name for language, name in names.items()},
        **{f"beside_{language}": text for language, text in beside.items()},
        **{f"shelf_{language}": category[language] for language in ("es", "en")},
        **{
            f"text_{language}": _text(product, "description", language)[:_MAX_TEXT_LENGTH]
            for language in ("es", "en")
        },
        "facts": _joined(*_leaves(product.attributes))[:_MAX_TEXT_LENGTH],
        "whole": _joined(*names.values(), *makers, *category.values()),
        "codes": codes_of([*codes, *names.values(), str(product.attributes.get("mpn", ""))]),
    }


def _categories() -> tuple[dict[UUID, dict[str, str]], dict[UUID, list[str]]]:
    """The names, by language, and the marks of each category and all above it. 1 query."""
    rows = {row.pk: row for row in Category.objects.select_related("family")}

    def names(row: Category, language: str) -> str:
        above = rows.get(row.parent_id) if row.parent_id else None
        rest = names(above, language) if above else _text(row.family, "name", language)
        return _joined(_text(row, "name", language), rest)

    def kinds(row: Category) -> list[str]:
        above = rows.get(row.parent_id) if row.parent_id else None
        return [mark_of(row.pk), *(kinds(above) if above else [mark_of(row.family_id)])]

    return (
        {
            key: {language: names(row, language) for language in ("es", "en")}
            for key, row in rows.items()
        },
        {key: kinds(row) for key, row in rows.items()},
    )


def _text(row: Any, field: str, language: str) -> str:
    """The text in that language, else in the other."""
    other = "en" if language == "es" else "es"
    return getattr(row, f"{field}_{language}") or getattr(row, f"{field}_{other}") or ""


def _leaves(value: Any) -> list[str]:
    """Texts and numbers in nested attributes."""
    if isinstance(value, Mapping):
        return [leaf for part in value.values() for leaf in _leaves(part)]
    if isinstance(value, (list, tuple)):
        return [leaf for part in value for leaf in _leaves(part)]
    return [] if value is None or isinstance(value, bool) else [str(value)]


def _joined(*texts: str) -> str:
    """The texts, each once, as one."""
    return " ".join(dict.fromkeys(text for text in texts if text))
