"""Why the products of a search stand where they do, for staff."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from constance import config
from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from catalog.models import Category, Family, Product, VariantOption
from catalog.search import choices, search_in_words
from catalog.search.boosts import boosted
from catalog.search.kinds import Kinds, mark_of
from catalog.search.postgres import PostgresSearch, Step, contributions
from catalog.search.query_terms import meaning_of_query
from catalog.selectors import ListingFilters
from core.formats import money

_LIMIT = 1_000


@dataclass(frozen=True, slots=True)
class Reason:
    """A part of a product's score, in hundredths of the score."""

    label: StrOrPromise
    percent: int


@dataclass(frozen=True, slots=True)
class Place:
    """
    A product in the results: what found it, its score, and where boosts moved it from.

    `choices` is by how many percent of its place shoppers' choices raise it.
    """

    product: Product
    found_by: StrOrPromise
    score: int
    reasons: Sequence[Reason]
    place_before: int | None
    choices: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """What the search understood, the limits it took from the words, and the first places."""

    limits: Sequence[str]
    kinds: Sequence[str]
    head: str | None
    places: Sequence[Place]


def explain(query: str, most: int = 20) -> Explanation:
    """
    Explain the first results of PostgreSQL's search for these words. At most 50 queries.

    Limits that the words say are named; products outside them keep their place here.
    """
    answer = search_in_words(query, ListingFilters())
    limits, query = _limits(answer.listing.filters), answer.query
    steps = PostgresSearch().steps(query, _LIMIT)
    step_of = {key: step for step in reversed(steps) for key in step.keys}
    plain = list(dict.fromkeys(key for step in steps for key in step.keys))
    order = list(boosted(plain, query))[:most]
    raised = choices.factors(order, query)
    before = {key: place for place, key in enumerate(plain, start=1)}
    scores = {
        id(step): contributions([key for key in order if step_of.get(key) is step], step.terms)
        for step in steps
        if step.terms
    }
    products = Product.objects.select_related("category").in_bulk([UUID(key) for key in order])
    meaning = meaning_of_query(query)
    return Explanation(
        limits=limits,
        kinds=_names(meaning.kinds),
        head=meaning.head,
        places=[
            _place(
                products[UUID(key)],
                step_of.get(key),
                scores,
                _moved(key, place, before),
                raised.get(key, 1),
            )
            for place, key in enumerate(order, start=1)
            if UUID(key) in products
        ],
    )


def _place(
    product: Product,
    step: Step | None,
    scores: dict[int, dict[str, list[float]]],
    place_before: int | None,
    raised: float,
) -> Place:
    amounts = scores.get(id(step), {}).get(str(product.pk), [])
    total = sum(amounts)
    reasons = [
        Reason(term.label, round(100 * amount / total))
        for term, amount in zip(step.terms if step else (), amounts, strict=False)
        if total and amount
    ]
    reasons.sort(key=lambda reason: -reason.percent)
    name = step.name if step else ""
    return Place(product, name, round(total), reasons, place_before, round(100 - 100 / raised))


def _limits(filters: ListingFilters) -> list[str]:
    """What the words say of price, size, quantity and colour. At most 2 queries."""
    amounts = ((_("from %s"), filters.price_min), (_("up to %s"), filters.price_max))
    found = [text % money(amount, config.CURRENCY) for text, amount in amounts if amount]
    for key, values in filters.options.items():
        options = VariantOption.objects.filter(key=key, value_key__in=values)
        found += [f"{option.name}: {option.value}" for option in options[:1]]
    return found


def _moved(key: str, place: int, before: dict[str, int]) -> int | None:
    """The place without boosts, if it is another one; 0 for what only a boost shows."""
    return None if before.get(key) == place else before.get(key, 0)


def _names(kinds: Kinds) -> list[str]:
    rows: Iterable[Family | Category] = (*Family.objects.all(), *Category.objects.all())
    return sorted({row.name for row in rows if mark_of(row.pk) in kinds})
