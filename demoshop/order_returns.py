"""What customers of the demo send back, at each stage of its way."""

from collections.abc import Sequence
from datetime import datetime

from core.ids import uuid7
from core.money import ZERO
from demoshop.source import Row
from orders.models import Order, OrderLine
from payments.models import Refund
from returns.models import Return, ReturnItem
from returns.states import ReturnStatus, Settlement

STATUS = {
    "return_requested": ReturnStatus.REQUESTED,
    "return_approved": ReturnStatus.APPROVED,
    "return_received": ReturnStatus.RECEIVED,
    "returned": ReturnStatus.REFUNDED,
    "return_rejected": ReturnStatus.REJECTED,
    "return_withdrawn": ReturnStatus.WITHDRAWN,
}
UNANSWERED = {"return_requested", "return_withdrawn"}
CAME_BACK = {"return_received", "returned"}


def send_back(
    order: Order, lines: Sequence[OrderLine], row: Row, *, asked_at: datetime, back_at: datetime
) -> None:
    """Write the return that the row names, if it names one: all of its lines are one seller's."""
    if row["state"] not in STATUS:
        return
    own = [lines[place] for place in row["return_lines"]]
    is_back = row["state"] in CAME_BACK
    is_settled = row["state"] == "returned"
    refunds = Refund.objects.filter(payment__order=order)
    request = Return(
        id=uuid7(),
        number=f"DEV-{order.number[4:]}",
        order=order,
        seller=own[0].seller,
        status=STATUS[row["state"]],
        reason=row["return_reason"],
        notes=row["reason_es"],
        staff_message=row.get("answer_es", ""),
        created_by=order.customer,
        settlement=Settlement.REFUND if is_settled else "",
        amount=sum((refund.amount for refund in refunds), ZERO) if is_settled else None,
        answered_at=None if row["state"] in UNANSWERED else asked_at,
        received_at=back_at if is_back else None,
        settled_at=back_at if is_settled else None,
        created_at=asked_at,
    )
    request.save(force_insert=True)
    if is_settled:
        request.refunds.add(*refunds)
    ReturnItem.objects.bulk_create(
        ReturnItem(
            return_request=request,
            line=line,
            quantity=line.quantity,
            asked=line.quantity,
            condition=row["return_condition"] if is_back else "",
            places=list(range(line.quantity)) if is_back else [],
            restocked=line.quantity if is_back and row["return_condition"] != "damaged" else 0,
        )
        for line in own
    )
