"""A product's reviews as the components need them. The same for every visitor."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

from django.core.paginator import Page
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from catalog.models import Product
from core.caching.page import tag
from core.caching.values import cached
from reviews import selectors
from reviews.models import Fit, ProductQuestion, Review
from reviews.selectors import ReviewFilters, ReviewSort

REPUTATION_SECONDS = 60
MAX_STRIP = 12
# Fewer opinions on the fit say nothing.
MIN_FITS = 2
_IN_LANGUAGE = {"en": _("in English"), "es": _("in Spanish")}
_RATING_WORDS = (
    (Decimal("4.5"), _("Excellent")),
    (Decimal("3.5"), _("Good")),
    (Decimal("2.5"), _("All right")),
    (Decimal("1.5"), _("Poor")),
    (Decimal(0), _("Bad")),
)


def section(product: Product, filters: ReviewFilters) -> dict[str, Any]:
    """A page of a product's reviews, with its filters. At most 5 queries."""
    tag("opinions", [product.pk])
    tally = selectors.tally(product.pk) if product.rating_count else selectors.Tally({}, {})
    counts, number = tally.stars, sum(tally.stars.values())
    address = reverse("storefront:product-reviews", args=[product.slug])
    context: dict[str, Any] = {"product": product, "reviews": [], "review_count": number}
    if not number:
        return context
    tag("reviews")
    page = selectors.page_of(product.pk, filters, counts)
    return context | {
        "reviews": [shown(review) for review in page],
        "rating_word": _rating_word(product.rating_average),
        "fit": _fit(tally.fit),
        "all_photos": selectors.photos_of(product.pk, most=MAX_STRIP),
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


def questions(product: Product, *, most: int) -> dict[str, Any]:
    """The newest answered questions, and whether there are more. 1 query."""
    tag("opinions", [product.pk])
    found = selectors.questions_of(product.pk, most=most + 1)
    return {
        "questions": [_question(question) for question in found[:most]],
        "has_more_questions": len(found) > most,
    }


def _question(question: ProductQuestion) -> dict[str, Any]:
    language, note = _foreign(question.language)
    return {
        "text": question.text,
        "answer": question.answer,
        "name": question.name,
        "at": question.created_at,
        "language": language,
        "language_note": note,
    }


def _foreign(language: str) -> tuple[str, str]:
    """The language and its words, where it is not the reader's own."""
    foreign = "" if language in ("", get_language()) else language
    return foreign, str(_IN_LANGUAGE.get(foreign, ""))


def _rating_word(average: Decimal) -> StrOrPromise:
    return next(word for least, word in _RATING_WORDS if average >= least)


def _fit(counts: Mapping[Fit, int]) -> list[dict[str, Any]]:
    """How many find it small, right or large, in percent; nothing while hardly anybody says."""
    number = sum(counts.values())
    if number < MIN_FITS:
        return []
    most = max(counts.values())
    return [
        {
            "label": fit.label,
            "percent": round(100 * count / number),
            "is_most": count == most,
        }
        for fit, count in counts.items()
    ]


def reputation(seller_id: UUID) -> dict[str, Any]:
    """What the reviews of a seller's products add up to. No query while it is fresh, else 1."""
    average, number = cached(
        f"reputation:{seller_id}", lambda: selectors.reputation(seller_id), REPUTATION_SECONDS
    )
    return {"rating": average, "rating_count": number}


def shown(review: Review) -> dict[str, Any]:
    """One review. No query where `reviews.selectors` has read it."""
    language, note = _foreign(review.language)
    return {
        "id": review.pk,
        "title": review.title,
        "text": review.comment,
        "language": language,
        "language_note": note,
        "fit": review.get_fit_display(),
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
