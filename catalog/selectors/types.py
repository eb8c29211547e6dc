"""Plain values for catalogue pages, so that templates cannot cause queries."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from typing import NamedTuple, Self
from urllib.parse import urlencode
from uuid import UUID

from django.db import models
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from catalog.models import Brand, Family, Product, ProductImage, Variant
from catalog.models import Collection as CatalogueCollection
from catalog.selectors.cards import Card, CardPicture
from catalog.selectors.category_tree import CategoryNode
from catalog.size_guides import SizeGuide

PAGE_SIZE = 24
OPTION_PREFIX = "opt_"
# Limits against programs that send endless filters.
_MAX_VALUES = 30
_MAX_OPTIONS = 10
_LAST_PAGE = 1000
_MAX_NAME_LENGTH = 80
_MAX_VALUE_LENGTH = 160
_TENTHS, _CENTS = Decimal("0.1"), Decimal("0.01")


class Sort(models.TextChoices):
    POPULAR = "popular", _("Most popular")
    RELEVANCE = "relevance", _("Most relevant")
    ARRANGED = "arranged", _("Featured")
    NEWEST = "newest", _("Newest")
    PRICE_UP = "price", _("Price: low to high")
    PRICE_DOWN = "-price", _("Price: high to low")
    RATING = "rating", _("Best rated")


def _amount(text: str) -> Decimal | None:
    try:
        amount = Decimal(text)
    except InvalidOperation:
        return None
    if not (amount.is_finite() and 0 <= amount < 10**10):
        return None
    # One canonical form: 10 for 1e1 and 10.0, 10.50 for 10.5.
    plain = Decimal(f"{amount.normalize():f}")
    return plain.quantize(_CENTS) if plain == plain.quantize(_TENTHS) != int(plain) else plain


def _whole(text: str, *, least: int, most: int) -> int | None:
    return int(text) if text.isdecimal() and least <= int(text[:9]) <= most else None


def _values(data: QueryDict, name: str) -> tuple[str, ...]:
    """`brand=a&brand=b` and `brand=a,b` are the same."""
    values = [part.strip() for text in data.getlist(name) for part in text.split(",")]
    # Longer values cannot exist; they must not fill the cache.
    kept = (value for value in values if 0 < len(value) <= _MAX_VALUE_LENGTH and "\0" not in value)
    return tuple(dict.fromkeys(kept))[:_MAX_VALUES]


def asked_options(data: QueryDict) -> dict[str, tuple[str, ...]]:
    """The values of `opt_size` and other option filters, by option key."""
    names = [name for name in sorted(data) if name.startswith(OPTION_PREFIX)]
    options = {
        name.removeprefix(OPTION_PREFIX): _values(data, name)
        for name in names[:_MAX_OPTIONS]
        if "\0" not in name and len(name) <= _MAX_NAME_LENGTH
    }
    return {key: chosen for key, chosen in options.items() if chosen}


@dataclass(frozen=True, slots=True)
class ListingFilters:
    """The shopper's filters, sort order and page. Malformed parameters are ignored."""

    brands: tuple[str, ...] = ()
    price_min: Decimal | None = None
    price_max: Decimal | None = None
    rating: int | None = None
    available: bool = False
    options: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = ""
    page: int = 1
    # The facet to show with all of its values.
    whole: str = ""

    @classmethod
    def from_query(cls, data: QueryDict) -> Self:
        """Read the query parameters of a listing: brand, price_min, opt_size …"""
        sort = data.get("sort", "")
        return cls(
            brands=_values(data, "brand"),
            price_min=_amount(data.get("price_min", "")),
            price_max=_amount(data.get("price_max", "")),
            rating=_whole(data.get("rating", ""), least=1, most=5),
            available=data.get("available", "") in ("1", "true", "on", "yes"),
            options=asked_options(data),
            sort=sort if sort in Sort.values else "",
            page=_whole(data.get("page", ""), least=1, most=_LAST_PAGE) or 1,
            whole=data.get("whole", "").replace("\0", "")[:_MAX_NAME_LENGTH],
        )

    def pairs(self) -> list[tuple[str, str]]:
        """The filters as query parameters, without sort and page."""
        pairs = [("brand", slug) for slug in self.brands]
        for name in ("price_min", "price_max", "rating"):
            value = getattr(self, name)
            if value is not None:
                pairs.append((name, str(value)))
        if self.available:
            pairs.append(("available", "1"))
        for key, values in self.options.items():
            pairs.extend((f"{OPTION_PREFIX}{key}", value) for value in values)
        return pairs

    def query(self, **changes: str | int) -> str:
        """The query string of these filters, with changes of `sort`, `page` or `whole`."""
        same: dict[str, str | int] = {"sort": self.sort, "page": self.page, "whole": self.whole}
        return self.join(self.pairs(), **{**same, **changes})

    @staticmethod
    def join(pairs: Sequence[tuple[str, str]], **others: str | int) -> str:
        """A query string; default values of `sort`, `page` and `whole` are left out."""
        rest = [(name, str(value)) for name, value in others.items() if str(value) not in ("", "1")]
        return urlencode([*pairs, *rest])

    @property
    def is_narrowed(self) -> bool:
        return bool(self.pairs())

    def on_page(self, page: int) -> Self:
        return replace(self, page=page)


@dataclass(frozen=True, slots=True)
class Scope:
    """The products to list, before filters. Empty for the whole shop."""

    family_id: UUID | None = None
    category_id: UUID | None = None
    brand_id: UUID | None = None
    seller_id: UUID | None = None
    collection_id: UUID | None = None
    # Keys of search results as text, best first (the order of RELEVANCE). All are visible.
    product_ids: Sequence[str] | None = None


class FacetValue(NamedTuple):
    """A value to filter by and the number of matching products."""

    value: str
    label: str
    count: int  # type: ignore[assignment]  # a tuple's own `count` is not asked for
    chosen: bool
    colour: str = ""


class Facet(NamedTuple):
    """`parameter` is the form field's name: brand, rating, available or opt_size."""

    parameter: str
    label: str
    values: tuple[FacetValue, ...]

    @property
    def chosen(self) -> tuple[FacetValue, ...]:
        return tuple(value for value in self.values if value.chosen)


@dataclass(frozen=True, slots=True)
class Chip:
    """
    An active filter. `query` removes it, `count` is the number of results without it, if known.
    """

    label: str
    query: str
    count: int = 0


@dataclass(frozen=True, slots=True)
class Subcategory:
    """A child category and the number of results in it."""

    id: UUID
    name: str
    slug: str
    icon: str
    count: int


class PriceBounds(NamedTuple):
    lowest: Decimal
    highest: Decimal


@dataclass(frozen=True, slots=True)
class ListingTotals:
    """Counts over the whole list; `quartiles` are of its prices."""

    count: int
    available: int
    by_stars: Mapping[int, int]
    lowest: Decimal | None = None
    highest: Decimal | None = None
    quartiles: Sequence[float] = ()

    @property
    def bounds(self) -> PriceBounds | None:
        if self.lowest is None or self.highest is None:
            return None
        return PriceBounds(self.lowest, self.highest)


class PriceRange(NamedTuple):
    """A price range; `query` filters by it, or removes it if it is chosen."""

    label: str
    query: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a list with its facets, filters and sort orders."""

    cards: tuple[Card, ...]
    count: int
    page: int
    pages: int
    filters: ListingFilters
    sort: str
    sorts: tuple[tuple[str, str], ...]
    facets: tuple[Facet, ...]
    chips: tuple[Chip, ...]
    subcategories: tuple[Subcategory, ...]
    prices: PriceBounds | None
    price_ranges: tuple[PriceRange, ...] = ()

    @property
    def has_next(self) -> bool:
        return self.page < self.pages

    @property
    def next_query(self) -> str:
        return self.filters.query(page=self.page + 1)

    @property
    def previous_query(self) -> str:
        return self.filters.query(page=self.page - 1)


class Image(NamedTuple):
    """A picture of a product, of an option's value, or of one variant: see `pictures_for`."""

    variant_id: UUID | None
    option_key: str
    shown_by: Collection[UUID | None]
    picture: CardPicture


class Option(NamedTuple):
    """An option of a variant: keys for URLs, and translated texts."""

    key: str
    value_key: str
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class OptionChoice:
    """
    An option value on the product page, given the values chosen before it.

    A colour is sold out if all its sizes are; a size if it is sold out in the chosen colour.
    """

    key: str
    label: str
    is_offered: bool
    is_sold_out: bool
    colour: str = ""


@dataclass(frozen=True, slots=True)
class OptionGroup:
    """An option with its values; `chosen` is None while the option is open."""

    key: str
    label: str
    choices: tuple[OptionChoice, ...]
    chosen: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class Specification:
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class ProductPage:
    """
    Everything on a product page.

    `makers`: brands of the same model, to choose from instead of options. `values`: option values
    of each variant by key. `variant`: the chosen one; while options are `open`, it represents those
    `left`. `images`: of the chosen variant; `all_images`: of all. `shows_exact_stock`: as decided
    by a collection, None if none decides. `refusal`: why the chosen variant cannot be bought now,
    or "". `drop`: the running drop of the product; `drop_slug`: a drop that sells it, running or
    not.
    """

    product: Product
    variant: Variant
    variants: tuple[Variant, ...]
    left: tuple[Variant, ...]
    open: tuple[str, ...]
    options: tuple[OptionGroup, ...]
    values: Mapping[UUID, Mapping[str, Option]]
    makers: tuple[Variant, ...]
    images: tuple[Image, ...]
    all_images: tuple[Image, ...]
    brand: Brand | None
    family: Family
    breadcrumbs: tuple[CategoryNode, ...]
    size_guide: SizeGuide | None
    specifications: tuple[Specification, ...]
    refusal: str
    shows_exact_stock: bool | None
    drop: CatalogueCollection | None
    drop_slug: str


@dataclass(frozen=True, slots=True)
class Related:
    """Other products for a product page: of its looks, bought together, of the same category."""

    look: tuple[Card, ...]
    together: tuple[Card, ...]
    alike: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """A variant in a comparison."""

    variant: Variant
    image: ProductImage | None
    specifications: Mapping[str, str]
