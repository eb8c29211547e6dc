"""Admin of disputes and the ledger."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from core.admin.base import ReadOnlyAdmin, amount, badge, dates
from payments.models import Dispute, LedgerEntry


@admin.register(LedgerEntry)
class LedgerEntryAdmin(ReadOnlyAdmin[LedgerEntry]):
    """Every fact about money, as its provider told it."""

    is_exported = True
    list_display = ("occurred_at", "payment", "kind", amount("amount", _("amount")), "is_accepted")
    list_select_related = ("payment",)
    list_filter = (dates("occurred_at"), "kind", "provider", "is_accepted")
    search_fields = ("payment__number", "reference")


@admin.register(Dispute)
class DisputeAdmin(ReadOnlyAdmin[Dispute]):
    list_display = (
        "reference",
        "payment",
        badge("state", _("state")),
        amount("amount", _("amount")),
        "respond_by",
    )
    list_select_related = ("payment",)
    list_filter = (dates("created_at"), "state", "provider")
    search_fields = ("reference", "payment__number")
