"""Many codes for one promotion: generated together, hard to guess, easy to read aloud."""

from dataclasses import dataclass
from random import Random, SystemRandom
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, F, Max, QuerySet, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from promotions.exceptions import BatchRefused
from promotions.models import Coupon, Promotion, PromotionTrigger

MAX_CODES = 10_000
MIN_RANDOM = 8
# Nothing that is taken for something else: no 0 and O, no 1 and I.
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
SOURCE = SystemRandom()
COLUMNS = {
    "code": gettext_lazy("code"),
    "batch": gettext_lazy("batch"),
    "max_uses": gettext_lazy("uses"),
    "uses": gettext_lazy("used"),
    "is_active": gettext_lazy("active"),
    "starts_at": gettext_lazy("starts"),
    "ends_at": gettext_lazy("ends"),
}


@dataclass(frozen=True, kw_only=True)
class Batch:
    """What to make: so many codes, each of a prefix and `length` random characters."""

    name: str
    number: int
    prefix: str = ""
    length: int = 10
    max_uses: int | None = 1


@transaction.atomic
def make(promotion_id: UUID, batch: Batch, *, source: Random = SOURCE) -> None:
    """
    Make the codes, all or none. They last as long as their promotion.

    :raises BatchRefused: if the promotion has no codes, or has a batch of this name already
    """
    promotion = Promotion.objects.locked().get(pk=promotion_id)
    if promotion.trigger != PromotionTrigger.COUPON:
        raise BatchRefused(_("Only a promotion whose trigger is a coupon code has codes."))
    made = Coupon.objects.filter(promotion=promotion, batch=batch.name)
    if made.exists():
        raise BatchRefused(_("This promotion has a batch of this name already."))
    while missing := batch.number - made.count():
        # A code that there is already is left out.
        Coupon.objects.bulk_create(
            (
                Coupon(
                    promotion=promotion,
                    batch=batch.name,
                    code=batch.prefix.upper() + "".join(source.choices(ALPHABET, k=batch.length)),
                    max_uses=batch.max_uses,
                )
                for _ in range(missing)
            ),
            ignore_conflicts=True,
        )


def batches_of(promotion: Promotion) -> list[dict[str, Any]]:
    """Name, codes and uses of each of the promotion's batches, the newest first. 1 query."""
    rows = Coupon.objects.filter(promotion=promotion).exclude(batch="").values("batch")
    summed = rows.annotate(codes=Count("pk"), used=Sum("uses"), made_at=Max("created_at"))
    return [dict(row) for row in summed.order_by("-made_at", "batch")]


def with_window(coupons: QuerySet[Coupon]) -> QuerySet[Coupon]:
    """The codes with what `COLUMNS` names, in order. 1 query."""
    window = {"starts_at": F("promotion__starts_at"), "ends_at": F("promotion__ends_at")}
    return coupons.annotate(**window).order_by("batch", "code")
