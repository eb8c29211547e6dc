"""The fiscal documents of the demo's sales and refunds, by the service and in the order of time."""

from invoicing import services
from orders.models import Order
from payments.models import Refund
from payments.states import RefundState


def issue() -> None:
    """Backdated boletas, facturas and credit notes for payments and refunds."""
    for order in Order.objects.exclude(paid_at=None).order_by("paid_at"):
        services.issue(order.pk, at=order.paid_at)
    for refund in Refund.objects.filter(state=RefundState.SUCCEEDED).order_by("completed_at"):
        services.credit(refund.pk, at=refund.completed_at)
