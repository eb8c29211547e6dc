"""Products beside a product: bought with it, like it, seen before it."""

from collections.abc import Sequence
from uuid import UUID

from catalog.models import Availability, Product
from catalog.selectors.cards import cards_of, for_cards
from catalog.selectors.types import Card, Related

_MOST = 8


def related(product: Product, partners: Sequence[UUID]) -> Related:
    """
    Of `partners`, best first, those that can be bought; and best sellers of the same shelf.

    3 queries; 4 if there are partners.
    """
    others = for_cards(Product.objects.published()).exclude(availability=Availability.SOLD_OUT)
    found = others.in_bulk(list(partners)) if partners else {}
    together = [found[key] for key in partners if key in found][:_MOST]
    shelf = others.filter(category=product.category_id).exclude(pk__in=[product.pk, *found])
    alike = list(shelf.order_by("-units_sold", "pk")[:_MOST])
    cards = cards_of([*together, *alike])
    return Related(together=cards[: len(together)], alike=cards[len(together) :])


def cards_by_slug(slugs: Sequence[str]) -> tuple[Card, ...]:
    """Products on show as cards, in the order of their slugs. 3 queries, 1 without any."""
    found = {
        each.slug: each for each in for_cards(Product.objects.published()).filter(slug__in=slugs)
    }
    known = [found[slug] for slug in dict.fromkeys(slugs) if slug in found]
    return cards_of(known) if known else ()
