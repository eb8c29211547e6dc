"""What a product's page shows beside its fields: state, variants, pictures, search result."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.conf import settings
from django.forms import BoundField
from django.http import HttpRequest
from django.urls import reverse

from catalog.admin.pricing_on_page import HasPricing
from catalog.admin.stock_on_page import Place, Shelf, StockOnPage
from catalog.images import rendition_name
from catalog.models import (
    Product,
    ProductImage,
    ScheduledPrice,
    ScheduledPriceStatus,
    Variant,
    VariantOption,
)
from catalog.selectors import (
    Obstacle,
    first_pictures,
    hints,
    known_options,
    obstacles,
)
from core.admin.price_steps import PriceStep

_THUMBNAIL = 320
_ANCHORS = {
    "variants": "#variants",
    "stock": "#variants",
    "state": "#state",
    "price": "#price",
    "pictures": "#pictures",
}


@dataclass(frozen=True)
class Todo:
    """What is missing, and the address where it is mended."""

    text: str
    address: str
    is_hint: bool


@dataclass(frozen=True)
class UnitsCell:
    """Units of a variant in a place, and their field for people who may change them."""

    place: Place
    shelf: Shelf
    field: BoundField | None


@dataclass(frozen=True)
class Line:
    """A variant that is there."""

    variant: Variant
    name: str
    form: Any
    picture: str
    cells: list[UnitsCell]
    plans: list[ScheduledPrice] = field(default_factory=list)
    price_steps: list[PriceStep] = field(default_factory=list)


def parts(
    request: HttpRequest, context: Mapping[str, Any], stock: StockOnPage, *, may_edit: bool
) -> dict[str, Any]:
    """The page's own context. A fixed number of queries."""
    form = context["adminform"].form
    product: Product | None = context.get("original")
    inlines = {each.formset.model: each for each in context["inline_admin_formsets"]}
    grid = form.grid if may_edit else None
    if not may_edit:
        form.facts.only_shown()
    rows = inlines.get(Variant)
    found = {
        "rows_of_variants": rows,
        "pictures": inlines.get(ProductImage),
        "others": [each for model, each in inlines.items() if model not in {Variant, ProductImage}],
        "grid": grid,
        "facts": form.facts,
        "picture_cards": list(_pictures(inlines[ProductImage].formset)),
        "shop_url": settings.SITE_URL,
        "known_options": known_options(form.category_id()) if grid else [],
        "may_correct": stock.may_correct(request),
    }
    _offer_values(form, inlines[ProductImage].formset.choices, grid)
    return found | (_of_saved(product, rows, stock) if product else {})


def _of_saved(product: Product, rows: Any, stock: StockOnPage) -> dict[str, Any]:
    shelves = rows.formset.shelves if rows else stock.shelves(product.pk)
    places = rows.formset.places if rows else ()
    missing = obstacles(product, free=sum(shelf.free for shelf in shelves.values()))
    return {
        "places": places,
        "lines": list(_lines(product, rows.formset, places, shelves)) if rows else [],
        "variant_count": 0 if rows else product.variants.count(),
        "obstacles": [todo(product, each) for each in missing],
        "hints": [todo(product, each) for each in hints(product)],
    }


def _lines(
    product: Product,
    formset: Any,
    places: Sequence[Place],
    shelves: Mapping[tuple[UUID, UUID], Shelf],
) -> Iterator[Line]:
    variants = [form.instance for form in formset.initial_forms]
    names, pictures = _names(product), first_pictures(variants)
    plans, steps = _plans(product), _price_steps(product, variants)
    for form in formset.initial_forms:
        variant = form.instance
        fields = {each.name: each for each in getattr(form, "units", ())}
        yield Line(
            variant,
            names.get(variant.pk) or variant.name,
            form,
            thumbnail(pictures.get(variant.pk)),
            [
                UnitsCell(
                    place,
                    shelves.get((variant.pk, place.key), Shelf()),
                    fields.get(f"units-{place.key}"),
                )
                for place in places
            ],
            plans.get(variant.pk, []),
            steps.get(variant.pk, []),
        )


def _pictures(formset: Any) -> Iterator[tuple[Any, str]]:
    """Each with the address of its small copy."""
    for form in formset.initial_forms:
        yield form, thumbnail(form.instance)


def thumbnail(image: ProductImage | None) -> str:
    """The address of a small copy, or of the picture itself until there is one."""
    if image is None or not image.picture:
        return ""
    name = str(image.picture.name)
    if _THUMBNAIL in image.rendition_widths:
        name = rendition_name(name, _THUMBNAIL, "webp")
    return str(image.picture.storage.url(name))


def _names(product: Product) -> dict[UUID, str]:
    """The option values of each variant. 1 query."""
    found: dict[UUID, list[str]] = {}
    rows = VariantOption.objects.filter(variant__product=product).order_by("position", "pk")
    for row in rows:
        found.setdefault(row.variant_id, []).append(row.value)
    return {key: " · ".join(values) for key, values in found.items()}


def _plans(product: Product) -> dict[UUID, list[ScheduledPrice]]:
    """Prices that are planned, or run until a day. 1 query."""
    found: dict[UUID, list[ScheduledPrice]] = {}
    to_come = [ScheduledPriceStatus.PLANNED, ScheduledPriceStatus.RUNNING]
    rows = ScheduledPrice.objects.filter(variant__product=product, status__in=to_come)
    for row in rows.order_by("starts_at"):
        found.setdefault(row.variant_id, []).append(row)
    return found


def _price_steps(product: Product, variants: list[Variant]) -> Mapping[UUID, list[PriceStep]]:
    """Of the prices that are saved, whatever a refused form has put into its rows."""
    saved = Variant.objects.filter(product=product).select_related("product")
    return HasPricing.pricing.explain(list(saved)) if variants else {}


def todo(product: Product, obstacle: Obstacle) -> Todo:
    """With the address of the place where it is mended."""
    pages = {
        "category": ("admin:catalog_category_change", [product.category_id]),
        "seller": ("admin:accounts_seller_change", [product.seller_id]),
        "drop": ("admin:catalog_collection_changelist", []),
    }
    page = pages.get(obstacle.mend)
    address = reverse(page[0], args=page[1]) if page else _ANCHORS[obstacle.mend]
    return Todo(obstacle.text, address, obstacle.is_hint)


def _offer_values(form: Any, there: list[tuple[str, str]], grid: Any) -> None:
    """Let new pictures be of an option value: of those there are, and of those just typed."""
    if "new_pictures_show" not in form.fields:
        return
    typed = [
        (f"{option['key']}={option['value_key']}", value)
        for row in (grid.rows if grid else ())
        for option, value in zip(row.plan.options, row.plan.values, strict=True)
    ]
    values = [each for each in there if not each[0] or "=" in each[0]]
    form.fields["new_pictures_show"].widget.choices = list(dict([*values, *typed]).items())
