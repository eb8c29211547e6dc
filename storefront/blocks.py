"""The blocks of the home page, in the order set by staff."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone

from core.caching.values import cached
from storefront import curated, departments, parts, product_rows, stories
from storefront.models import HomeBlock, HomeBlockKind
from storefront.selectors import FRAME_SECONDS

MAX_TILES = 3
ROWS = {HomeBlockKind.NEWS, HomeBlockKind.OFFERS, HomeBlockKind.POPULAR, HomeBlockKind.COLLECTION}
_TEMPLATES = {
    HomeBlockKind.BANNERS: "components/_hero.html",
    HomeBlockKind.DEPARTMENTS: "storefront/_departments.html",
    HomeBlockKind.DROPS: "storefront/_drops.html",
    HomeBlockKind.KITS: "storefront/_kits.html",
    HomeBlockKind.STORIES: "storefront/_stories.html",
    HomeBlockKind.REVIEWS: "storefront/_opinions.html",
}


def home() -> list[dict[str, Any]]:
    """
    The parts of the home page with their templates and what those need; empty ones are left out.

    A product that leads a banner or a story comes in no row. At most 1 query for the parts, and
    those of each.
    """
    chosen = cached("home", _chosen, FRAME_SECONDS)
    told = {part["kind"]: _told(part["kind"]) for part in chosen if part["kind"] not in ROWS}
    named = [part["row"] for part in chosen if part["kind"] in ROWS]
    rows = product_rows.rows(named, shown=_products_of(told)) if named else {}
    drawn = [part | (told.get(part["kind"]) or {"contents": rows[part["row"]]}) for part in chosen]
    return [part for part in drawn if part["contents"]]


def _products_of(told: Mapping[str, Mapping[str, Any]]) -> set[UUID]:
    """The products that banners and stories lead to."""
    banners = told.get(HomeBlockKind.BANNERS, {}).get("contents", [])
    found = {banner["product"] for banner in banners if banner["product"]}
    for story in told.get(HomeBlockKind.STORIES, {}).get("contents", []):
        found.update(spot["product"] for spot in story["hotspots"])
    return found


def _chosen() -> list[dict[str, Any]]:
    """1 query. What staff have hidden stays hidden; a shop without any parts has the usual ones."""
    found = list(HomeBlock.objects.select_related("collection").order_by("position", "pk"))
    if not found:
        found = [HomeBlock(kind=kind) for kind in HomeBlockKind if kind != HomeBlockKind.COLLECTION]
    return [
        _part(block)
        for block in found
        if block.is_active and (block.collection is None or block.collection.is_active)
    ]


def _part(block: HomeBlock) -> dict[str, Any]:
    if block.kind not in HomeBlockKind.values:
        return {"kind": block.kind, "title": str(block)}
    kind = HomeBlockKind(block.kind)
    pages = {HomeBlockKind.DROPS: "drops", HomeBlockKind.KITS: "kits"}
    url = reverse(f"storefront:{pages[kind]}") if kind in pages else ""
    if block.collection is not None:
        url = reverse("storefront:drop", args=[block.collection.slug])
    return {
        "kind": kind,
        "template": _TEMPLATES.get(kind, "storefront/_shelf.html"),
        "title": str(block),
        "url": url,
        "row": str(block.collection_id or kind),
    }


def _told(kind: str) -> dict[str, Any]:
    """What the template of a part that is no row needs; `contents` is empty without any."""
    if kind not in HomeBlockKind.values:
        return _contents_of_package(kind)
    if kind == HomeBlockKind.DEPARTMENTS:
        found = departments.departments()
        return {"contents": found["departments"], "aisles": found["aisles"]}
    return {"contents": _CONTENTS[HomeBlockKind(kind)]()}


def _next_drops() -> list[curated.DropCard]:
    drops = curated.drops(timezone.now())
    return (drops.running[: MAX_TILES - 1] + drops.coming)[:MAX_TILES]


_CONTENTS: dict[HomeBlockKind, Callable[[], Any]] = {
    HomeBlockKind.BANNERS: curated.banners,
    HomeBlockKind.STORIES: stories.stories,
    HomeBlockKind.DROPS: _next_drops,
    HomeBlockKind.KITS: partial(curated.kits, most=MAX_TILES),
    HomeBlockKind.REVIEWS: stories.opinions,
}


def _contents_of_package(kind: str) -> dict[str, Any]:
    """Nothing, where the package is gone."""
    found = parts.find(kind)
    if found is None:
        return {"contents": None}
    return {"template": found.template, "url": found.url(), "contents": found.ask()}
