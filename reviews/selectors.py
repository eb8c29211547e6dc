"""Reviews as shoppers and sellers read them."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Self
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.core.paginator import Page, Paginator
from django.db import models
from django.db.models import Avg, Case, Count, Exists, F, OuterRef, Q, Value, When
from django.db.models.expressions import OrderBy
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from catalog.models import Product, VariantOption
from catalog.size_guides import SIZE_OPTIONS
from orders.models import OrderLine
from orders.states import SALES
from reviews.models import (
    Fit,
    HelpfulVote,
    ProductQuestion,
    Review,
    ReviewPhoto,
    ReviewQuerySet,
)

PER_PAGE = 10
STARS = range(5, 0, -1)
# The customer has it, or has paid for it and it is on its way.
_BOUGHT = Q(delivered_quantity__gt=0) | Q(
    order__paid_at__isnull=False, order__status__in=SALES, cancelled_quantity__lt=F("quantity")
)


class ReviewSort(models.TextChoices):
    NEWEST = "", _("Newest")
    HELPFUL = "helpful", _("Most helpful")
    HIGHEST = "highest", _("Best rated")
    LOWEST = "lowest", _("Worst rated")


_ORDER = {
    ReviewSort.NEWEST: ("-created_at", "-pk"),
    ReviewSort.HELPFUL: ("-helpful_count", "-created_at", "-pk"),
    ReviewSort.HIGHEST: ("-rating", "-created_at", "-pk"),
    ReviewSort.LOWEST: ("rating", "-created_at", "-pk"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewFilters:
    """A shopper's filters for reviews. Malformed ones are ignored."""

    stars: int | None = None
    with_photos: bool = False
    sort: ReviewSort = ReviewSort.NEWEST
    page: int = 1

    @classmethod
    def from_query(cls, typed: Mapping[str, str]) -> Self:
        stars, page, sort = (typed.get(name, "") for name in ("stars", "page", "sort"))
        return cls(
            stars=int(stars) if stars in {str(each) for each in STARS} else None,
            with_photos=typed.get("photos") == "1",
            sort=ReviewSort(sort) if sort in ReviewSort.values else ReviewSort.NEWEST,
            page=int(page) if re.fullmatch("[1-9][0-9]{0,4}", page) else 1,
        )

    def query(self, **changes: object) -> str:
        """The query string of this choice with changes; the page is the first unless named."""
        wanted = replace(self, **{"page": 1, **changes})  # type: ignore[arg-type]
        pairs = {
            "stars": wanted.stars,
            "photos": int(wanted.with_photos),
            "sort": wanted.sort.value,
            "page": wanted.page if wanted.page > 1 else 0,
        }
        return urlencode({name: value for name, value in pairs.items() if value})


def page_of(product_id: UUID, filters: ReviewFilters, counts: Mapping[int, int]) -> Page[Review]:
    """A page of the product's reviews with writers and photos. 1 query, or 2 for photos alone."""
    rows = Review.objects.approved().filter(product=product_id)
    if filters.stars:
        rows = rows.filter(rating=filters.stars)
    if filters.with_photos:
        rows = rows.filter(Exists(ReviewPhoto.objects.filter(review=OuterRef("pk"))))
    pages: Paginator[Review] = Paginator(_whole(rows).order_by(*_order(filters.sort)), PER_PAGE)
    if not filters.with_photos:
        # The histogram has counted them.
        pages.count = counts[filters.stars] if filters.stars else sum(counts.values())
    return pages.get_page(filters.page)


def _order(sort: ReviewSort) -> tuple[OrderBy | str, ...]:
    return own_language_first(), *_ORDER[sort]


def own_language_first() -> OrderBy:
    """Texts in the reader's language, or of unknown language, come first."""
    is_own = Q(language__in=("", get_language() or settings.LANGUAGE_CODE))
    return Case(When(is_own, then=Value(0)), default=Value(1)).asc()


def shown(review_id: UUID) -> Review:
    """
    One review that everybody may read. 1 query.

    :raises Review.DoesNotExist: if there is none, or it is not approved
    """
    return _whole(Review.objects.approved()).select_related("product").get(pk=review_id)


def _whole(rows: ReviewQuerySet) -> ReviewQuerySet:
    """With their writers and the keys of their photos."""
    photos = ReviewPhoto.objects.filter(review=OuterRef("pk")).order_by("position")
    keys = ArraySubquery(photos.values("pk"))
    return rows.select_related("user").annotate(photo_keys=keys)


def display_name(review: Review) -> str:
    """How its writer is called: first name and initial. No query where the user is read with it."""
    user = review.user
    if user is None or not user.first_name:
        return gettext("A customer")
    return f"{user.first_name} {user.last_name[:1]}." if user.last_name else user.first_name


@dataclass(frozen=True)
class Tally:
    """How many approved reviews gave each number of stars, best first, and told each fit."""

    stars: Mapping[int, int]
    fit: Mapping[Fit, int]


def tally(product_id: UUID) -> Tally:
    """What the approved reviews of the product add up to. 1 query."""
    rows = Review.objects.approved().filter(product=product_id).values_list("rating", "fit")
    counts = list(rows.annotate(count=Count("pk")).order_by())
    return Tally(
        stars={stars: sum(n for rating, _, n in counts if rating == stars) for stars in STARS},
        fit={each: sum(n for _, fit, n in counts if fit == each) for each in Fit},
    )


def photos_of(product_id: UUID, *, most: int) -> list[UUID]:
    """The keys of photos of the product's approved reviews, the newest review's first. 1 query."""
    photos = ReviewPhoto.objects.filter(
        review__in=Review.objects.approved(), review__product=product_id
    )
    keys = photos.order_by("-review__created_at", "-review", "position").values_list(
        "pk", flat=True
    )
    return list(keys[:most])


def has_sizes(product_id: UUID) -> bool:
    """Whether the product comes in sizes, so that its fit can be told. 1 query."""
    options = VariantOption.objects.filter(variant__product=product_id, variant__is_active=True)
    return options.filter(key__in=SIZE_OPTIONS).exists()


def questions_of(product_id: UUID, *, most: int) -> list[ProductQuestion]:
    """Answered questions about the product, those in the reader's language first. 1 query."""
    rows = ProductQuestion.objects.shown().filter(product=product_id)
    return list(rows.order_by(own_language_first(), "-created_at", "-pk")[:most])


def reputation(seller_id: UUID) -> tuple[Decimal, int]:
    """Average and number of the approved reviews of all that the seller has on offer. 1 query."""
    rows = Review.objects.approved().filter(product__seller=seller_id)
    found = rows.aggregate(average=Avg("rating"), number=Count("pk"))
    return Decimal(found["average"] or 0).quantize(Decimal("0.01")), found["number"]


def has_voted(user: User, review_id: UUID) -> bool:
    """Whether the user has said that the review helped. 1 query."""
    return HelpfulVote.objects.filter(user=user, review=review_id).exists()


def bought_by(user_id: UUID, product_ids: Collection[UUID]) -> set[UUID]:
    """Which of the products the user has, or has paid for. 1 query."""
    lines = OrderLine.objects.filter(
        _BOUGHT, order__customer=user_id, variant__product__in=product_ids
    )
    return set(lines.values_list("variant__product", flat=True))


def own(user: User) -> ReviewQuerySet:
    """What the user has written, the newest first. 2 queries when read."""
    mine = _whole(Review.objects.filter(user=user)).select_related("product")
    return mine.order_by("-created_at", "-pk")


def own_review(user: User, product_id: UUID) -> Review | None:
    """What the user has written of the product. At most 2 queries."""
    return _whole(Review.objects.filter(user=user, product=product_id)).first()


def stars_given(user: User, product_ids: Collection[UUID]) -> dict[UUID, int]:
    """The user's ratings of these products, by product. 1 query."""
    rows = Review.objects.filter(user=user, product__in=product_ids)
    return dict(rows.values_list("product", "rating"))


def to_review(user: User, *, most: int = 20) -> list[Product]:
    """Visible products that the user has bought and not reviewed. 1 query."""
    bought = OrderLine.objects.filter(_BOUGHT, order__customer=user)
    written = Review.objects.filter(user=user, product=OuterRef("pk"))
    products = Product.objects.published().filter(
        ~Exists(written), pk__in=bought.values("variant__product")
    )
    return list(products.order_by("name", "pk")[:most])
