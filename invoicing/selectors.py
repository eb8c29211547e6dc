from uuid import UUID

from django.db.models import QuerySet

from invoicing.models import FiscalDocument


def of_order(order_id: UUID) -> QuerySet[FiscalDocument]:
    """The order's boleta or factura and its credit notes, in the order of issue. One query."""
    documents = FiscalDocument.objects.filter(order=order_id).order_by("issued_at", "pk")
    return documents.select_related("corrects", "order")
