from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.owned import SellerOwnedAdmin
from core.admin import badge
from reviews.models import Review


@admin.register(Review)
class ReviewAdmin(SellerOwnedAdmin[Review]):
    """What customers say, and what waits to be read before it is shown."""

    list_display = (
        "product",
        "rating",
        "title",
        "user",
        badge("status", _("status")),
        "is_verified",
        "created_at",
    )
    list_select_related = ("product", "user")
    list_filter = ("status", "rating", "is_verified")
    search_fields = ("product__name", "user__email", "title", "comment")
    readonly_fields = (
        "product",
        "user",
        "rating",
        "title",
        "comment",
        "is_verified",
        "helpful_count",
    )
    hidden_from_sellers = ("user",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False
