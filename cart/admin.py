from django.contrib import admin

from cart.models import Cart, CartReminder, WishlistItem
from core.admin.base import ReadOnlyAdmin, dates, email


@admin.register(Cart)
class CartAdmin(ReadOnlyAdmin[Cart]):
    """Carts that hold stock. Their lines lie in Redis for 48 hours."""

    list_display = ("id", "user", "status", email, "expires_at", "created_at")
    list_select_related = ("user",)
    list_filter = (dates("created_at"), "status")
    search_fields = ("user__email", "email", "=id")


@admin.register(CartReminder)
class CartReminderAdmin(ReadOnlyAdmin[CartReminder]):
    """Reminders of abandoned carts."""

    list_display = ("cart", "created_at")
    search_fields = ("=cart__id", "cart__user__email")


@admin.register(WishlistItem)
class WishlistItemAdmin(ReadOnlyAdmin[WishlistItem]):
    list_display = ("user", "variant", "created_at")
    list_select_related = ("user", "variant")
