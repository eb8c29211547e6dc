"""Why an order cannot be paid in one of the shop's ways, for the staff who are asked."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from catalog.selectors import PaymentLimits, payment_limits, variants_for_sale
from checkout.paying import due_of, payment_page
from orders.models import Order
from payments import gateways
from payments.eligibility import handover_of
from payments.models import PaymentMethod
from payments.selectors import why_not_offered


@dataclass(frozen=True)
class Offered:
    """A way to pay: offered for this order, or why not."""

    method: PaymentMethod
    reason: str = ""


def ways_to_pay(order: Order) -> tuple[str, list[Offered]]:
    """
    Why nothing can be paid at all, if so, and every way to pay that the shop knows.

    At most 15 queries, and one for each way that is left out.
    """
    page = payment_page(order)
    codes = {method.code for method in page.methods}
    return str(page.refusal), list(_each(order, codes))


def _each(order: Order, offered: set[str]) -> Iterator[Offered]:
    variants = variants_for_sale({line.variant_id for line in order.lines.all()})
    limits = payment_limits(list(variants.values()))
    for method in PaymentMethod.objects.order_by("position", "code"):
        reason = "" if method.code in offered else _reason(method, order, limits)
        yield Offered(method, reason)


def _reason(method: PaymentMethod, order: Order, limits: PaymentLimits) -> str:
    if not method.is_active:
        return _("It is switched off.")
    if gateways.find(method.gateway) is None:
        return _("The keys of its provider are missing.")
    if limits.codes is not None and method.code not in limits.codes:
        return _("A collection with one of these products takes other ways to pay only.")
    if not limits.allow(method.code, method.hold_minutes):
        return _("A drop with one of these products takes only what is paid at once.")
    if order.owes_difference and method.collects_on_delivery:
        return _("What an order came to cost more is not paid on delivery.")
    return why_not_offered(
        method.code, amount=due_of(order), currency=order.currency, handover=handover_of(order)
    )
