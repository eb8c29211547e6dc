"""Amounts in another currency, for providers that do not take the order's own."""

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation

from constance import config
from django.utils.translation import gettext as _

from core.money import THREE_DECIMAL_CURRENCIES, quantize
from payments.exceptions import MethodUnavailable
from payments.gateways import keys
from payments.gateways.base import Gateway, MoneyFact, find
from payments.models import Payment, Quote

SAMPLE = Decimal(100)


def why_hidden(code: str, currencies: Iterable[str]) -> list[str]:
    """
    Why shoppers see no way to pay by this provider in these currencies, in sentences for staff.

    :raises ValueError: if the shop's exchange rates cannot be read
    """
    gateway = find(code)
    if gateway is None:
        return keys.faults(code) or [_("Its provider is not set up: the keys are missing.")]
    rates()
    return [
        _(
            "This provider does not take %(currency)s, and the shop's settings have no exchange "
            "rate for a currency that it takes."
        )
        % {"currency": currency}
        for currency in currencies
        if not _takes(gateway, currency)
    ]


def _takes(gateway: Gateway, currency: str) -> bool:
    try:
        quote(gateway, SAMPLE, currency)
    except MethodUnavailable:
        return False
    return True


def rates() -> dict[str, Decimal]:
    """
    The shop's exchange rates by currency, in the order of its preference.

    :raises ValueError: if the setting cannot be read
    """
    return read_rates(config.EXCHANGE_RATES)


def read_rates(text: str) -> dict[str, Decimal]:
    """
    The exchange rates of a text, for example “USD 3.75, MXN 0.21”.

    :raises ValueError: if the text is malformed
    """
    found = {}
    for entry in text.replace(",", "\n").splitlines():
        if not entry.strip():
            continue
        currency, _space, number = entry.strip().partition(" ")
        try:
            rate = Decimal(number.strip())
        except InvalidOperation:
            rate = Decimal(0)
        if len(currency) != len("USD") or not currency.isalpha() or not 0 < rate < Decimal("1e9"):
            raise ValueError(
                _("“%(entry)s” is no exchange rate such as “USD 3.75”.") % {"entry": entry.strip()}
            )
        found[currency.upper()] = rate
    return found


def quote(gateway: Gateway, amount: Decimal, currency: str) -> Quote | None:
    """
    What the provider is asked for instead; None if it takes the currency itself.

    :raises MethodUnavailable: if the shop has no rate for a currency that it takes
    """
    if gateway.accepts(currency):
        return None
    for other, rate in _usable_rates().items():
        quoted = quantize(amount / rate, other)
        if gateway.accepts(other) and quoted > 0:
            return Quote(amount=quoted, currency=other, rate=rate)
    raise MethodUnavailable(_("This way to pay does not take this currency. Choose another."))


def worth(payment: Payment, fact: MoneyFact) -> Decimal:
    """
    A provider's money in the currency of the order, at the payment's frozen rate.

    The quoted amount is worth exactly what was to be paid.
    """
    if payment.quoted_amount is None or fact.currency != payment.quoted_currency:
        return fact.amount
    return quantize(payment.amount * fact.amount / payment.quoted_amount, payment.currency)


def fee_in_order_currency(payment: Payment, fee: Decimal | None) -> Decimal | None:
    """What the provider keeps, which it tells in the currency that it took."""
    if fee is None or payment.quoted_rate is None:
        return fee
    return quantize(fee * payment.quoted_rate, payment.currency)


def _usable_rates() -> Mapping[str, Decimal]:
    """A setting that cannot be read hides what needs it; `check --deploy` says why."""
    try:
        return {k: v for k, v in rates().items() if k not in THREE_DECIMAL_CURRENCIES}
    except ValueError:
        return {}
