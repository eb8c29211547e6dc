"""A review is verified by what its writer has bought, also afterwards."""

from uuid import UUID

from orders.events import OrderCancelled, OrderPaid
from outbox.registry import subscribe
from reviews import emails, services
from reviews.events import QuestionAnswered, ReviewRejected
from shipping.events import ShipmentDelivered


@subscribe(OrderPaid)
def verify_paid(event: OrderPaid) -> None:
    services.verify(UUID(event.order_id))


@subscribe(ShipmentDelivered)
def verify_delivered(event: ShipmentDelivered) -> None:
    services.verify(UUID(event.order_id))


@subscribe(OrderCancelled)
def verify_cancelled(event: OrderCancelled) -> None:
    services.verify(UUID(event.order_id))


@subscribe(ReviewRejected)
def mail_rejection(event: ReviewRejected) -> None:
    emails.send_rejected(UUID(event.review_id))


@subscribe(QuestionAnswered)
def mail_answer(event: QuestionAnswered) -> None:
    emails.send_answer(UUID(event.question_id))
