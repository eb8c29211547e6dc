"""What can be done with payments. Each subject has its file; callers need only this name."""

from payments.selectors import methods_for
from payments.services.confirm import accept_reviewed, record_manual_capture
from payments.services.credit_grants import approve_credit, decline_credit, grant_by_hand
from payments.services.credits import grant, pay_with_credit, write_off
from payments.services.expire import close_attempt, expire_order
from payments.services.order_changes import close_outdated, follow_change
from payments.services.payment_status import derive, recompute
from payments.services.reconcile import (
    FIRST_TIME,
    Difference,
    catch_up,
    leftovers,
    one_after_the_other,
    reconcile,
)
from payments.services.refund_approval import approve_refund, reject_refund, send_despite_dispute
from payments.services.refund_requests import ask_back, refund_once, refund_order, request_refund
from payments.services.refund_results import adopt
from payments.services.refund_sending import complete_refund_by_hand, submit_refund
from payments.services.settle import apply, just_asked, settle
from payments.services.start import open_attempt, start
from payments.services.transfers import (
    confirm_transfer,
    keep_proof,
    refuse_proof,
    withdraw_confirmation,
)

__all__ = [
    "FIRST_TIME",
    "Difference",
    "accept_reviewed",
    "adopt",
    "apply",
    "approve_credit",
    "approve_refund",
    "ask_back",
    "catch_up",
    "close_attempt",
    "close_outdated",
    "complete_refund_by_hand",
    "confirm_transfer",
    "decline_credit",
    "derive",
    "expire_order",
    "follow_change",
    "grant",
    "grant_by_hand",
    "just_asked",
    "keep_proof",
    "leftovers",
    "methods_for",
    "one_after_the_other",
    "open_attempt",
    "pay_with_credit",
    "recompute",
    "reconcile",
    "record_manual_capture",
    "refund_once",
    "refund_order",
    "refuse_proof",
    "reject_refund",
    "request_refund",
    "send_despite_dispute",
    "settle",
    "start",
    "submit_refund",
    "withdraw_confirmation",
    "write_off",
]
