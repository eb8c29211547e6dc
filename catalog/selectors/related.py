"""Related products: of the same look, bought together, same category, recently seen."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import F, QuerySet
from django.utils import timezone

from catalog.models import Availability, Product
from catalog.selectors.cards import Card, cards_of
from catalog.selectors.types import Related
from core.database.lookups import AnyOf

_MAX = 8


def related(product: Product, look: Sequence[UUID], partners: Sequence[UUID]) -> Related:
    """
    Available products of its `look` and `partners` in this order, and best sellers of its category.

    None comes twice. 2 queries; 3 with a look or partners.
    """
    now = timezone.now()
    wanted = list(dict.fromkeys([*look, *partners]))
    shown = set(_shown(wanted, now)) if wanted else set()
    worn = [key for key in look if key in shown][:_MAX]
    together = [key for key in partners if key in shown and key not in worn][:_MAX]
    alike = list(_same_category(product.category_id, [product.pk, *shown], now))
    cards = cards_of([*worn, *together, *alike])
    ends = len(worn), len(worn) + len(together)
    return Related(cards[: ends[0]], cards[ends[0] : ends[1]], cards[ends[1] :])


def _others(now: datetime) -> QuerySet[Product]:
    shown: QuerySet[Product] = Product.objects.published(now)
    return shown.exclude(availability=Availability.SOLD_OUT)


def _shown(products: list[UUID], now: datetime) -> QuerySet[Product, UUID]:
    return _others(now).filter(AnyOf(F("pk"), products)).values_list("pk", flat=True)


def _same_category(category: UUID, less: list[UUID], now: datetime) -> QuerySet[Product, UUID]:
    rows = _others(now).filter(category=category).exclude(AnyOf(F("pk"), less))
    return rows.order_by("-units_sold", "pk").values_list("pk", flat=True)[:_MAX]


def cards_by_slug(slugs: Sequence[str]) -> tuple[Card, ...]:
    """Cards of visible products in the order of their slugs. 2 queries, 1 without any."""
    shown = Product.objects.published().filter(slug__in=slugs)
    found: dict[str, UUID] = dict(shown.values_list("slug", "pk"))
    return cards_of([found[slug] for slug in dict.fromkeys(slugs) if slug in found])
