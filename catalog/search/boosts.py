"""Boosts by staff and by what shoppers choose, applied to the results of any engine."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import F

from catalog.models import Category, Product, SearchBoost, Variant
from catalog.search import choices
from catalog.search.texts import base, split
from core.caching.ttl import TTLCache
from core.database.lookups import AnyOf


def boosted(keys: Sequence[str], query: str) -> Sequence[str]:
    """
    Reorder results by the boosts for this query, and by what shoppers chose after it. At most 2
    queries, and 1 for each boost.

    A factor divides a product's place; several multiply. A pinned product gets its place even if it
    does not match, unless it is hidden.
    """
    words = {base(word) for word in split(query)}
    boosts = [boost for boost in _boosts.get([""])[""] if _applies(boost, words)]
    factors = choices.factors(keys, query)
    if not boosts and not factors:
        return keys
    for key, factor in _factors(keys, [boost for boost in boosts if boost.factor]).items():
        factors[key] = factors.get(key, 1) * factor
    places = {key: place / factors.get(key, 1) for place, key in enumerate(keys, start=1)}
    ordered = sorted(keys, key=lambda key: (places[key], -factors.get(key, 1)))
    return _pinned(ordered, [boost for boost in boosts if boost.position])


def _applies(boost: SearchBoost, words: set[str]) -> bool:
    """A pin applies to exactly its words; a factor also to longer queries."""
    own = {base(word) for word in split(boost.query)}
    return own == words if boost.position else own <= words


def _factors(keys: Sequence[str], boosts: Sequence[SearchBoost]) -> dict[str, float]:
    """The combined factor of each result that has one. 1 query for each boost."""
    found: dict[str, float] = {}
    for boost in boosts:
        for product in _targets(boost, keys):
            key = str(product)
            found[key] = found.get(key, 1) * float(boost.factor or 1)
    return found


def _targets(boost: SearchBoost, keys: Sequence[str]) -> set[UUID]:
    if boost.product_id:
        return {boost.product_id}
    if boost.brand_id:
        variants = Variant.objects.filter(AnyOf(F("product"), keys), brand=boost.brand_id)
        return set(variants.values_list("product_id", flat=True))
    below = Category.objects.descendants(boost.category_id, include_self=True).values("pk")
    products = Product.objects.filter(AnyOf(F("pk"), keys), category__in=below)
    return set(products.values_list("pk", flat=True))


def _pinned(keys: Sequence[str], pins: Sequence[SearchBoost]) -> list[str]:
    """1 query if a pinned product is not among the results."""
    wanted = {str(pin.product_id) for pin in pins}
    missing = wanted - set(keys)
    if missing:
        shown = Product.objects.published().filter(pk__in=missing).values_list("pk", flat=True)
        wanted -= missing - {str(key) for key in shown}
    ordered = [key for key in keys if key not in wanted]
    for pin in sorted(pins, key=lambda pin: pin.position or 0):
        if str(pin.product_id) in wanted:
            ordered.insert((pin.position or 1) - 1, str(pin.product_id))
    return ordered


def _read(keys: list[str]) -> dict[str, list[SearchBoost]]:
    """All boosts by query. 1 query."""
    boosts = list(SearchBoost.objects.order_by("pk"))
    return dict.fromkeys(keys, boosts)


_boosts = TTLCache(_read)
