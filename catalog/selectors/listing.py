"""Lists of products with their facets."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import CharField, F
from django.db.models.expressions import OrderBy
from django.db.models.functions import Cast, Coalesce
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.colours import COLOUR_OPTIONS
from catalog.lookups import localized
from catalog.models import Brand, VariantOption
from catalog.selectors import facets
from catalog.selectors.cards import cards_of
from catalog.selectors.category_tree import CategoryNode, CategoryTree, active_categories
from catalog.selectors.listing_scope import ListingScope, matching
from catalog.selectors.price_ranges import price_ranges
from catalog.selectors.types import (
    OPTION_PREFIX,
    PAGE_SIZE,
    Chip,
    Facet,
    Listing,
    ListingFilters,
    Scope,
    Sort,
    Subcategory,
)
from core.caching.page import tag

# Up to this number, sorting is faster than scanning the index of that order.
_FEW = 2_000
_MAX_LOOSER = 6
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
    One page of the visible products in `scope`, with facets.

    A page past the end is the last one. At most 8 queries, and one for each filter if nothing
    matches.
    """
    tree = None if scope.product_ids is not None else active_categories(having=scope.category_id)
    resolved = _resolved(scope, tree)
    below = _below(scope, tree) if tree else []
    counts = facets.count_listing(resolved, filters, by_category=bool(below))
    pages = max(1, -(-counts.count // PAGE_SIZE))
    filters = filters.on_page(min(filters.page, pages))
    shown = _facets(scope, counts, filters)
    sorts = _sorts(scope)
    sort = Sort(filters.sort) if filters.sort in sorts else sorts[0]
    chips = facets.chips(filters, shown) if counts.count else _looser_filters(resolved, filters)
    return Listing(
        cards=cards_of(_page(resolved, filters, sort, counts.count), _colours(filters)),
        count=counts.count,
        page=filters.page,
        pages=pages,
        filters=filters,
        sort=sort.value,
        sorts=tuple((each.value, str(each.label)) for each in sorts),
        facets=tuple(facet for facet in shown if facet.values),
        chips=tuple(chips),
        subcategories=tuple(
            Subcategory(node.id, node.name, node.slug, node.icon, count)
            for node in below
            if (count := sum(counts.categories.get(key, 0) for key in node.below()))
        ),
        prices=counts.totals.bounds,
        price_ranges=price_ranges(counts.totals, filters),
    )


def _facets(scope: Scope, counts: facets.ListingCounts, filters: ListingFilters) -> list[Facet]:
    if not (counts.count or filters.is_narrowed):
        return []
    return [
        # A brand's page offers no other brand.
        *([] if scope.brand_id else [facets.brand_facet(counts, filters)]),
        *facets.option_facets(counts, filters),
        *facets.fixed_facets(counts.totals, filters),
    ]


def _colours(filters: ListingFilters) -> dict[str, tuple[str, ...]]:
    """The filtered colours: cards show products in these colours."""
    return {key: values for key, values in filters.options.items() if key in COLOUR_OPTIONS}


def _resolved(scope: Scope, tree: CategoryTree | None) -> ListingScope:
    """The visible products of the scope. Search results are visible already. No query."""
    if tree is None:
        return ListingScope(product_ids=scope.product_ids)
    keys = tree.keys(family_id=scope.family_id, category_id=scope.category_id)
    if scope.family_id or scope.category_id:
        tag("category", keys)
    is_one = len(keys) == 1
    return ListingScope(
        category_id=keys[0] if is_one else None,
        category_ids=None if is_one else keys,
        brand_id=scope.brand_id,
        seller_id=scope.seller_id,
        collection_id=scope.collection_id,
        now=timezone.now(),
    )


def _sorts(scope: Scope) -> list[Sort]:
    """The available sort orders, the default first."""
    everywhere: list[Sort] = [sort for sort in Sort if sort not in (Sort.RELEVANCE, Sort.ARRANGED)]
    if scope.product_ids is not None:
        return [Sort.RELEVANCE, *everywhere]
    return [Sort.ARRANGED, *everywhere] if scope.collection_id else everywhere


def _page(scope: ListingScope, filters: ListingFilters, sort: Sort, count: int) -> Sequence[UUID]:
    if not count:
        return []
    start = (filters.page - 1) * PAGE_SIZE
    if sort == Sort.RELEVANCE:
        return [UUID(key) for key in _by_relevance(scope, filters)[start : start + PAGE_SIZE]]
    # The index of a single category returns products in this order.
    order = _unindexed(sort) if count <= _FEW and not scope.category_id else _ORDERS[sort]
    rows = matching(scope, filters).order_by(*order).values_list("pk", flat=True)
    return list(rows[start : start + PAGE_SIZE])


def _unindexed(sort: Sort) -> tuple[OrderBy | str, ...]:
    """The same order by an expression without an index, so that PostgreSQL sorts."""
    column, *rest = _ORDERS[sort]
    name = column.removeprefix("-")
    value = Coalesce(F(name), F(name))
    return (value.desc() if column.startswith("-") else value.asc(), *rest)


def _by_relevance(scope: ListingScope, filters: ListingFilters) -> Sequence[str]:
    keys = scope.product_ids or ()
    if not filters.is_narrowed:
        return keys
    found = matching(scope, filters).values_list(Cast("pk", CharField()), flat=True)
    matches = set(found)
    return [key for key in keys if key in matches]


def _below(scope: Scope, tree: CategoryTree) -> list[CategoryNode]:
    """The child categories of the family or category."""
    if scope.category_id:
        node = tree.nodes.get(scope.category_id)
        return node.children if node else []
    return tree.tops(scope.family_id) if scope.family_id else []


def _looser_filters(scope: ListingScope, filters: ListingFilters) -> list[Chip]:
    """
    What to remove if nothing matches: the active filters, with the number of results without each.

    1 query each, and 2 for labels, which the facets of an empty list do not have.
    """
    chips = facets.chips(filters, [])  # minimum and maximum price are one filter
    names = _filter_names(filters)
    pairs = [pair for pair in filters.pairs() if not pair[0].startswith("price_")]
    for pair in pairs[:_MAX_LOOSER]:
        rest = [other for other in filters.pairs() if other != pair]
        chips.append(Chip(names.get(pair, pair[1]), ListingFilters.join(rest, sort=filters.sort)))
    return [Chip(chip.label, chip.query, _count_without(scope, chip.query)) for chip in chips]


def _count_without(scope: ListingScope, query: str) -> int:
    return matching(scope, ListingFilters.from_query(QueryDict(query))).count()


def _filter_names(filters: ListingFilters) -> dict[tuple[str, str], str]:
    """Labels of the filtered values. At most 2 queries."""
    names = {("available", "1"): _("Available now")}
    if filters.rating:
        stars = _("%(stars)s stars and up") % {"stars": filters.rating}
        names["rating", str(filters.rating)] = stars
    if filters.brands:
        brands = Brand.objects.filter(slug__in=filters.brands).values_list("slug", "name")
        names |= {("brand", slug): name for slug, name in brands}
    if filters.options:
        values = {value for chosen in filters.options.values() for value in chosen}
        options = (
            VariantOption.objects.filter(key__in=list(filters.options), value_key__in=values)
            .annotate(text=localized("value"))
            .values_list("key", "value_key", "text")
            .distinct()
        )
        names |= {(f"{OPTION_PREFIX}{key}", value): text for key, value, text in options}
    return names
