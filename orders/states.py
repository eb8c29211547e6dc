"""The three statuses of an order and the steps between them. Triggers hold the same tables."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.states import Transitions


class OrderStatus(models.TextChoices):
    PENDING = "pending", _("pending")
    CONFIRMED = "confirmed", _("confirmed")
    PROCESSING = "processing", _("being prepared")
    COMPLETED = "completed", _("completed")
    CANCELLED = "cancelled", _("cancelled")
    EXPIRED = "expired", _("expired")


class PaymentStatus(models.TextChoices):
    UNPAID = "unpaid", _("unpaid")
    PENDING = "pending", _("payment pending")
    AUTHORIZED = "authorized", _("authorized")
    PARTIALLY_PAID = "partially_paid", _("partially paid")
    PAID = "paid", _("paid")
    OVERPAID = "overpaid", _("overpaid")
    PARTIALLY_REFUNDED = "partially_refunded", _("partially refunded")
    REFUNDED = "refunded", _("refunded")
    DISPUTED = "disputed", _("disputed")
    REVIEW = "review", _("under review")


class FulfilmentStatus(models.TextChoices):
    NONE = "none", _("not shipped")
    PARTIAL = "partial", _("partly shipped")
    SHIPPED = "shipped", _("shipped")
    DELIVERED = "delivered", _("delivered")
    RETURNED = "returned", _("returned")
    # It has left, never arrived, and is not sent again.
    LOST = "lost", _("lost")


# Not over: they still take money that was authorized.
UNDER_WAY = (OrderStatus.PENDING, OrderStatus.CONFIRMED, OrderStatus.PROCESSING)
TO_FULFIL = (OrderStatus.CONFIRMED, OrderStatus.PROCESSING)
SALES = (OrderStatus.CONFIRMED, OrderStatus.PROCESSING, OrderStatus.COMPLETED)
CALLED_OFF = (OrderStatus.CANCELLED, OrderStatus.EXPIRED)
MONEY_IS_IN = (PaymentStatus.PAID, PaymentStatus.OVERPAID)
# A refund of some of the money is goodwill and stops nothing: units are taken off the lines.
PAID_FOR = (*MONEY_IS_IN, PaymentStatus.PARTIALLY_REFUNDED)

# An expired order can still be paid late, if its units can be had again; a cancelled one stays so.
ORDER_TRANSITIONS: Transitions = {
    OrderStatus.PENDING: {OrderStatus.CONFIRMED, OrderStatus.CANCELLED, OrderStatus.EXPIRED},
    OrderStatus.CONFIRMED: {
        OrderStatus.PROCESSING,
        OrderStatus.COMPLETED,
        OrderStatus.CANCELLED,
    },
    OrderStatus.PROCESSING: {OrderStatus.COMPLETED, OrderStatus.CANCELLED},
    # An exchange adds units that are still to leave.
    OrderStatus.COMPLETED: {OrderStatus.PROCESSING},
    OrderStatus.EXPIRED: {OrderStatus.CONFIRMED, OrderStatus.CANCELLED},
}

_P = PaymentStatus
_MONEY_IN: set[models.TextChoices] = {_P.PARTIALLY_PAID, _P.PAID, _P.OVERPAID, _P.REVIEW}
_MONEY_OUT: set[models.TextChoices] = {_P.PARTIALLY_REFUNDED, _P.REFUNDED, _P.DISPUTED, _P.REVIEW}

# Some steps go back, each by a new fact: a refund that the bank returns, a dispute won.
PAYMENT_STATUS_TRANSITIONS: Transitions = {
    _P.UNPAID: {_P.PENDING, _P.AUTHORIZED, *_MONEY_IN},
    _P.PENDING: {_P.UNPAID, _P.AUTHORIZED, *_MONEY_IN},
    _P.AUTHORIZED: {_P.UNPAID, _P.PENDING, *_MONEY_IN},
    _P.PARTIALLY_PAID: {_P.PAID, _P.OVERPAID, *_MONEY_OUT},
    _P.PAID: {_P.OVERPAID, _P.PARTIALLY_PAID, *_MONEY_OUT},
    _P.OVERPAID: {_P.PAID, *_MONEY_OUT},
    _P.PARTIALLY_REFUNDED: {_P.PAID, _P.OVERPAID, _P.REFUNDED, _P.DISPUTED, _P.REVIEW},
    _P.REFUNDED: {
        _P.PARTIALLY_REFUNDED,
        _P.PARTIALLY_PAID,
        _P.PAID,
        _P.OVERPAID,
        _P.DISPUTED,
        _P.REVIEW,
    },
    _P.DISPUTED: {_P.PAID, _P.OVERPAID, _P.PARTIALLY_REFUNDED, _P.REFUNDED, _P.REVIEW},
    _P.REVIEW: {
        _P.UNPAID,
        _P.PENDING,
        _P.AUTHORIZED,
        _P.PARTIALLY_PAID,
        _P.PAID,
        _P.OVERPAID,
        _P.PARTIALLY_REFUNDED,
        _P.REFUNDED,
        _P.DISPUTED,
    },
}

FULFILMENT_TRANSITIONS: Transitions = {
    FulfilmentStatus.NONE: {
        FulfilmentStatus.PARTIAL,
        FulfilmentStatus.SHIPPED,
        FulfilmentStatus.DELIVERED,
    },
    FulfilmentStatus.PARTIAL: {
        FulfilmentStatus.SHIPPED,
        FulfilmentStatus.DELIVERED,
        FulfilmentStatus.RETURNED,
        FulfilmentStatus.LOST,
    },
    FulfilmentStatus.SHIPPED: {
        FulfilmentStatus.PARTIAL,
        FulfilmentStatus.DELIVERED,
        FulfilmentStatus.RETURNED,
        FulfilmentStatus.LOST,
    },
    # An exchange adds units; goods that the shop does not take back are the customer's again.
    FulfilmentStatus.DELIVERED: {FulfilmentStatus.RETURNED, FulfilmentStatus.PARTIAL},
    FulfilmentStatus.RETURNED: {FulfilmentStatus.PARTIAL, FulfilmentStatus.DELIVERED},
    FulfilmentStatus.LOST: {FulfilmentStatus.PARTIAL},
}
