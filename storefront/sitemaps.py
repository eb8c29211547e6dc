"""Every public page, in each language, for crawlers: an index of files of some thousand each."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.db.models import Max, Model, Prefetch, QuerySet
from django.urls import reverse
from django.utils.translation import override

from accounts.models import Seller, SellerStatus
from catalog.models import Brand, Category, Collection, Family, Product, ProductImage
from catalog.selectors import shown_kits
from storefront.models import Page

# In two languages, and with their pictures, far below the 50,000 addresses and 50 MB of a file.
ROWS_IN_A_FILE = 2500
MOST_PICTURES = 10


class PageSitemap(Sitemap[Any]):
    """Pages whose addresses differ by language alone; each names the others."""

    limit = ROWS_IN_A_FILE

    def get_urls(
        self, page: int | str = 1, site: Any = None, protocol: str | None = None
    ) -> list[dict[str, Any]]:
        """What the template writes, a language after the other for each page."""
        root = f"{self.get_protocol(protocol)}://{self.get_domain(site)}"
        found: list[dict[str, Any]] = []
        for item in self.paginator.page(page).object_list:
            alternates = self._alternates(item, root)
            pictures = [_absolute(root, url) for url in self.pictures(item)]
            changed_at = self.lastmod(item)
            found += [
                {
                    "location": each["location"],
                    "lastmod": changed_at,
                    "alternates": alternates,
                    "pictures": pictures,
                }
                for each in alternates[:-1]
            ]
        self.latest_lastmod = max((url["lastmod"] for url in found if url["lastmod"]), default=None)
        return found

    def _alternates(self, item: Any, root: str) -> list[dict[str, str]]:
        """The address in each language, and last the one for everybody else."""
        addresses = []
        for code, _name in settings.LANGUAGES:
            with override(code):
                addresses.append({"lang_code": code, "location": f"{root}{self.location(item)}"})
        usual = next(each for each in addresses if each["lang_code"] == settings.LANGUAGE_CODE)
        return [*addresses, {**usual, "lang_code": "x-default"}]

    def pictures(self, item: Any) -> Iterable[str]:
        """Addresses of the pictures that stand on the page."""
        return ()

    def lastmod(self, item: Any) -> datetime | None:
        return None


class FixedSitemap(PageSitemap):
    """Pages that show what is new in the shop."""

    def items(self) -> Sequence[str]:
        return ("home", "kits", "drops")

    def location(self, item: str) -> str:
        return reverse(f"storefront:{item}")

    def lastmod(self, item: str) -> datetime | None:
        return self.get_latest_lastmod()

    def get_latest_lastmod(self) -> datetime | None:
        return _latest(Product.objects.published())


class RowSitemap(PageSitemap):
    """Rows that have a slug and a page called `route`."""

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

    def get_latest_lastmod(self) -> datetime | None:
        """Asked of the database: there may be many rows."""
        return _latest(self.items())


class ProductSitemap(RowSitemap):
    route = "product"

    def items(self) -> QuerySet[Any]:
        # A picture knows its size, and would ask for it.
        shown = ("product_id", "picture", "width", "height")
        images = ProductImage.objects.order_by("position", "pk").only(*shown)
        rows: QuerySet[Any] = Product.objects.published()
        return (
            rows.only("pk", "slug", "updated_at")
            .prefetch_related(Prefetch("images", images))
            .order_by("pk")
        )

    def pictures(self, item: Any) -> Iterable[str]:
        return [image.picture.url for image in item.images.all()[:MOST_PICTURES]]


class KitSitemap(RowSitemap):
    route = "kit"

    def items(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = shown_kits()
        return rows.order_by("pk")


def _latest(rows: QuerySet[Any]) -> datetime | None:
    found: datetime | None = rows.order_by().aggregate(at=Max("updated_at"))["at"]
    return found


def _absolute(root: str, url: str) -> str:
    """Pictures may lie on a server of their own."""
    return url if "://" in url else f"{root}{url}"


def _rows(route: str, rows: QuerySet[Any]) -> type[RowSitemap]:
    return type(f"{route.title()}Sitemap", (RowSitemap,), {"route": route, "rows": rows})


def _active(model: type[Model]) -> QuerySet[Any]:
    return model._default_manager.filter(is_active=True)


SITEMAPS: dict[str, type[Sitemap[Any]]] = {
    "pages": FixedSitemap,
    "families": _rows("family", _active(Family)),
    "categories": _rows("category", Category.objects.active()),
    "brands": _rows("brand", _active(Brand)),
    "kits": KitSitemap,
    "drops": _rows("drop", _active(Collection)),
    "texts": _rows("page", _active(Page)),
    "sellers": _rows("seller", Seller.objects.filter(status=SellerStatus.APPROVED, is_house=False)),
    "products": ProductSitemap,
}
