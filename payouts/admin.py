from django.contrib import admin

from accounts.owned import SellerOwnedAdmin
from core.admin import ReachableSelects, ReadOnlyAdmin
from payouts.models import Commission, Statement


@admin.register(Commission)
class CommissionAdmin(ReachableSelects[Commission], admin.ModelAdmin[Commission]):
    list_display = ("seller", "category", "percent")
    list_select_related = ("seller", "category")
    autocomplete_fields = ("seller", "category")


@admin.register(Statement)
class StatementAdmin(SellerOwnedAdmin[Statement], ReadOnlyAdmin[Statement]):
    list_display = ("number", "seller", "period", "status", "sales", "commission", "payout")
    list_select_related = ("seller",)
    list_filter = ("status",)
    hidden_from_sellers = ("approved_by",)
