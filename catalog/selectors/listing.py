"""Lists of products with their facets."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Exists, F, OuterRef, QuerySet

from catalog.lookups import AnyOf
from catalog.models import Product, Variant
from catalog.selectors import facets, relaxed
from catalog.selectors.cards import cards_of, for_cards
from catalog.selectors.shelves import Node, Shelves
from catalog.selectors.types import (
    PAGE_SIZE,
    Facet,
    Listing,
    ListingFilters,
    Scope,
    Shelf,
    Sort,
)
from core.pages import shows

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
    One page of what shoppers may see in `scope`, with counts of every facet. At most 9 queries,
    and where the chosen filters leave nothing, one for each of them.

    A page past the end is the last one.
    """
    shelves = Shelves() if scope.product_ids is None else None
    products = in_scope(scope, shelves)
    figures = facets.totals(products, filters)
    pages = max(1, -(-figures["count"] // PAGE_SIZE))
    filters = filters.on_page(min(filters.page, pages))
    without = () if figures["count"] else relaxed.choices(products, filters)
    found: list[Facet] = []
    if figures["count"] or filters.is_narrowed:
        among = facets.Found(products, scope.product_ids)
        found = [
            facets.brand_facet(among, filters),
            *facets.option_facets(among, filters),
            *facets.fixed_facets(figures, filters),
        ]
    return Listing(
        cards=cards_of(_page(products, filters, scope)) if figures["count"] else (),
        count=figures["count"],
        page=filters.page,
        pages=pages,
        filters=filters,
        sort=_sort(filters, scope),
        sorts=tuple((sort.value, str(sort.label)) for sort in _sorts(scope)),
        facets=tuple(facet for facet in found if facet.values),
        chips=tuple(facets.chips(filters, found)) if figures["count"] else without,
        shelves=_shelves(shelves, scope, products, filters) if shelves and figures["count"] else (),
        prices=facets.price_bounds(figures),
    )


def in_scope(scope: Scope, shelves: Shelves | None) -> QuerySet[Product]:
    """The published products of the scope: a search finds no others. No query of its own."""
    if shelves is None:
        return Product.objects.filter(AnyOf(F("pk"), scope.product_ids or ()))
    keys = shelves.keys(family_id=scope.family_id, category_id=scope.category_id)
    if scope.family_id or scope.category_id:
        shows("category", keys)
    # The shelves are known to be open: there is no need to join them.
    products: QuerySet[Product] = Product.objects.released().filter(AnyOf(F("category"), keys))
    if scope.brand_id:
        products = products.filter(
            Exists(Variant.objects.filter(product=OuterRef("pk"), brand=scope.brand_id))
        )
    if scope.seller_id:
        products = products.filter(seller=scope.seller_id)
    if scope.collection_id:
        products = products.filter(collection_entries__collection=scope.collection_id)
    return products


def _sorts(scope: Scope) -> list[Sort]:
    """What the list can be sorted by, the usual first."""
    everywhere: list[Sort] = [sort for sort in Sort if sort not in (Sort.RELEVANCE, Sort.ARRANGED)]
    if scope.product_ids is not None:
        return [Sort.RELEVANCE, *everywhere]
    return [Sort.ARRANGED, *everywhere] if scope.collection_id else everywhere


def _sort(filters: ListingFilters, scope: Scope) -> str:
    sorts = _sorts(scope)
    return filters.sort if filters.sort in sorts else sorts[0]


def _page(products: QuerySet[Product], filters: ListingFilters, scope: Scope) -> list[Product]:
    rows = facets.fitting(products, filters).filter(facets.fits_product(filters))
    start = (filters.page - 1) * PAGE_SIZE
    sort = _sort(filters, scope)
    if sort != Sort.RELEVANCE:
        rows = rows.order_by(*_ORDERS[sort])
        return list(for_cards(rows)[start : start + PAGE_SIZE])
    keys: Sequence[str] = scope.product_ids or ()
    if filters.is_narrowed:
        fitting = {str(key) for key in rows.values_list("pk", flat=True)}
        keys = [key for key in keys if key in fitting]
    shown = [UUID(key) for key in keys[start : start + PAGE_SIZE]]
    found = for_cards(Product.objects.all()).in_bulk(shown)
    return [found[key] for key in shown if key in found]


def _shelves(
    shelves: Shelves, scope: Scope, products: QuerySet[Product], filters: ListingFilters
) -> tuple[Shelf, ...]:
    """The next level down, where something is left. 1 query, only inside a family or category."""
    if scope.category_id:
        here = shelves.nodes.get(scope.category_id)
        nodes = here.children if here else []
    else:
        nodes = shelves.tops(scope.family_id) if scope.family_id else []
    if not nodes:
        return ()
    counts = facets.shelf_counts(products, filters)
    found = [_shelf(node, counts) for node in nodes]
    return tuple(shelf for shelf in found if shelf.count)


def _shelf(node: Node, counts: dict[UUID, int]) -> Shelf:
    count = sum(counts.get(key, 0) for key in node.below())
    return Shelf(node.id, node.name, node.slug, node.icon, count)
