"""Limits that a query says in words, as filters: "zapatillas rojas talla 42 menos de 300"."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from django.utils.translation import get_language

from catalog.colours import COLOUR_OPTIONS
from catalog.models import VariantOption
from catalog.search.texts import base, plain
from catalog.selectors import ListingFilters
from core.caching.values import cached

_SECONDS = 300
_MAX_VALUES = 5_000
_MAX_SIZE_LENGTH = 10
_MAX_AMOUNT = Decimal(10**9)
_UNITS = (
    r"mb|gb|tb|gigas?|teras?|mm|cm|m|mts?|metros?|kg|kilos?|g|lb|oz|ml|l|lts?|litros?|w|watts?|v|hz"
    r"|mah|mp|btu|pulg(?:adas)?|inch(?:es)?|ft|a[nñ]os|years|meses|months|personas|people|horas|hours"
    r"|hojas|sheets|piezas|pieces|unidades|cuerpos|plazas"
)
_AMOUNT = (
    r"(?:s/\.?|\$)?\s*(\d{1,7}(?:[.,]\d{3}){0,2}(?:[.,]\d{1,2})?)\b"
    rf"(?![.,]?\d)(?!\s*-?\s*(?:(?:{_UNITS})\b|[\"”%]))\s*(?:soles)?"
)
_BETWEEN = re.compile(rf"\b(?:entre|between)\s+{_AMOUNT}\s*(?:y|and|-)\s+{_AMOUNT}", re.IGNORECASE)
_AT_MOST = re.compile(
    r"\b(?:(?:por\s+)?menos\s+de|hasta|por\s+debajo\s+de|m[aá]ximo|under|below|less\s+than|up\s+to)"
    rf"\s+{_AMOUNT}",
    re.IGNORECASE,
)
_AT_LEAST = re.compile(
    r"\b(?:m[aá]s\s+de|desde|por\s+encima\s+de|m[ií]nimo|over|above|more\s+than|at\s+least)"
    rf"\s+{_AMOUNT}",
    re.IGNORECASE,
)
_SIZE = re.compile(r"\b(?:talla|talle|size|n[uú]mero)\s+([\w./-]{1,10})", re.IGNORECASE)
_QUANTITY = re.compile(rf"\b\d{{1,5}}(?:[.,]\d{{1,2}})?\s?(?:(?:{_UNITS})\b|[\"”])", re.IGNORECASE)
# A screen's size is often said without its unit.
_DECIMAL = re.compile(r"(?<![\w.,])\d{1,3}[.,]\d{1,2}(?![\w.,\"”])")
_WORD = re.compile(r"[^\W\d_]{3,}")
_OF = re.compile(r"\b(?:de|of)\s+$", re.IGNORECASE)
# Known as colours even in a shop where no option has them.
_COLOUR_NAMES = frozenset({
    "amarillo", "azul", "beige", "black", "blanco", "blue", "brown", "celeste", "dorado", "gray",
    "green", "grey", "gris", "marron", "morado", "naranja", "negro", "orange", "pink", "plateado",
    "purple", "red", "rojo", "rosado", "silver", "turquesa", "verde", "white", "yellow",
})  # fmt: skip

_COLOUR_BASES = frozenset(map(base, _COLOUR_NAMES))

# Plain text of an option's value → its option and value, as in addresses.
Values = Mapping[str, tuple[str, str]]


def understand(query: str, filters: ListingFilters) -> tuple[str, ListingFilters]:
    """
    The query without the limits it says in words, and the filters with them. At most 1 query.

    Prices are in the shop's currency. Sizes, quantities and colours count where some product has
    exactly that option. Filters that are set already stay as they are.
    """
    rest, filters = _prices(query, filters)
    rest, filters = _options(rest, filters)
    return " ".join(rest.split()), filters


def _prices(query: str, filters: ListingFilters) -> tuple[str, ListingFilters]:
    if filters.price_min is not None or filters.price_max is not None:
        return query, filters
    if found := _BETWEEN.search(query):
        least, most = sorted(map(_number, found.groups()))
        filters = replace(filters, price_min=least, price_max=most)
        return query.replace(found[0], " "), filters
    if found := _AT_MOST.search(query):
        filters = replace(filters, price_max=_number(found[1]))
        query = query.replace(found[0], " ")
    if found := _AT_LEAST.search(query):
        filters = replace(filters, price_min=_number(found[1]))
        query = query.replace(found[0], " ")
    return query, filters


def without_prices(query: str) -> tuple[str, str]:
    """The query without the prices that it says, and these."""
    return _without(
        query,
        [found[0] for each in (_BETWEEN, _AT_MOST, _AT_LEAST) if (found := each.search(query))],
    )


def without_options(query: str) -> tuple[str, str]:
    """The query without the sizes, quantities and colours that it says, and these."""
    return _without(
        query,
        [whole for kind, whole, text in _said(query) if kind != "colour" or text in _COLOUR_BASES],
    )


def _without(query: str, parts: Sequence[str]) -> tuple[str, str]:
    dropped = [part for part in dict.fromkeys(parts) if part in query]
    for part in dropped:
        query = _cut(query, part)
    return " ".join(query.split()), " ".join(dropped)


def _cut(query: str, part: str) -> str:
    return re.sub(rf"(?<!\w){re.escape(part)}(?!\w)", " ", query, count=1)


def _number(text: str) -> Decimal:
    """ "1,499.90", "1.499,90" and "1500"; a group of three digits is of thousands."""
    text = re.sub(r"[.,](?=\d{3}(?!\d))", "", text)
    return min(Decimal(text.replace(",", ".")), _MAX_AMOUNT)


def _options(query: str, filters: ListingFilters) -> tuple[str, ListingFilters]:
    said = list(_said(query))
    if not said:
        return query, filters
    language = get_language() or "es"
    known = cached("option values by text", lambda: _read(language), _SECONDS)
    for kind, whole, text in said:
        key, value = known.get(f"{kind}:{text}", ("", ""))
        if key and key not in filters.options:
            filters = replace(filters, options={**filters.options, key: (value,)})
            query = _cut(query, whole)
    return query, filters


def _said(query: str) -> Iterator[tuple[str, str, str]]:
    """What may be an option: its sort, how it stands in the query, and its plain text."""
    for found in _SIZE.finditer(query):
        yield "size", found[0], _plain(found[1])
    for found in _QUANTITY.finditer(query):
        yield "any", found[0], _plain(found[0])
    for found in _DECIMAL.finditer(query):
        yield "any", found[0], f'{_plain(found[0])}"'
    for found in _WORD.finditer(query):
        for text in _colours(found[0]) if not _OF.search(query[: found.start()]) else ():
            yield "colour", found[0], text


def _read(language: str) -> dict[str, tuple[str, str]]:
    """The values of all options in this language. 1 query."""
    rows = VariantOption.objects.order_by("key", "value_key").values_list(
        "key", "value_key", f"value_{language}", "value"
    )
    found: dict[str, tuple[str, str]] = {}
    for key, value_key, text, fallback in rows.distinct()[:_MAX_VALUES]:
        value = text or fallback
        quantity = f"any:{_plain(value)}"
        # Of several options, such as memory and storage, none is meant for certain.
        is_known = found.get(quantity, (key, ""))[0] != key
        found[quantity] = ("", "") if is_known else (key, value_key)
        if key in COLOUR_OPTIONS:
            found.setdefault(f"colour:{base(plain(value))}", (key, value_key))
        elif len(_plain(value)) <= _MAX_SIZE_LENGTH:
            found.setdefault(f"size:{_plain(value)}", (key, value_key))
    return found


def _plain(text: str) -> str:
    """Without spaces, and inches as one sign: "500 GB" and "500gb", 15.6" and 15.6 pulgadas."""
    text = re.sub(r"\s*(?:pulgadas|inch(?:es)?|[\"”])", '"', plain(text))
    return re.sub(r"\s", "", text.replace(",", "."))


def _colours(text: str) -> list[str]:
    """What the colour may be called: "rojo" too for "roja" and "rojas"."""
    word = base(plain(text))
    return [word, f"{word[:-1]}o"] if word.endswith("a") else [word]
