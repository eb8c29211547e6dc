"""Settings that limit how much may be held without being paid, see docs/security.md."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from config.setting_kinds import number, whole

LIMITS = {
    "PLACE_UNITS_LIMIT": (
        100,
        _(
            "Units that carts from one internet address, and carts of one account, hold in all."
            " Many people share the address of their telephone company. 0: no limit."
        ),
        whole(0, 100_000),
    ),
    "PLACE_CARTS_LIMIT": (
        120,
        _("New carts that one internet address may begin in an hour; 0: no limit."),
        whole(0, 100_000),
    ),
    "TRANSFER_PROOF_HOURS": (
        6,
        _(
            "Hours a bank transfer holds its units until the customer shows a proof; then the time"
            " of the payment method counts. 0: that time from the start."
        ),
        whole(0, 720),
    ),
    "CASH_CONFIRMATION_HOURS": (
        24,
        _(
            "Hours in which an order that is paid at the door has to be confirmed, by the code in"
            " its mail or by staff, if its customer has had no delivery yet. 0: never asked."
        ),
        whole(0, 720),
    ),
    "OPEN_ORDERS_LIMIT": (
        3,
        _(
            "Orders that one customer may have unpaid at a time; five times as many from one"
            " internet address. 0: no limit."
        ),
        whole(0, 1000),
    ),
    "OPEN_UNITS_LIMIT": (
        60,
        _(
            "Units in a customer's unpaid orders; five times as many from one internet address."
            " 0: no limit."
        ),
        whole(0, 100_000),
    ),
    "OPEN_AMOUNT_LIMIT": (
        Decimal(20_000),
        _(
            "Amount of a customer's unpaid orders once there are two; five times as much from one"
            " internet address. 0: no limit."
        ),
        number(999_999_999),
    ),
    "HELD_STOCK_PERCENT": (
        50,
        _("Percent of the stock that, once carts and unpaid orders hold it, is alerted; 0: never."),
        whole(0, 100),
    ),
}
