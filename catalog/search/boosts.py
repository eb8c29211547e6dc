"""What staff want further up or down, applied to the results of any engine."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import F

from catalog.models import Category, Product, SearchBoost, Variant
from catalog.search.texts import base, split
from core.caching.ttl import TTLCache
from core.database.lookups import AnyOf


def boosted(keys: Sequence[str], query: str) -> Sequence[str]:
    """
    The keys of the found products, best first, with the boosts that are meant for this query.

    A factor divides a product's place, several multiply. A pinned product stands at its place even
    if the words alone do not find it, unless shoppers may not see it. At most 1 query where no
    boost is meant for this query, else 1 for each that is.
    """
    words = {base(word) for word in split(query)}
    fitting = [boost for boost in _boosts.get([""])[""] if _is_meant(boost, words)]
    if not fitting:
        return keys
    factors = _factors(keys, [boost for boost in fitting if boost.factor])
    places = {key: place / factors.get(key, 1) for place, key in enumerate(keys, start=1)}
    ordered = sorted(keys, key=lambda key: (places[key], -factors.get(key, 1)))
    return _pinned(ordered, [boost for boost in fitting if boost.position])


def _is_meant(boost: SearchBoost, words: set[str]) -> bool:
    """A pin is for exactly its words; a factor also for a search that says more."""
    own = {base(word) for word in split(boost.query)}
    return own == words if boost.position else own <= words


def _factors(keys: Sequence[str], boosts: Sequence[SearchBoost]) -> dict[str, float]:
    """The product of each found product's factors, where it has any. 1 query for each boost."""
    found: dict[str, float] = {}
    for boost in boosts:
        for product in _meant_by(boost, keys):
            key = str(product)
            found[key] = found.get(key, 1) * float(boost.factor or 1)
    return found


def _meant_by(boost: SearchBoost, keys: Sequence[str]) -> set[UUID]:
    if boost.product_id:
        return {boost.product_id}
    if boost.brand_id:
        variants = Variant.objects.filter(AnyOf(F("product"), keys), brand=boost.brand_id)
        return set(variants.values_list("product_id", flat=True))
    below = Category.objects.descendants(boost.category_id, include_self=True).values("pk")
    products = Product.objects.filter(AnyOf(F("pk"), keys), category__in=below)
    return set(products.values_list("pk", flat=True))


def _pinned(keys: Sequence[str], pins: Sequence[SearchBoost]) -> list[str]:
    """1 query, where something is pinned that the words alone did not find."""
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
    """The whole table under each key. 1 query."""
    boosts = list(SearchBoost.objects.order_by("pk"))
    return dict.fromkeys(keys, boosts)


_boosts = TTLCache(_read)
