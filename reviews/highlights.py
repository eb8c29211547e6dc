"""What customers praise, for the home page."""

from typing import Any, NamedTuple

from catalog.models import Product
from reviews.models import Review, ReviewStatus
from reviews.selectors import display_name

_MIN_RATING = 4
_MIN_LETTERS = 40


class Praise(NamedTuple):
    text: str
    author: str
    rating: int
    product: Product


def praises(language: str, most: int = 3) -> list[Praise]:
    """The newest praise in this language of verified buyers, one for each product. 1 query."""
    rows = (
        Review.objects.filter(
            status=ReviewStatus.APPROVED,
            is_verified=True,
            language=language,
            rating__gte=_MIN_RATING,
            comment__regex=rf"^.{{{_MIN_LETTERS},220}}$",
            product__in=Product.objects.published(),
        )
        .select_related("product", "user")
        .order_by("-created_at", "pk")
    )
    by_product: dict[Any, Review] = {}
    for row in rows[: most * 4]:
        by_product.setdefault(row.product_id, row)
    chosen = list(by_product.values())[:most]
    return [Praise(row.comment, display_name(row), row.rating, row.product) for row in chosen]
