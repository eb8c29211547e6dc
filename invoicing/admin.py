from django.contrib import admin

from core.admin import ReadOnlyAdmin
from invoicing.models import FiscalDocument, Series


@admin.register(Series)
class SeriesAdmin(admin.ModelAdmin[Series]):
    list_display = ("code", "kind", "last_number", "is_active")


@admin.register(FiscalDocument)
class FiscalDocumentAdmin(ReadOnlyAdmin[FiscalDocument]):
    list_display = ("series", "sequence", "kind", "order", "customer_name", "total", "issued_at")
    list_select_related = ("series", "order")
    search_fields = ("order__number", "customer_name", "customer_document")
