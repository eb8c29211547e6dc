from django.contrib import admin

from accounts.owned import SellerOwned
from catalog.models import PriceHistory
from core.admin import ReadOnlyAdmin, ReadOnlyInline


class PriceHistoryInline(SellerOwned[PriceHistory], ReadOnlyInline):
    model = PriceHistory
    fields = ("price", "list_price", "period")
    ordering = ("-period",)


@admin.register(PriceHistory)
class PriceHistoryAdmin(ReadOnlyAdmin[PriceHistory]):
    """Each period of each price, written by the database."""

    list_display = ("variant", "price", "list_price", "period")
    list_select_related = ("variant",)
    search_fields = ("variant__sku",)
    show_full_result_count = False
