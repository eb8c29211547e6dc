from django.contrib import admin

from core.admin import ReadOnlyAdmin
from payouts.models import Commission, Statement


@admin.register(Commission)
class CommissionAdmin(admin.ModelAdmin[Commission]):
    list_display = ("seller", "category", "percent")
    list_select_related = ("seller", "category")
    autocomplete_fields = ("seller", "category")


@admin.register(Statement)
class StatementAdmin(ReadOnlyAdmin[Statement]):
    list_display = ("number", "seller", "period", "status", "sales", "commission", "payout")
    list_select_related = ("seller",)
    list_filter = ("status",)
