"""What can be done with payments. Each subject has its file; callers need only this name."""

from payments.selectors import methods_for
from payments.services.approving import approve_refund, reject_refund, send_despite_dispute
from payments.services.changing import close_outdated, follow_change
from payments.services.closing_refunds import adopt
from payments.services.confirming import accept_reviewed, record_manual_capture
from payments.services.credits import grant, pay_with_credit, write_off
from payments.services.expiring import close_attempt, expire_order
from payments.services.granting import approve_credit, decline_credit, grant_by_hand
from payments.services.recomputing import derive, recompute
from payments.services.reconciling import (
    FIRST_TIME,
    Difference,
    catch_up,
    leftovers,
    one_after_the_other,
    reconcile,
)
from payments.services.refunding import complete_refund_by_hand, submit_refund
from payments.services.requesting import ask_back, refund_once, refund_order, request_refund
from payments.services.settling import apply, just_asked, settle
from payments.services.starting import open_attempt, start
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
