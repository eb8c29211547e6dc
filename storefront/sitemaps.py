"""Every public page, in each language, for crawlers."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib.sitemaps import Sitemap
from django.db.models import Model, QuerySet
from django.urls import reverse

from catalog.models import Brand, Category, Collection, Family, Product
from catalog.selectors import shown_kits
from storefront.models import Page


class FixedSitemap(Sitemap[str]):
    i18n = True
    alternates = True
    x_default = True

    def items(self) -> Sequence[str]:
        return ("home", "kits", "drops")

    def location(self, item: str) -> str:
        return reverse(f"storefront:{item}")


class RowSitemap(Sitemap[Any]):
    """Rows that have a slug and a page called `route`."""

    i18n = True
    alternates = True
    x_default = True
    limit = 5000
    route: str
    rows: QuerySet[Any]

    def items(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = self.rows.only("pk", "slug", "updated_at").order_by("pk")
        return rows

    def location(self, item: Any) -> str:
        return reverse(f"storefront:{self.route}", args=[item.slug])

    def lastmod(self, item: Any) -> datetime:
        updated: datetime = item.updated_at
        return updated


def _rows(route: str, rows: QuerySet[Any]) -> type[RowSitemap]:
    return type(f"{route.title()}Sitemap", (RowSitemap,), {"route": route, "rows": rows})


def _active(model: type[Model]) -> QuerySet[Any]:
    return model._default_manager.filter(is_active=True)


class ProductSitemap(RowSitemap):
    route = "product"

    def items(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = Product.objects.published()
        return rows.only("pk", "slug", "updated_at").order_by("pk")


class KitSitemap(RowSitemap):
    route = "kit"

    def items(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = shown_kits()
        return rows.order_by("pk")


SITEMAPS: dict[str, type[Sitemap[Any]]] = {
    "pages": FixedSitemap,
    "families": _rows("family", _active(Family)),
    "categories": _rows("category", Category.objects.active()),
    "brands": _rows("brand", _active(Brand)),
    "kits": KitSitemap,
    "drops": _rows("drop", _active(Collection)),
    "texts": _rows("page", _active(Page)),
    "products": ProductSitemap,
}
