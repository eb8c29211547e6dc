from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.models import Seller
from core.admin import ReadOnlyAdmin, ReadOnlyInline
from returns.models import Return, ReturnItem, ReturnPhoto


class ItemInline(ReadOnlyInline):
    model = ReturnItem
    fields = ("line", "quantity", "condition")


class PhotoInline(ReadOnlyInline):
    model = ReturnPhoto
    fields = ("picture",)


@admin.register(Return)
class ReturnAdmin(ReadOnlyAdmin[Return]):
    """Goods on their way back."""

    list_display = ("number", "order", "seller", "status", "reason", "created_at")
    list_select_related = ("order", "seller")
    list_filter = ("status", "reason")
    search_fields = ("number", "order__number")
    inlines = (ItemInline, PhotoInline)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Return]:
        found = super().get_queryset(request)
        if request.user.is_superuser or request.user.has_perm("returns.view_return"):
            return found
        return found.filter(seller__in=Seller.objects.for_user(request.user))
