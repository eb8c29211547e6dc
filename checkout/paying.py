"""The page of a payment link: the order, the methods and their form, or why it cannot be paid."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from checkout.drafting import asks_for_terms
from checkout.selectors import methods_to_pay
from orders.models import Order
from orders.selectors import discounts_of
from orders.states import OrderStatus
from payments.models import PaymentMethod
from payments.selectors import due_of, is_being_checked, is_under_way
from promotions.selectors import abroad, tax_label

EXPIRED = _("The time to pay for this order has expired, and its products are for sale again.")
CANCELLED = _("This order was cancelled: there is nothing to pay.")
CHECKED = _("We are checking your transfer and will write to you.")
UNDER_WAY = _("Your payment is being processed. We will write to you.")
NOTHING_DUE = _("There is nothing left to pay for this order.")


@dataclass(frozen=True, kw_only=True)
class PaymentPage:
    """`refusal` says why nothing can be paid here; it is empty where something can."""

    due: Decimal
    methods: Sequence[PaymentMethod] = ()
    asks_for_terms: bool = False
    refusal: StrOrPromise = ""


def payment_page(order: Order) -> PaymentPage:
    """How the order can be paid now. At most 9 queries."""
    due = due_of(order)
    refusal = _refusal(order, due)
    if refusal:
        return PaymentPage(due=due, refusal=refusal)
    return PaymentPage(
        due=due, methods=methods_to_pay(order, due), asks_for_terms=asks_for_terms(order)
    )


class PaymentForm(forms.Form):
    """The method, and the terms unless they were accepted before."""

    terms = forms.BooleanField(
        label=_("I accept the terms of sale"),
        error_messages={"required": _("Please accept the terms of sale to place the order.")},
    )

    def __init__(self, data: Mapping[str, Any] | None, *, page: PaymentPage) -> None:
        super().__init__(data)
        self._codes = [method.code for method in page.methods]
        self.fields["payment"] = forms.ChoiceField(
            label=_("Payment"),
            choices=[(code, code) for code in self._codes],
            error_messages={
                "required": _("Choose a payment method."),
                "invalid_choice": _("This payment method is not available. Choose another."),
            },
        )
        if not page.asks_for_terms:
            del self.fields["terms"]

    @property
    def chosen(self) -> dict[str, str]:
        """The method to preselect: the submitted one, otherwise the first."""
        typed = str(self["payment"].value() or "")
        return {"code": typed if typed in self._codes else next(iter(self._codes), "")}


def _refusal(order: Order, due: Decimal) -> StrOrPromise:
    is_late = order.expires_at is not None and order.expires_at <= timezone.now()
    if order.status == OrderStatus.EXPIRED or (order.status == OrderStatus.PENDING and is_late):
        return EXPIRED
    if order.status == OrderStatus.CANCELLED:
        return CANCELLED
    if is_being_checked(order.pk):
        return CHECKED
    if is_under_way(order.pk):
        return UNDER_WAY
    is_open = order.status == OrderStatus.PENDING or order.owes_difference
    return "" if is_open and due > 0 else NOTHING_DUE


def order_sums(order: Order) -> dict[str, Any]:
    """The figures of an order that was read whole, for components/_sums.html. At most 1 query."""
    discounts = discounts_of(order)
    return {
        "subtotal": order.subtotal,
        "discounts": [{"label": label, "amount": amount} for label, amount in discounts.items()],
        "shipping": order.shipping_total,
        "tax": order.tax_total,
        "tax_is_added": not order.prices_include_tax,
        "tax_label": tax_label(
            order.delivery_country, {line.tax_rate for line in order.lines.all()}
        ),
        "tax_abroad": abroad(order.delivery_country),
        "total": order.total,
        "credit": order.credit_total,
        "left": order.rest_total if order.awaits_rest else None,
    }
