"""The rows of products on the home page."""

from typing import Any

from django.db.models import Exists, OuterRef

from catalog.models import Availability, Product, Variant
from catalog.selectors import cards_of
from storefront import presenters

ROW = 8


def home(most: int = ROW) -> dict[str, list[dict[str, Any]]]:
    """The newest, the offers and what sells best, each product once. 6 queries."""
    published = Product.objects.published().select_related("seller")
    shown = published.exclude(availability=Availability.SOLD_OUT)
    flagged = {
        "offers": shown.filter(_has(is_on_offer=True)).order_by("-units_sold", "pk"),
        "news": shown.filter(_has(is_new=True)).order_by("-created_at", "pk"),
        "popular": shown.order_by("-units_sold", "pk"),
    }
    rows = {name: list(products[:most]) for name, products in flagged.items()}
    every = {product.pk: product for row in rows.values() for product in row}
    drawn = {card.id: presenters.card(card) for card in cards_of(list(every.values()))}
    return {
        name: [drawn[product.pk] for product in row if product.pk in drawn]
        for name, row in rows.items()
    }


def _has(**flags: bool) -> Exists:
    return Exists(Variant.objects.active().filter(product=OuterRef("pk"), **flags))
