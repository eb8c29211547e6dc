from uuid import UUID

from invoicing import services
from invoicing.events import SubmissionDue
from orders.events import OrderChanged, OrderPaid, OrderSettled
from outbox.registry import subscribe
from payments.events import RefundSucceeded


@subscribe(OrderPaid)
def issue_document(event: OrderPaid) -> None:
    services.issue(UUID(event.order_id))


@subscribe(OrderChanged)
def replace_document(event: OrderChanged) -> None:
    services.follow_change(UUID(event.order_id))


@subscribe(OrderSettled)
def replace_settled_document(event: OrderSettled) -> None:
    """The difference of a changed order is paid: only now is it billed."""
    services.follow_change(UUID(event.order_id))


@subscribe(RefundSucceeded)
def credit_refund(event: RefundSucceeded) -> None:
    services.credit(UUID(event.refund_id))


@subscribe(SubmissionDue)
def submit_document(event: SubmissionDue) -> None:
    services.submit(UUID(event.document_id))
