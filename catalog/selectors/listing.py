"""Lists of products with their facets."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from catalog.colours import COLOUR_OPTIONS
from catalog.models import Product
from catalog.selectors import choices, facets, looser_filters
from catalog.selectors.cards import cards_of
from catalog.selectors.listing_scope import ListingScope
from catalog.selectors.price_ranges import price_ranges
from catalog.selectors.shelves import Node, Shelves, open_shelves
from catalog.selectors.types import (
    PAGE_SIZE,
    Facet,
    Listing,
    ListingFilters,
    Scope,
    Shelf,
    Sort,
)
from core.caching.page import tag

# So few are sorted sooner than found among all products by an index that has them in order.
_FEW = 2_000
_ORDERS: dict[str, tuple[str, ...]] = {
    Sort.POPULAR: ("-units_sold", "pk"),
    Sort.ARRANGED: ("collection_entries__position", "collection_entries__pk"),
    Sort.NEWEST: ("-created_at", "pk"),
    Sort.PRICE_UP: ("price_from", "pk"),
    Sort.PRICE_DOWN: ("-price_from", "pk"),
    Sort.RATING: ("-rating_average", "-rating_count", "pk"),
}


def listing(filters: ListingFilters, *, scope: Scope) -> Listing:
    """
    One page of what shoppers may see in `scope`, with counts of every facet. At most 8 queries,
    and where the chosen filters leave nothing, one for each of them.

    A page past the end is the last one.
    """
    shelves = None if scope.product_ids is not None else open_shelves(having=scope.category_id)
    scoped = in_scope(scope, shelves)
    below = _below(scope, shelves) if shelves else []
    figures = facets.figures(scoped, filters, by_shelf=bool(below))
    pages = max(1, -(-figures.count // PAGE_SIZE))
    filters = filters.on_page(min(filters.page, pages))
    without = () if figures.count else looser_filters.choices(scoped, filters)
    found: list[Facet] = []
    if figures.count or filters.is_narrowed:
        found = [
            # On the page of a brand there is no other to choose.
            *([] if scope.brand_id else [facets.brand_facet(figures, filters)]),
            *facets.option_facets(figures, filters),
            *facets.fixed_facets(figures.totals, filters),
        ]
    return Listing(
        cards=cards_of(
            _page(scoped, filters, _sort(filters, scope), figures.count), _colours(filters)
        ),
        count=figures.count,
        page=filters.page,
        pages=pages,
        filters=filters,
        sort=_sort(filters, scope).value,
        sorts=tuple((sort.value, str(sort.label)) for sort in _sorts(scope)),
        facets=tuple(facet for facet in found if facet.values),
        chips=tuple(facets.chips(filters, found)) if figures.count else without,
        shelves=_shelves(below, figures.shelves),
        prices=facets.price_bounds(figures.totals),
        price_ranges=price_ranges(figures.totals, filters),
    )


def _colours(filters: ListingFilters) -> dict[str, tuple[str, ...]]:
    """The chosen colours: what is listed is shown in them."""
    return {key: values for key, values in filters.options.items() if key in COLOUR_OPTIONS}


def in_scope(scope: Scope, shelves: Shelves | None) -> ListingScope:
    """The published products of the scope: a search finds no others. No query of its own."""
    if shelves is None:
        return ListingScope(product_ids=scope.product_ids)
    keys = shelves.keys(family_id=scope.family_id, category_id=scope.category_id)
    if scope.family_id or scope.category_id:
        tag("category", keys)
    is_one = len(keys) == 1
    return ListingScope(
        shelf=keys[0] if is_one else None,
        shelves=None if is_one else keys,
        brand_id=scope.brand_id,
        seller_id=scope.seller_id,
        collection_id=scope.collection_id,
        now=timezone.now(),
    )


def _sorts(scope: Scope) -> list[Sort]:
    """What the list can be sorted by, the usual first."""
    everywhere: list[Sort] = [sort for sort in Sort if sort not in (Sort.RELEVANCE, Sort.ARRANGED)]
    if scope.product_ids is not None:
        return [Sort.RELEVANCE, *everywhere]
    return [Sort.ARRANGED, *everywhere] if scope.collection_id else everywhere


def _sort(filters: ListingFilters, scope: Scope) -> Sort:
    sorts = _sorts(scope)
    return Sort(filters.sort) if filters.sort in sorts else sorts[0]


def _page(found: ListingScope, filters: ListingFilters, sort: Sort, count: int) -> list[UUID]:
    if not count:
        return []
    if sort == Sort.RELEVANCE:
        return _most_relevant(found, filters)
    # One shelf has an index of its own.
    are_few = count <= _FEW and not found.shelf
    if filters.page == 1:
        return list((_first_of_few if are_few else _first)(found, filters, sort))
    start = (filters.page - 1) * PAGE_SIZE
    rows = (_sorted_few if are_few else _sorted)(found, filters, sort)
    return list(rows[start : start + PAGE_SIZE])


def _first(found: ListingScope, filters: ListingFilters, sort: Sort) -> QuerySet[Product, UUID]:
    return _sorted(found, filters, sort)[:PAGE_SIZE]


def _first_of_few(
    found: ListingScope, filters: ListingFilters, sort: Sort
) -> QuerySet[Product, UUID]:
    return _sorted_few(found, filters, sort)[:PAGE_SIZE]


def _sorted(found: ListingScope, filters: ListingFilters, sort: Sort) -> QuerySet[Product, UUID]:
    return _chosen(found, filters).order_by(*_ORDERS[sort]).values_list("pk", flat=True)


def _sorted_few(
    found: ListingScope, filters: ListingFilters, sort: Sort
) -> QuerySet[Product, UUID]:
    """In the same order, by a value that no index has."""
    column, *rest = _ORDERS[sort]
    same = Coalesce(F(column.removeprefix("-")), F(column.removeprefix("-")))
    first = same.desc() if column.startswith("-") else same.asc()
    return _chosen(found, filters).order_by(first, *rest).values_list("pk", flat=True)


def _chosen(found: ListingScope, filters: ListingFilters) -> QuerySet[Product]:
    return choices.fitting(found, filters).filter(choices.fits_product(filters))


def _most_relevant(found: ListingScope, filters: ListingFilters) -> list[UUID]:
    keys: Sequence[str] = found.product_ids or ()
    if filters.is_narrowed:
        fitting = {str(key) for key in _chosen(found, filters).values_list("pk", flat=True)}
        keys = [key for key in keys if key in fitting]
    start = (filters.page - 1) * PAGE_SIZE
    return [UUID(key) for key in keys[start : start + PAGE_SIZE]]


def _below(scope: Scope, shelves: Shelves) -> list[Node]:
    """The next level down, inside a family or category."""
    if scope.category_id:
        here = shelves.nodes.get(scope.category_id)
        return here.children if here else []
    return shelves.tops(scope.family_id) if scope.family_id else []


def _shelves(nodes: Sequence[Node], counts: Mapping[UUID, int]) -> tuple[Shelf, ...]:
    """Those where something is left."""
    filled = [_shelf(node, counts) for node in nodes]
    return tuple(shelf for shelf in filled if shelf.count)


def _shelf(node: Node, counts: Mapping[UUID, int]) -> Shelf:
    count = sum(counts.get(key, 0) for key in node.below())
    return Shelf(node.id, node.name, node.slug, node.icon, count)
