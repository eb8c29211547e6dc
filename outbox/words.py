"""What people call events; the log and programs keep their names in the code."""

import re

from django.apps import apps
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

EVENTS: dict[str, StrOrPromise] = {
    "complaints.events.ComplaintFiled": _("complaint filed"),
    "complaints.events.ComplaintAnswered": _("complaint answered"),
    "inventory.events.AvailabilityChanged": _("availability changed"),
    "inventory.events.StockRanLow": _("stock below its minimum"),
    "inventory.events.StockRanOut": _("stock run out"),
    "invoicing.events.SubmissionDue": _("fiscal document to submit"),
    "orders.events.OrderPlaced": _("order placed"),
    "orders.events.ConfirmationAsked": _("order to be confirmed"),
    "orders.events.OrderConfirmed": _("order confirmed"),
    "orders.events.OrderPaid": _("order paid"),
    "orders.events.OrderCancelled": _("order cancelled"),
    "orders.events.OrderExpired": _("order expired"),
    "orders.events.OrderChanged": _("order changed"),
    "orders.events.OrderLinkAsked": _("link to an order asked for"),
    "orders.events.OrderSettled": _("rest of an order paid"),
    "payments.events.PaymentFailed": _("payment failed"),
    "payments.events.StoreCreditGranted": _("store credit granted"),
    "payments.events.DisputeTold": _("news of a dispute"),
    "payments.events.RefundApproved": _("refund approved"),
    "payments.events.RefundSucceeded": _("refund made"),
    "payouts.events.StatementApproved": _("statement approved"),
    "payouts.events.StatementPaid": _("statement paid"),
    "purchasing.events.PurchaseOrderSent": _("purchase order sent"),
    "purchasing.events.SupplierTaskSent": _("supplier's task sent"),
    "purchasing.events.SupplierTaskWithdrawn": _("supplier's task withdrawn"),
    "returns.events.ReturnAsked": _("return asked for"),
    "returns.events.ReturnApproved": _("return approved"),
    "returns.events.ReturnRejected": _("return rejected"),
    "returns.events.ReturnReceived": _("return received"),
    "returns.events.ReturnSettled": _("return settled"),
    "reviews.events.QuestionAnswered": _("question answered"),
    "reviews.events.ReviewRejected": _("review rejected"),
    "sellers.events.SellerApplied": _("application of a seller"),
    "sellers.events.ApplicationAnswered": _("application answered"),
    "sellers.events.MemberInvited": _("seller's colleague invited"),
    "shipping.events.ShipmentPacked": _("parcel packed"),
    "shipping.events.ShipmentDispatched": _("parcel sent"),
    "shipping.events.ShipmentInTransit": _("parcel on its way"),
    "shipping.events.ShipmentDelivered": _("parcel delivered"),
    "shipping.events.ShipmentLost": _("parcel lost"),
    "shipping.events.ShipmentReturned": _("parcel came back"),
    "shipping.events.ShipmentGivenUp": _("parcel given up"),
    "shipping.events.ShipmentResent": _("parcel sent again"),
}
_CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")


def event_in_words(name: str) -> str:
    """An event by its dotted name; one of a package by the words that its class is named with."""
    words = EVENTS.get(name) or _CAPITAL.sub(" ", name.rpartition(".")[2]).lower()
    return str(capfirst(str(words)))


def handler_in_words(name: str) -> str:
    """The app that hears of an event, and what it does then, as its function is named."""
    label, _dot, function = name.partition(".")
    app = apps.app_configs.get(label)
    done = function.rpartition(".")[2].replace("_", " ")
    return f"{app.verbose_name if app else label}: {done}"
