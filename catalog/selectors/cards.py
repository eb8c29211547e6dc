"""Product cards in lists, and the query for them."""

import json
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, QuerySet, TextField, Window
from django.db.models.functions import Cast, JSONObject, RowNumber

from catalog.colours import COLOUR_OPTIONS, code_of
from catalog.lookups import localized
from catalog.models import Product, ProductImage, Variant, VariantOption
from catalog.selectors.pictures import pictures_for
from core.caching.page import tag
from core.database.compiled import compiled
from core.database.lookups import AnyOf, AsJSON

_MAX_DOTS = 6
# The picture, and another view of the same colour.
_MAX_VIEWS = 2


class Colour(NamedTuple):
    """A dot on a card. `code` is `#rrggbb`."""

    key: str
    label: str
    code: str


class CardPicture(NamedTuple):
    """A stored picture with the widths of its renditions, ascending."""

    name: str
    width: int
    height: int
    alt: str
    widths: tuple[int, ...]


class _OwnedPicture(NamedTuple):
    """A picture with its owner, for `pictures_for`."""

    variant_id: UUID | None
    option_key: str
    shown_by: Collection[UUID | None]
    picture: CardPicture


# Option values by option key, such as (("color", ("blue", "red")),).
Wanted = tuple[tuple[str, tuple[str, ...]], ...]


class Card(NamedTuple):
    """
    A product with its variants and the first two pictures of each owner as JSON.

    `wanted` are option values that the list is filtered by: the card shows a variant that has them.
    JSON is parsed only when a card is rendered, as rendered cards are cached by these values.
    """

    id: UUID
    key: str | None
    name: str
    slug: str
    availability: str
    price_from: Decimal
    list_price: Decimal
    rating: Decimal
    rating_count: int
    variants: str
    pictures: str
    wanted: Wanted = ()

    @property
    def external_id(self) -> str:
        """The id of the catalogue file, else the key."""
        return self.key or str(self.id)

    @property
    def is_on_offer(self) -> bool:
        return self.list_price > self.price_from

    @property
    def discount_percent(self) -> int:
        if not self.is_on_offer:
            return 0
        return int((self.list_price - self.price_from) * 100 / self.list_price)

    @property
    def is_sold_out(self) -> bool:
        return self.availability == "sold_out"

    @property
    def image(self) -> CardPicture | None:
        """The first picture of the variant that the product's page shows first."""
        return next(iter(self.images), None)

    @property
    def images(self) -> tuple[CardPicture, ...]:
        """Up to two pictures of the variant that the product's page shows first."""
        variants = self._variants()
        found = sorted(json.loads(self.pictures), key=lambda each: (each["position"], each["id"]))
        shown = self._shown()
        key = UUID(shown["id"]) if shown else None
        owned = pictures_for([_image(each, variants) for each in found], key)
        # The fallback has one picture of each other variant: no second view of the first.
        is_own = any(not each.variant_id or each.variant_id == key for each in owned)
        return tuple(each.picture for each in owned[: _MAX_VIEWS if is_own else 1])

    @property
    def sku(self) -> str:
        """Of the variant that the product's page shows first; empty if there is none."""
        shown = self._shown()
        return shown["sku"] if shown else ""

    @property
    def has_choice(self) -> bool:
        """True if there are several variants to choose from."""
        return len(self._variants()) > 1

    @property
    def choice(self) -> dict[str, str]:
        """The wanted values that the shown variant has, by option key."""
        shown = self._shown()
        has = {option["key"]: option["value"] for option in shown["options"]} if shown else {}
        return {key: has[key] for key, values in self.wanted if has.get(key) in values}

    @property
    def has_price_range(self) -> bool:
        return len({variant["price"] for variant in self._variants()}) > 1

    @property
    def brand(self) -> str:
        return next((each["brand"] for each in self._variants() if each["brand"]), "")

    @property
    def is_new(self) -> bool:
        return any(variant["is_new"] for variant in self._variants())

    @property
    def colours(self) -> tuple[Colour, ...]:
        """Up to six colours; none if there is only one."""
        return _colours(self._variants())

    def _shown(self) -> Mapping[str, Any] | None:
        return _shown_first(self._variants(), self.wanted)

    def _variants(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self.variants)
        return found


def _shown_first(variants: Sequence[Mapping[str, Any]], wanted: Wanted) -> Mapping[str, Any] | None:
    """As on the product's page: the first available variant, wanted values first."""
    fitting = [each for each in variants if all(_has(each, *option) for option in wanted)]
    on_sale = (each for each in fitting or variants if each["availability"] != "sold_out")
    return next(on_sale, next(iter(fitting or variants), None))


def _has(variant: Mapping[str, Any], key: str, values: Collection[str]) -> bool:
    return any(each["key"] == key and each["value"] in values for each in variant["options"])


def _image(row: Mapping[str, Any], variants: Sequence[Mapping[str, Any]]) -> _OwnedPicture:
    key, value = row["option_key"], row["value_key"]
    widths = tuple(sorted(row["widths"]))
    return _OwnedPicture(
        UUID(row["variant"]) if row["variant"] else None,
        key,
        [UUID(each["id"]) for each in variants if key and _has(each, key, (value,))],
        CardPicture(row["name"], row["width"], row["height"], row["alt"], widths),
    )


def _colours(variants: Sequence[Mapping[str, Any]]) -> tuple[Colour, ...]:
    found: dict[str, Colour] = {}
    for variant in variants:
        for option in variant["options"]:
            value = option["value"]
            code = code_of(value) if option["key"] in COLOUR_OPTIONS else ""
            if code:
                found.setdefault(value, Colour(value, option["label"], code))
    return tuple(found.values())[:_MAX_DOTS] if len(found) > 1 else ()


# In the order of Card's fields.
_COLUMNS = (
    *("pk", "external_id", "text", "slug", "availability", "price_from", "list_price_from"),
    *("rating_average", "rating_count", "sold_as", "pictures"),
)


def cards_of(
    products: Sequence[UUID], wanted: Mapping[str, Sequence[str]] | None = None
) -> tuple[Card, ...]:
    """
    Cards of these products in this order; missing ones are left out.

    A card shows a variant with the `wanted` values of options, if there is one. Visibility is up to
    the caller. 1 query, none without products.
    """
    tag("product", products)
    narrowed = tuple((key, tuple(values)) for key, values in (wanted or {}).items())
    rows = _rows(list(products)) if products else []
    found = {row[0]: Card(*row)._replace(wanted=narrowed) for row in rows}
    return tuple(found[key] for key in products if key in found)


@compiled
def _rows(products: list[UUID]) -> QuerySet[Product, Any]:
    """Plain values, as model instances would take a good part of a page's time."""
    rows = Product.objects.filter(AnyOf(F("pk"), products)).annotate(
        text=localized("name"), sold_as=_variants(), pictures=_pictures()
    )
    return rows.values_list(*_COLUMNS)


def _variants() -> AsJSON:
    option = JSONObject(key="key", value="value_key", label=localized("value"))
    options = VariantOption.objects.filter(variant=OuterRef("pk")).values_list(option)
    variant = JSONObject(
        id="pk",
        sku="sku",
        availability="availability",
        price=Cast("price", TextField()),
        is_new="is_new",
        brand="brand__name",
        options=ArraySubquery(options),
    )
    rows = Variant.objects.filter(product=OuterRef("pk"), is_active=True)
    return AsJSON(ArraySubquery(rows.order_by("position", "pk").values_list(variant)))


def _pictures() -> AsJSON:
    """The first two pictures of each owner: the product, an option value, a variant."""
    owner = ("variant", "option_key", "value_key")
    names = (*owner, "width", "height", "position")
    image = JSONObject(
        **{name: name for name in names},
        id="pk",
        name="picture",
        alt=localized("alt"),
        widths="rendition_widths",
    )
    place = Window(RowNumber(), partition_by=owner, order_by=("position", "pk"))
    rows = ProductImage.objects.filter(product=OuterRef("pk")).order_by()
    firsts = rows.annotate(place=place).filter(place__lte=_MAX_VIEWS)
    return AsJSON(ArraySubquery(firsts.values_list(image)))
