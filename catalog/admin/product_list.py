"""The list of products: picture, price, free units, and what keeps shoppers from buying."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from catalog.admin.product_forms import ListedProductForm
from catalog.admin.product_page import thumbnail
from catalog.admin.stock_on_page import HasStock
from catalog.models import Availability, Product, ProductImage
from catalog.selectors import hindrances
from core.admin.base import StaffAdmin


class ProductList(HasStock, StaffAdmin[Product]):
    """The list, whose price and whether it is active are changed in place."""

    list_display = (
        "picture",
        "name",
        "base_price",
        "free",
        "sale_state",
        "is_active",
        "category",
        "seller",
    )
    list_display_links = ("name",)
    list_editable = ("base_price", "is_active")
    list_select_related = ("category__family", "seller")

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        """The page of the list with pictures and stock of its rows. 2 queries more."""
        found = super().get_changelist_instance(request)
        rows = list(found.result_list)
        keys = [row.pk for row in rows]
        images = ProductImage.objects.filter(product__in=keys)
        first = images.order_by("product", "position", "pk").distinct("product")
        pictures = {image.product_id: image for image in first}
        free = self.stock.free_units(keys) if keys else {}
        for row in rows:
            row.first_picture = pictures.get(row.pk)
            row.free_units = free.get(row.pk, 0)
        return found

    def get_changelist_form(self, request: HttpRequest, **kwargs: Any) -> Any:
        return super().get_changelist_form(request, **{"form": ListedProductForm} | kwargs)

    @admin.display(description=_("picture"))
    def picture(self, product: Any) -> str:
        address = thumbnail(getattr(product, "first_picture", None))
        if not address:
            return ""
        return format_html('<img class="thumb" src="{}" alt="" loading="lazy">', address)

    @admin.display(description=_("free"))
    def free(self, product: Any) -> int:
        return int(getattr(product, "free_units", 0))

    @admin.display(description=_("in the shop"), ordering="availability")
    def sale_state(self, product: Product) -> str:
        """Whether it can be bought, and if not, the first reason."""
        reason = next((str(each) for each in hindrances(product)), "")
        if not reason and product.availability == Availability.SOLD_OUT:
            reason = gettext("Sold out.")
        if reason:
            words = gettext("Cannot be bought")
            return format_html(
                '<span class="badge badge--sold_out">{}</span> <small class="quiet">{}</small>',
                words,
                reason,
            )
        value, words = product.availability, product.get_availability_display()
        return format_html('<span class="badge badge--{}">{}</span>', value, words)
