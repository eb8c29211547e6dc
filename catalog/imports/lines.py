"""Lines of a catalogue file, validated, with prices in the shop's currency."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from core.exceptions import DomainError
from core.money import quantize

LANGUAGES = ("es", "en")
UNSORTED = {"en": "Other products", "es": "Otros productos"}
_KNOWN = frozenset(
    {
        *("id", "name", "name_es", "description", "description_es", "brand", "lang", "slug"),
        *("category_path", "category_path_es", "price", "list_price", "currency", "seller"),
        *(
            "attributes",
            "image",
            "images",
            "option_images",
            "rating",
            "review_count",
            "variants",
            "flags",
        ),
        # For products with a single variant.
        "stock",
    }
)
_MAX = 255
_PRICE_LIMIT = Decimal(10**9)
_MAX_UNITS = 1_000_000


class BadLine(DomainError):
    """A line that cannot become a product."""


@dataclass(frozen=True, slots=True)
class VariantLine:
    sku: str
    options: tuple[tuple[str, str], ...]
    price: Decimal
    list_price: Decimal
    stock: int | None = None
    stock_in: Mapping[str, int] = field(default_factory=dict)
    brand: str = ""
    model: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    image: str = ""
    weight_kg: Decimal | None = None


@dataclass(frozen=True, slots=True)
class CatalogueLine:
    id: str
    names: Mapping[str, str]
    descriptions: Mapping[str, str]
    language: str
    brand: str
    path: tuple[str, ...]
    path_es: tuple[str, ...]
    attributes: Mapping[str, Any]
    images: tuple[str, ...]
    rating: Decimal
    review_count: int
    variants: tuple[VariantLine, ...]
    slug: str = ""
    seller: str = ""
    flags: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    # By option and value, as written in the file.
    option_images: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)

    @property
    def base_price(self) -> Decimal:
        return min(variant.list_price for variant in self.variants)


def storable(text: str) -> str:
    """The text without characters that PostgreSQL refuses."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode()


def clean(value: object) -> str:
    """The storable text without spaces at the ends; "" for other types."""
    return storable(value).strip() if isinstance(value, str) else ""


def cut(text: str, length: int) -> str:
    """At most `length` characters, cut after a whole word if possible."""
    if len(text) <= length:
        return text
    head = text[: length + 1].rsplit(None, 1)[0] if " " in text[: length + 1] else text
    return head[:length].rstrip()


def _decimal(value: object, name: str, *, most: Decimal = _PRICE_LIMIT) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise BadLine(_("%(name)s is not a number") % {"name": name})
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation as error:
        raise BadLine(_("%(name)s is not a number") % {"name": name}) from error
    if not number.is_finite() or not 0 <= number < most:
        raise BadLine(_("%(name)s is out of range") % {"name": name})
    return number


def _path(value: object, name: str) -> tuple[str, ...]:
    steps = tuple(clean(step) for step in value) if isinstance(value, list) else ()
    if not steps or not all(steps):
        raise BadLine(_("%(name)s is not a list of names") % {"name": name})
    return tuple(cut(step, 150) for step in steps)


def _count(value: object, name: str) -> int:
    return int(_decimal(value, name, most=Decimal(_MAX_UNITS)))


def _weight(value: object) -> Decimal | None:
    """In kilograms, rounded to the gram."""
    if not value:
        return None
    return _decimal(value, "weight_kg", most=Decimal(99_999)).quantize(Decimal("0.001"))


def _names(value: object, name: str) -> tuple[str, ...]:
    """A list of texts, without the empty ones."""
    if value is not None and not isinstance(value, list):
        raise BadLine(_("%(name)s is not a list of names") % {"name": name})
    return tuple(filter(None, map(clean, value or ())))


def _option_images(value: object) -> dict[tuple[str, str], tuple[str, ...]]:
    """`{"Color=Azul": ["azul.webp"]}`: the pictures of all variants with that value."""
    found = {}
    for option, names in _object(value, "option_images").items():
        name, is_pair, chosen = (clean(part) for part in option.partition("="))
        if not (name and is_pair and chosen):
            raise BadLine(_("option_images: “%(option)s” is not Option=Value") % {"option": option})
        found[name, chosen] = _names(names, "option_images")
    return found


def _object(value: object, name: str) -> dict[str, Any]:
    if value is not None and not isinstance(value, dict):
        raise BadLine(_("%(name)s is not an object") % {"name": name})
    return value or {}


def _refuse_constant(name: str) -> None:
    """NaN and Infinity are Python's, not JSON's, and PostgreSQL refuses them."""
    raise ValueError(name)


class LineReader:
    """Reads lines. `rates` are exchange rates into the shop's currency."""

    def __init__(self, currency: str, rates: Mapping[str, Decimal]) -> None:
        self._currency = currency
        self._rates = {**rates, currency: Decimal(1)}

    def read(self, text: str) -> CatalogueLine:
        """
        Read one line.

        :raises BadLine: with the reason, if it cannot become a product
        """
        try:
            data = json.loads(text, parse_constant=_refuse_constant)
            if not isinstance(data, dict):
                raise BadLine(_("not a JSON object"))
            for name in ("id", "name", "category_path", "price"):
                if data.get(name) in (None, ""):
                    raise BadLine(_("%(name)s is missing") % {"name": name})
            return self._line(data)
        except ValueError as error:
            raise BadLine(_("not JSON")) from error
        except RecursionError as error:
            raise BadLine(_("nested too deeply")) from error

    def _line(self, data: dict[str, Any]) -> CatalogueLine:
        key = clean(str(data["id"]) if isinstance(data["id"], int) else data["id"])
        if not key or len(key) > _MAX:
            raise BadLine(_("id is not a text of at most 255 characters"))
        language = "es" if data.get("lang") == "es" else "en"
        # A product without category is still sold.
        path = _path(data["category_path"] or [UNSORTED["en"]], "category_path")
        path_es = data.get("category_path_es") if data["category_path"] else [UNSORTED["es"]]
        names, descriptions, notes = self._texts(data, language)
        if not data["category_path"]:
            notes = (*notes, _("the category path is empty: put under other products"))
        pictures = (clean(data.get("image")), *_names(data.get("images"), "images"))
        return CatalogueLine(
            id=key,
            names=names,
            descriptions=descriptions,
            language=language,
            brand=cut(clean(data.get("brand")), 150),
            path=path,
            path_es=_path(path_es, "category_path_es") if path_es else (),
            attributes=self._attributes(data),
            images=tuple(filter(None, pictures)),
            rating=quantize(_decimal(data.get("rating") or 0, "rating", most=Decimal("5.005"))),
            review_count=_count(data.get("review_count") or 0, "review_count"),
            variants=self._variants(data, key),
            slug=clean(data.get("slug")),
            seller=clean(data.get("seller")),
            flags=_names(data.get("flags"), "flags"),
            notes=notes,
            option_images=_option_images(data.get("option_images")),
        )

    def _texts(
        self, data: dict[str, Any], language: str
    ) -> tuple[dict[str, str], dict[str, str], tuple[str, ...]]:
        """Names over 255 characters are cut; the description then starts with the whole name."""
        names, descriptions = {}, {}
        notes = []
        for code, suffix in ((language, ""), ("es", "_es")):
            name, text = clean(data.get(f"name{suffix}")), clean(data.get(f"description{suffix}"))
            if not name:
                continue
            if len(name) > _MAX:
                text = f"{name}\n\n{text}".strip()
                notes.append(_("the name has over 255 characters and was cut"))
            names[code], descriptions[code] = cut(name, _MAX), text
        if not names:
            raise BadLine(_("%(name)s is missing") % {"name": "name"})
        return names, descriptions, tuple(notes)

    def _attributes(self, data: dict[str, Any]) -> dict[str, Any]:
        given = _object(data.get("attributes"), "attributes")
        unknown = {key: value for key, value in data.items() if key not in _KNOWN}
        attributes: dict[str, Any] = json.loads(
            json.dumps({**unknown, **given}).replace("\\u0000", "")
        )
        return attributes

    def _price(self, data: dict[str, Any], name: str, rate: Decimal) -> Decimal:
        amount = quantize(_decimal(data[name], name) * rate, self._currency)
        if amount >= _PRICE_LIMIT:
            raise BadLine(_("%(name)s is out of range") % {"name": name})
        return amount

    def _variants(self, data: dict[str, Any], key: str) -> tuple[VariantLine, ...]:
        rate = self._rate(data)
        price = self._price(data, "price", rate)
        list_price = self._price(data, "list_price", rate) if data.get("list_price") else price
        given = data.get("variants") or [{}]
        if not isinstance(given, list) or not all(isinstance(entry, dict) for entry in given):
            raise BadLine(_("%(name)s is not a list of objects") % {"name": "variants"})
        tells_lists = any(entry.get("list_price") for entry in given)
        found: dict[str, VariantLine] = {}
        for entry in given:
            whole = {"sku": key, "price": data["price"], "stock": data.get("stock"), **entry}
            fallback = None if tells_lists else (price, list_price)
            variant = self._variant(whole, rate, fallback)
            if variant.sku in found:
                raise BadLine(_("the SKU %(sku)s stands there twice") % {"sku": variant.sku})
            found[variant.sku] = variant
        return tuple(found.values())

    def _rate(self, data: dict[str, Any]) -> Decimal:
        currency = data.get("currency") or self._currency
        rate = self._rates.get(currency) if isinstance(currency, str) else None
        if rate is None:
            raise BadLine(
                _("no exchange rate for %(currency)s; give --rate") % {"currency": currency}
            )
        return rate

    def _variant(
        self, entry: dict[str, Any], rate: Decimal, of_product: tuple[Decimal, Decimal] | None
    ) -> VariantLine:
        price = self._price(entry, "price", rate)
        list_price = price
        if entry.get("list_price"):
            list_price = self._price(entry, "list_price", rate)
        elif of_product and of_product[0] == price:
            list_price = of_product[1]
        options = _object(entry.get("options"), "options")
        sku = clean(str(entry["sku"]) if isinstance(entry["sku"], int) else entry["sku"])
        if not sku:
            raise BadLine(_("%(name)s is missing") % {"name": "sku"})
        return VariantLine(
            sku=sku,
            options=tuple((clean(k), clean(str(v))) for k, v in options.items() if v is not None),
            price=price,
            list_price=max(price, list_price),
            stock=None if entry.get("stock") is None else _count(entry["stock"], "stock"),
            stock_in={
                code: _count(units, "stock_in")
                for code, units in _object(entry.get("stock_in"), "stock_in").items()
            },
            brand=cut(clean(entry.get("brand")), 150),
            model=cut(clean(entry.get("model")), 150),
            names={
                code: cut(clean(entry[name]), 255)
                for code, name in (("en", "name"), ("es", "name_es"))
                if entry.get(name)
            },
            image=clean(entry.get("image")),
            weight_kg=_weight(entry.get("weight_kg")),
        )
