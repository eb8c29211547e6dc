"""A product's reviews as the components need them. The same for every visitor."""

from typing import Any, cast
from uuid import UUID

from django.core.paginator import Page
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from catalog.models import Product
from core.caching.page import tag
from core.caching.values import cached
from reviews import selectors
from reviews.models import Review
from reviews.selectors import ReviewFilters, ReviewSort

REPUTATION_SECONDS = 60
_IN_LANGUAGE = {"en": _("in English"), "es": _("in Spanish")}


def section(product: Product, filters: ReviewFilters) -> dict[str, Any]:
    """A page of a product's reviews, with its filters. At most 4 queries."""
    tag("opinions", [product.pk])
    counts = selectors.histogram(product.pk) if product.rating_count else {}
    number = sum(counts.values())
    address = reverse("storefront:product-reviews", args=[product.slug])
    context: dict[str, Any] = {"product": product, "reviews": [], "review_count": number}
    if not number:
        return context
    tag("reviews")
    page = selectors.page_of(product.pk, filters, counts)
    return context | {
        "reviews": [shown(review) for review in page],
        "histogram": [_bar(stars, counts[stars], filters, address) for stars in counts],
        "review_filters": filters,
        "review_sorts": [
            {"value": sort.value, "label": sort.label, "chosen": sort == filters.sort}
            for sort in ReviewSort
        ],
        "review_pages": _pages(page, filters, address),
        "reviews_url": address,
        "all_reviews_url": _link(address, filters.query(stars=None, with_photos=False)),
        "photos_url": _link(address, filters.query(with_photos=not filters.with_photos)),
    }


def reputation(seller_id: UUID) -> dict[str, Any]:
    """What the reviews of a seller's products add up to. No query while it is fresh, else 1."""
    average, number = cached(
        f"reputation:{seller_id}", lambda: selectors.reputation(seller_id), REPUTATION_SECONDS
    )
    return {"rating": average, "rating_count": number}


def shown(review: Review) -> dict[str, Any]:
    """One review. No query where `reviews.selectors` has read it."""
    # Named only where it is not the reader's own.
    language = "" if review.language in ("", get_language()) else review.language
    return {
        "id": review.pk,
        "title": review.title,
        "text": review.comment,
        "language": language,
        "language_note": str(_IN_LANGUAGE.get(language, "")),
        "rating": review.rating,
        "author": selectors.display_name(review),
        "at": review.created_at,
        "verified": review.is_verified,
        "helpful": review.helpful_count,
        "reply": review.answer,
        "photos": tuple(cast("Any", review).photo_keys),  # annotated
    }


def _bar(stars: int, count: int, filters: ReviewFilters, address: str) -> dict[str, Any]:
    """A row of the histogram; what leads to no review is no link."""
    chosen = filters.stars == stars
    url = _link(address, filters.query(stars=None if chosen else stars)) if count else ""
    return {"stars": stars, "count": count, "url": url, "chosen": chosen}


def _pages(page: Page[Review], filters: ReviewFilters, address: str) -> dict[str, Any]:
    def url(number: int) -> str:
        return _link(address, filters.query(page=number))

    elided = page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
    items = [
        {"number": number, "url": url(number), "current": number == page.number}
        if isinstance(number, int)
        else {"number": None}
        for number in elided
    ]
    return {
        "items": items,
        "previous_url": url(page.previous_page_number()) if page.has_previous() else "",
        "next_url": url(page.next_page_number()) if page.has_next() else "",
        "shown": page.end_index(),
        "total": page.paginator.count,
    }


def _link(address: str, query: str) -> str:
    return f"{address}?{query}#reviews" if query else f"{address}#reviews"
