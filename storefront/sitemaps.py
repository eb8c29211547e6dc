"""Every public page, in each language, for crawlers: an index of files of some thousand each."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, cast
from urllib.parse import urljoin
from uuid import UUID

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.core.cache import cache
from django.core.paginator import Page as Part
from django.core.paginator import Paginator
from django.db.models import F, Max, Model, QuerySet, Window
from django.db.models.functions import Mod, RowNumber
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import override

from accounts.models import Seller, SellerStatus
from catalog.models import Brand, Category, Collection, Family, Product, ProductImage
from catalog.selectors import shown_kits
from storefront import selectors
from storefront.models import Page

# In two languages, and with their pictures, far below the 50,000 addresses and 50 MB of a file.
ROWS_IN_A_FILE = 2500
MAX_PICTURES = 10
CUT_SECONDS = 60


class KeyPages(Paginator[Any]):
    """
    Pages of rows in the order of their keys, each found by the first of them.

    The last costs what the first does, and what has been added since they were cut is on the last.
    """

    object_list: QuerySet[Any]

    @cached_property
    def starts(self) -> list[UUID]:
        """The key that each page begins with. 1 query, unless it was asked a moment ago."""
        name = f"sitemap:{self.object_list.model._meta.label_lower}:{self.per_page}"
        return cast("list[UUID]", cache.get_or_set(name, self._starts, CUT_SECONDS))

    def _starts(self) -> list[UUID]:
        numbered = self.object_list.annotate(place=Window(RowNumber(), order_by="pk"))
        first = numbered.annotate(rest=Mod(F("place") - 1, self.per_page)).filter(rest=0)
        return list(first.order_by("pk").values_list("pk", flat=True))

    @cached_property
    def num_pages(self) -> int:
        return max(1, len(self.starts))

    def page(self, number: int | str) -> Part[Any]:
        """:raises InvalidPage: if there is no such page"""
        number = self.validate_number(number)
        rows = self.object_list
        if number > 1:
            rows = rows.filter(pk__gte=self.starts[number - 1])
        if number < self.num_pages:
            rows = rows.filter(pk__lt=self.starts[number])
        return Part(rows, number, self)


class PageSitemap(Sitemap[Any]):
    """Pages whose addresses differ by language alone; each names the others."""

    limit = ROWS_IN_A_FILE

    @property
    def is_empty(self) -> bool:
        return False

    def get_urls(
        self, page: int | str = 1, site: Any = None, protocol: str | None = None
    ) -> list[dict[str, Any]]:
        """What the template writes, a language after the other for each page."""
        root = f"{self.get_protocol(protocol)}://{self.get_domain(site)}"
        items = list(self.paginator.page(page).object_list)
        alternates, pictures = self._alternates(items, root), self.pictures(items)
        found = [
            {
                "location": each["location"],
                "lastmod": self.lastmod(item),
                "alternates": addresses,
                "pictures": [urljoin(root, url) for url in pictures.get(item, ())],
            }
            for item, addresses in zip(items, alternates, strict=True)
            for each in addresses[:-1]
        ]
        self.latest_lastmod = max((url["lastmod"] for url in found if url["lastmod"]), default=None)
        return found

    def _alternates(self, items: Sequence[Any], root: str) -> list[list[dict[str, str]]]:
        """Of each the address in each language, and last the one for everybody else."""
        found: list[list[dict[str, str]]] = [[] for _ in items]
        for code, _name in settings.LANGUAGES:
            with override(code):
                for item, addresses in zip(items, found, strict=True):
                    addresses.append(
                        {"lang_code": code, "location": f"{root}{self.location(item)}"}
                    )
        for addresses in found:
            usual = next(each for each in addresses if each["lang_code"] == settings.LANGUAGE_CODE)
            addresses.append({**usual, "lang_code": "x-default"})
        return found

    def pictures(self, items: Sequence[Any]) -> Mapping[Any, Sequence[str]]:
        """Addresses of the pictures that stand on the page of each."""
        return {}

    def lastmod(self, item: Any) -> datetime | None:
        return None


class FixedSitemap(PageSitemap):
    """Pages that list new products."""

    def items(self) -> Sequence[str]:
        contact = ("contact",) if selectors.frame().shop.contact else ()
        return ("home", "kits", "drops", *contact)

    def location(self, item: str) -> str:
        return reverse(f"storefront:{item}")

    def lastmod(self, item: str) -> datetime | None:
        return self.get_latest_lastmod()

    def get_latest_lastmod(self) -> datetime | None:
        return _latest(Product.objects.published())


class RowSitemap(PageSitemap):
    """Rows that have a slug and a page called `route`."""

    route: str
    rows: Callable[[], QuerySet[Any]]

    @cached_property
    def paginator(self) -> KeyPages:
        return KeyPages(self.items(), self.limit)

    @property
    def is_empty(self) -> bool:
        return not self.items().exists()

    def items(self) -> QuerySet[Any]:
        return type(self).rows().only("pk", "slug", "updated_at").order_by("pk")

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
    rows = Product.objects.published

    def pictures(self, items: Sequence[Any]) -> Mapping[Any, Sequence[str]]:
        """1 query, for plain names: a picture knows its size, and would look for it."""
        if not items:
            return {}
        within = {"product__gte": items[0].pk, "product__lte": items[-1].pk}
        rows = ProductImage.objects.filter(**within).order_by("product", "position", "pk")
        found: dict[UUID, list[str]] = {}
        for product, name in rows.values_list("product", "picture"):
            found.setdefault(product, []).append(name)
        url = ProductImage._meta.get_field("picture").storage.url
        return {item: list(map(url, found.get(item.pk, ())[:MAX_PICTURES])) for item in items}


def _latest(rows: QuerySet[Any]) -> datetime | None:
    found: datetime | None = rows.order_by().aggregate(at=Max("updated_at"))["at"]
    return found


def _rows(route: str, rows: Callable[[], QuerySet[Any]]) -> type[RowSitemap]:
    return type(f"{route.title()}Sitemap", (RowSitemap,), {"route": route, "rows": rows})


def _active(route: str, model: type[Model]) -> type[RowSitemap]:
    return _rows(route, partial(model._default_manager.filter, is_active=True))


SITEMAPS: dict[str, type[PageSitemap]] = {
    "pages": FixedSitemap,
    "families": _active("family", Family),
    "categories": _rows("category", Category.objects.active),
    "brands": _active("brand", Brand),
    "kits": _rows("kit", shown_kits),
    "drops": _active("drop", Collection),
    "texts": _active("page", Page),
    "sellers": _rows(
        "seller",
        partial(Seller.objects.filter, status=SellerStatus.APPROVED, is_house=False),
    ),
    "products": ProductSitemap,
}
