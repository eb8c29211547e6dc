"""The states of payments, refunds and disputes. Triggers enforce the same transitions."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.states import Transitions


class PaymentState(models.TextChoices):
    CREATING = "creating", _("being created")
    OPEN = "open", _("open")
    PROCESSING = "processing", _("processing")
    AUTHORIZED = "authorized", _("authorized")
    CAPTURED = "captured", _("captured")
    FAILED = "failed", _("failed")
    EXPIRED = "expired", _("expired")
    CANCELLED = "cancelled", _("cancelled")
    REVIEW = "review", _("under review")


LIVE_STATES = (
    PaymentState.CREATING,
    PaymentState.OPEN,
    PaymentState.PROCESSING,
    PaymentState.AUTHORIZED,
)

_P = PaymentState
_ENDINGS: set[models.TextChoices] = {_P.FAILED, _P.EXPIRED, _P.CANCELLED}

# Money that comes late is never ignored: an ended attempt can still become captured.
PAYMENT_TRANSITIONS: Transitions = {
    _P.CREATING: {_P.OPEN, _P.PROCESSING, _P.AUTHORIZED, _P.CAPTURED, _P.REVIEW, *_ENDINGS},
    _P.OPEN: {_P.PROCESSING, _P.AUTHORIZED, _P.CAPTURED, _P.REVIEW, *_ENDINGS},
    _P.PROCESSING: {_P.OPEN, _P.AUTHORIZED, _P.CAPTURED, _P.REVIEW, *_ENDINGS},
    # A capture may be declined, and the shopper sent back to choose another card.
    _P.AUTHORIZED: {_P.OPEN, _P.PROCESSING, _P.CAPTURED, _P.REVIEW, *_ENDINGS},
    _P.FAILED: {_P.CAPTURED, _P.REVIEW},
    _P.EXPIRED: {_P.CAPTURED, _P.REVIEW},
    _P.CANCELLED: {_P.CAPTURED, _P.REVIEW},
    _P.REVIEW: {_P.CAPTURED, *_ENDINGS},
}


class RefundState(models.TextChoices):
    REQUESTED = "requested", _("requested")
    APPROVED = "approved", _("approved")
    SUBMITTED = "submitted", _("sent to the provider")
    PENDING = "pending", _("pending at the provider")
    SUCCEEDED = "succeeded", _("succeeded")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")
    REJECTED = "rejected", _("rejected")
    EXTERNAL = "external", _("made at the provider")


# Nothing was given back, and nothing will be.
GIVEN_UP = (RefundState.REJECTED, RefundState.FAILED, RefundState.CANCELLED)
ARRIVED = (RefundState.SUCCEEDED, RefundState.EXTERNAL)

_R = RefundState
REFUND_TRANSITIONS: Transitions = {
    _R.REQUESTED: {_R.APPROVED, _R.REJECTED},
    _R.APPROVED: {_R.SUBMITTED, _R.CANCELLED},
    _R.SUBMITTED: {_R.PENDING, _R.SUCCEEDED, _R.FAILED, _R.CANCELLED},
    _R.PENDING: {_R.SUCCEEDED, _R.FAILED, _R.CANCELLED},
    _R.SUCCEEDED: {_R.FAILED},
    # Its answer was missing when the shop gave it up.
    _R.CANCELLED: {_R.SUCCEEDED},
    _R.EXTERNAL: {_R.FAILED},
}


class CreditRequestState(models.TextChoices):
    REQUESTED = "requested", _("requested")
    APPROVED = "approved", _("approved")
    DECLINED = "declined", _("declined")


_C = CreditRequestState
CREDIT_REQUEST_TRANSITIONS: Transitions = {_C.REQUESTED: {_C.APPROVED, _C.DECLINED}}


class DisputeState(models.TextChoices):
    OPENED = "opened", _("opened")
    NEEDS_RESPONSE = "needs_response", _("needs a response")
    UNDER_REVIEW = "under_review", _("under review")
    WON = "won", _("won")
    LOST = "lost", _("lost")
    ACCEPTED = "accepted", _("accepted")


# The shop has still to answer, or the bank to decide.
DISPUTES_OPEN = (DisputeState.OPENED, DisputeState.NEEDS_RESPONSE, DisputeState.UNDER_REVIEW)

_D = DisputeState
_DISPUTE_ENDINGS: set[models.TextChoices] = {_D.WON, _D.LOST, _D.ACCEPTED}
DISPUTE_TRANSITIONS: Transitions = {
    _D.OPENED: {_D.NEEDS_RESPONSE, _D.UNDER_REVIEW, *_DISPUTE_ENDINGS},
    _D.NEEDS_RESPONSE: {_D.UNDER_REVIEW, *_DISPUTE_ENDINGS},
    _D.UNDER_REVIEW: {_D.NEEDS_RESPONSE, *_DISPUTE_ENDINGS},
}
