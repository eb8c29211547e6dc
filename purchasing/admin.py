from django.contrib import admin

from core.admin import ReadOnlyAdmin, ReadOnlyInline
from purchasing.models import PurchaseOrder, PurchaseOrderLine, Receipt, Supplier


@admin.register(Supplier)
class SupplierAdmin(admin.ModelAdmin[Supplier]):
    list_display = ("name", "ruc", "email", "is_active")
    search_fields = ("name", "ruc")


class PurchaseOrderLineInline(ReadOnlyInline):
    model = PurchaseOrderLine
    fields = ("variant", "warehouse", "quantity", "received_quantity", "unit_cost")


@admin.register(PurchaseOrder)
class PurchaseOrderAdmin(ReadOnlyAdmin[PurchaseOrder]):
    list_display = ("number", "supplier", "status", "total", "expected_on")
    list_select_related = ("supplier",)
    list_filter = ("status",)
    search_fields = ("number", "supplier__name")
    inlines = (PurchaseOrderLineInline,)


@admin.register(Receipt)
class ReceiptAdmin(ReadOnlyAdmin[Receipt]):
    list_display = ("line", "quantity", "delivery_note", "received_by", "created_at")
    list_select_related = ("line", "received_by")
