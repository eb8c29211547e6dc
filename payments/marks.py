"""The marks of cards and wallets that a way to pay is known by."""

from collections.abc import Iterable
from typing import NamedTuple

from constance import config
from django.utils.translation import gettext as _

from payments.models import Gateway, MethodType, PaymentMethod


class Mark(NamedTuple):
    """`code` is its symbol in static/img/payments.svg."""

    code: str
    label: str


VISA, MASTERCARD, AMEX = (
    Mark("visa", "Visa"),
    Mark("mastercard", "Mastercard"),
    Mark("amex", "Amex"),
)
YAPE, PLIN = Mark("yape", "Yape"), Mark("plin", "Plin")
PAGOEFECTIVO = Mark("pagoefectivo", "PagoEfectivo")
OWN_BY_GATEWAY: dict[str, Mark] = {
    Gateway.PAYPAL: Mark("paypal", "PayPal"),
    Gateway.MERCADOPAGO: Mark("mercadopago", "Mercado Pago"),
}
# Wallets and vouchers have other names in each country.
PERU = {MethodType.WALLET: (YAPE, PLIN), MethodType.CASH_VOUCHER: (PAGOEFECTIVO,)}


def marks_of(method: PaymentMethod) -> tuple[Mark, ...]:
    """What the method takes, as far as its type, provider and the shop's country say."""
    kind, own = MethodType(method.type), OWN_BY_GATEWAY.get(method.gateway)
    if kind == MethodType.CARD:
        return (VISA, MASTERCARD, AMEX)
    if kind == MethodType.BANK_TRANSFER:
        return (Mark("transfer", _("Bank transfer")),)
    if kind in (MethodType.CASH_ON_DELIVERY, MethodType.PAY_IN_SHOP):
        return (Mark("cash", _("Cash")),)
    local = PERU.get(kind, ()) if config.COUNTRY == "PE" else ()
    return (own,) if own and kind == MethodType.WALLET else local


def all_marks(methods: Iterable[PaymentMethod]) -> tuple[Mark, ...]:
    """Each mark once, in the order of the methods."""
    return tuple(dict.fromkeys(mark for method in methods for mark in marks_of(method)))
