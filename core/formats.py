"""Money and places as pages, mails, documents and the admin all say them."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from urllib.parse import quote, urlencode

from core.money import WHOLE_CURRENCIES, quantize

SYMBOLS = {
    "ARS": "$",
    "BOB": "Bs",
    "BRL": "R$",
    "CLP": "$",
    "COP": "$",
    "EUR": "€",
    "GTQ": "Q",
    "MXN": "$",
    "PEN": "S/",
    "PYG": "₲",
    "USD": "US$",
    "UYU": "$U",
}


def money(amount: Decimal | float | str, currency: str = "PEN") -> str:
    """The amount for shoppers, for example `S/ 1,234.50`; the space does not break."""
    rounded = quantize(Decimal(str(amount)), currency)
    digits = 0 if currency in WHOLE_CURRENCIES else 2
    sign = "-" if rounded < 0 else ""
    return f"{sign}{SYMBOLS.get(currency, currency)}\N{NO-BREAK SPACE}{abs(rounded):,.{digits}f}"


def totals(amounts: Iterable[tuple[Decimal, str]]) -> str:
    """Amounts with their currencies, added up by currency: `S/ 1,234.50 + US$ 20.00`."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for amount, currency in amounts:
        sums[currency] += amount
    return " + ".join(money(amount, currency) for currency, amount in sorted(sums.items()))


def map_link(address: str) -> str:
    """Where a map shows the address."""
    query = urlencode({"api": 1, "query": " ".join(address.split())}, quote_via=quote)
    return f"https://www.google.com/maps/search/?{query}"
