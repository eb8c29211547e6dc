from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.owned import SellerOwned, SellerOwnedAdmin
from core.admin import ReadOnlyAdmin, ReadOnlyInline, badge
from returns.models import Return, ReturnItem, ReturnPhoto


class ItemInline(SellerOwned[ReturnItem], ReadOnlyInline):
    model = ReturnItem
    fields = ("line", "quantity", "condition")


class PhotoInline(SellerOwned[ReturnPhoto], ReadOnlyInline):
    model = ReturnPhoto
    fields = ("picture",)


@admin.register(Return)
class ReturnAdmin(SellerOwnedAdmin[Return], ReadOnlyAdmin[Return]):
    """Goods on their way back."""

    list_display = (
        "number",
        "order",
        "seller",
        badge("status", _("status")),
        "reason",
        "created_at",
    )
    list_select_related = ("order", "seller")
    list_filter = ("status", "reason")
    search_fields = ("number", "order__number")
    inlines = (ItemInline, PhotoInline)
    hidden_from_sellers = ("created_by", "refund", "store_credit")
