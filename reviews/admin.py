from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.models import Seller
from reviews.models import Review


@admin.register(Review)
class ReviewAdmin(admin.ModelAdmin[Review]):
    """What customers say, and what waits to be read before it is shown."""

    list_display = ("product", "rating", "title", "user", "status", "is_verified", "created_at")
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

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Review]:
        found = super().get_queryset(request)
        if request.user.is_superuser or request.user.has_perm("reviews.view_review"):
            return found
        return found.filter(product__seller__in=Seller.objects.for_user(request.user))
