"""Why the products of a search stand where they do, for staff."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django_stubs_ext import StrOrPromise

from catalog.models import Category, Family, Product
from catalog.search.boosts import boosted
from catalog.search.kinds import Kinds, mark_of
from catalog.search.postgres import PostgresSearch, Step, contributions
from catalog.search.query_terms import meaning_of_query

_LIMIT = 1_000


@dataclass(frozen=True, slots=True)
class Reason:
    """A part of a product's score, in hundredths of the score."""

    label: StrOrPromise
    percent: int


@dataclass(frozen=True, slots=True)
class Place:
    """A product in the results: what found it, its score, and where boosts moved it from."""

    product: Product
    found_by: StrOrPromise
    score: int
    reasons: Sequence[Reason]
    place_before: int | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """What the search understood, and the first places."""

    kinds: Sequence[str]
    head: str | None
    places: Sequence[Place]


def explain(query: str, most: int = 20) -> Explanation:
    """Explain the first results of PostgreSQL's search for these words. At most 16 queries."""
    steps = PostgresSearch().steps(query, _LIMIT)
    step_of = {key: step for step in reversed(steps) for key in step.keys}
    plain = list(dict.fromkeys(key for step in steps for key in step.keys))
    order = list(boosted(plain, query))[:most]
    before = {key: place for place, key in enumerate(plain, start=1)}
    scores = {
        id(step): contributions([key for key in order if step_of.get(key) is step], step.terms)
        for step in steps
        if step.terms
    }
    products = Product.objects.select_related("category").in_bulk([UUID(key) for key in order])
    meaning = meaning_of_query(query)
    return Explanation(
        kinds=_names(meaning.kinds),
        head=meaning.head,
        places=[
            _place(products[UUID(key)], step_of.get(key), scores, _moved(key, place, before))
            for place, key in enumerate(order, start=1)
            if UUID(key) in products
        ],
    )


def _place(
    product: Product,
    step: Step | None,
    scores: dict[int, dict[str, list[float]]],
    place_before: int | None,
) -> Place:
    amounts = scores.get(id(step), {}).get(str(product.pk), [])
    total = sum(amounts)
    reasons = [
        Reason(term.label, round(100 * amount / total))
        for term, amount in zip(step.terms if step else (), amounts, strict=False)
        if total and amount
    ]
    reasons.sort(key=lambda reason: -reason.percent)
    return Place(product, step.name if step else "", round(total), reasons, place_before)


def _moved(key: str, place: int, before: dict[str, int]) -> int | None:
    """The place without boosts, if it is another one; 0 for what only a boost shows."""
    return None if before.get(key) == place else before.get(key, 0)


def _names(kinds: Kinds) -> list[str]:
    rows: Iterable[Family | Category] = (*Family.objects.all(), *Category.objects.all())
    return sorted({row.name for row in rows if mark_of(row.pk) in kinds})
