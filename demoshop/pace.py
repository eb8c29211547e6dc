"""How long after an order each of its steps comes, so that all of its papers agree."""

from datetime import datetime, timedelta

from orders.models import OrderEventKind

_E = OrderEventKind
_AFTER = {
    _E.PLACED: timedelta(0),
    _E.PAYMENT_PENDING: timedelta(minutes=2),
    _E.PAYMENT_FAILED: timedelta(minutes=2),
    _E.PAID: timedelta(minutes=4),
    _E.CONFIRMED: timedelta(minutes=4),
    _E.PROCESSING: timedelta(hours=3),
    _E.CANCELLED: timedelta(hours=4),
    _E.SHIPPED: timedelta(days=1),
    _E.DELIVERED: timedelta(days=3),
    _E.COMPLETED: timedelta(days=3, minutes=5),
    _E.RETURN_REQUESTED: timedelta(days=5),
    _E.REFUND_REQUESTED: timedelta(days=5),
    _E.RETURNED: timedelta(days=8),
    _E.REFUNDED: timedelta(days=9),
    _E.DISPUTED: timedelta(days=9),
}


def times(
    placed: datetime, expired: datetime, *, at_once: bool = False
) -> dict[OrderEventKind, datetime]:
    """When an order that was placed then takes each step, if it takes it."""
    steps = {step: placed if at_once else placed + after for step, after in _AFTER.items()}
    return {_E.EXPIRED: expired, **steps}
