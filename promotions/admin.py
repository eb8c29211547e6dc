from django.contrib import admin
from modeltranslation.admin import TranslationAdmin

from core.admin import ParentAdmin, ReadOnlyAdmin
from promotions.models import Coupon, Promotion, Redemption, TaxRate


class CouponInline(admin.TabularInline[Coupon, Promotion]):
    model = Coupon
    fields = ("code", "batch", "max_uses", "uses", "is_active")
    readonly_fields = ("uses",)
    extra = 0


@admin.register(Promotion)
class PromotionAdmin(ParentAdmin[Promotion], TranslationAdmin[Promotion]):
    """What lowers a price, when, and by how much."""

    list_display = (
        "name",
        "trigger",
        "effect",
        "value",
        "scope",
        "starts_at",
        "ends_at",
        "uses",
        "is_active",
    )
    list_filter = ("trigger", "effect", "scope", "is_active")
    search_fields = ("name", "coupons__code")
    ordering = ("-starts_at", "name")
    readonly_fields = ("uses",)
    autocomplete_fields = ("products", "categories", "brands", "sellers", "collections")
    inlines = (CouponInline,)


@admin.register(Coupon)
class CouponAdmin(admin.ModelAdmin[Coupon]):
    list_display = ("code", "promotion", "batch", "uses", "max_uses", "is_active")
    list_select_related = ("promotion",)
    search_fields = ("code", "batch")
    readonly_fields = ("uses",)
    autocomplete_fields = ("promotion",)


@admin.register(Redemption)
class RedemptionAdmin(ReadOnlyAdmin[Redemption]):
    list_display = ("promotion", "coupon", "order", "user", "amount", "freed_at")
    list_select_related = ("promotion", "coupon", "order", "user")
    search_fields = ("order__number", "coupon__code", "identity")


@admin.register(TaxRate)
class TaxRateAdmin(admin.ModelAdmin[TaxRate]):
    list_display = ("name", "country", "region", "tax_class", "rate")
    list_filter = ("country",)
