"""What staff may change while the shop runs: typed, described, stored by django-constance."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from config.face_settings import FACE
from config.hold_limit_settings import LIMITS
from config.setting_kinds import (
    COUNTRY,
    CURRENCY,
    EMAIL,
    FIELDS,
    line,
    number,
    one_of,
    rate,
    shaped,
    text,
    whole,
)

REFUND = one_of(
    "refunds",
    ("never", _("never")),
    ("everything", _("when everything comes back")),
    ("fault", _("when everything comes back, and always when the shop is at fault")),
)
REGION = shaped(r"^[A-Za-z0-9-]{1,12}$", _("Write the code of a region, such as SP, or nothing."))

CONSTANCE_CONFIG = {
    **FACE,
    **LIMITS,
    "STORE_NAME": ("Vitrina", _("Name of the shop."), line(60, required=True)),
    "STORE_DESCRIPTION": (
        "Muebles, moda urbana y tecnología, con envío a todo el Perú.",
        _("One sentence on the shop, for its footer and for search engines."),
        text(300),
    ),
    "STORE_DESCRIPTION_OTHER": (
        "",
        _("The same sentence in the shop's other language; empty: a general one."),
        text(300),
    ),
    "LEGAL_NAME": ("Vitrina S.A.C.", _("Company name for documents."), line(required=True)),
    "TAX_ID": ("", _("RUC or other tax number."), line(30)),
    "LEGAL_ADDRESS": ("", _("Address of the company for documents."), text(300)),
    "INVOICING_PROVIDER": (
        "none",
        _("Who sends documents to the tax office."),
        one_of("providers"),
    ),
    "CURRENCY": (
        "PEN",
        _("ISO code of the currency that prices are in. It stays once there are orders."),
        CURRENCY,
    ),
    "COUNTRY": ("PE", _("Country the shop sells from."), COUNTRY),
    "PRICES_INCLUDE_TAX": (True, _("Catalogue prices include tax."), bool),
    "PRICE_DOUBT_PERCENT": (
        50,
        _("A new price under this percent of the last one has to be confirmed; one of 0 always."),
        whole(0, 100),
    ),
    "LOWEST_PRICE_DAYS": (
        30,
        _("Offers show the lowest price of so many days before they began; 0: they show none."),
        whole(0, 365),
    ),
    "DEFAULT_TAX_RATE": (
        Decimal("0.18"),
        _("Tax in percent where no rate is set for the country, such as 18."),
        rate(),
    ),
    "DEFAULT_TAX_NAME": (
        "IGV",
        _("What documents call the tax at that rate."),
        line(20, required=True),
    ),
    "TAX_EXPORTS": (
        False,
        _("Deliveries to countries without a tax rate of their own carry the usual one, not none."),
        bool,
    ),
    "ROUND_TAX_PER_LINE": (
        True,
        _(
            "Tax is rounded on each line; otherwise once on the whole order. Three lines of 0.01 "
            "with 18 percent of tax on top come to 0.03 line by line, and to 0.04 in all."
        ),
        bool,
    ),
    "RESERVATION_MINUTES": (15, _("Minutes a cart holds its units."), whole(1, 1440)),
    "HOLD_LIMIT_MINUTES": (
        60,
        _("Minutes that one hold may last in all, before the order."),
        whole(1, 10_080),
    ),
    "UNITS_HELD_LIMIT": (
        20,
        _("Units of one variant that one visitor may hold."),
        whole(1, 10_000),
    ),
    "BACK_IN_STOCK_HOLD_MINUTES": (
        0,
        _("Minutes a unit is held for a shopper who was notified that it is back; 0 holds none."),
        whole(0, 2880),
    ),
    "CART_HOURS": (48, _("Hours a cart is kept after its last change."), whole(1, 720)),
    "ABANDONED_CART_HOURS": (
        0,
        _("Hours until shoppers who agreed are reminded of an abandoned cart; 0: no reminders."),
        whole(0, 720),
    ),
    "UNPAID_ORDER_MINUTES": (30, _("Minutes an order waits for its payment."), whole(5, 10_080)),
    "PAYMENT_LINK_HOURS": (
        48,
        _("Hours a payment link that staff send holds the units."),
        whole(1, 720),
    ),
    "CANCELLATION_MINUTES": (
        30,
        _("Minutes in which a shopper may cancel a paid order."),
        whole(0, 10_080),
    ),
    "PURCHASE_LIMIT": (10, _("Units of a product that one customer may buy."), whole(1, 10_000)),
    "TERMS_PAGE": (
        "",
        _("Page with the terms of sale."),
        one_of("pages"),
    ),
    "RETURN_DAYS": (30, _("Days in which a delivery may be returned."), whole(0, 365)),
    "RETURN_SHIPPING_REFUND": (
        "everything",
        _("When what was paid for the delivery goes back with what is returned."),
        REFUND,
    ),
    "RETURN_INSTRUCTIONS": (
        "",
        _(
            "How customers send goods back; anyone who approves a return can change it for that"
            " one."
        ),
        text(),
    ),
    "RETURN_WITHIN_DAYS": (
        14,
        _("Days after which an approved return that has not come is late."),
        whole(1, 365),
    ),
    "REVIEW_MODERATION": (True, _("Reviews wait for approval."), bool),
    "REVIEW_INVITATION_DAYS": (
        7,
        _("Days after a delivery at which its buyer is asked for reviews, once; 0: never."),
        whole(0, 90),
    ),
    "LOW_STOCK_EMAIL": ("", _("Where alerts go: low stock, and banks that ask money back."), EMAIL),
    "OPERATIONS_EMAIL": (
        "",
        _("Where alerts about servers, queues, mail and backups go; empty: to all superusers."),
        EMAIL,
    ),
    "WEEKLY_MAIL": (
        "es",
        _("Language of Monday's mail about last week's sales, to the same address; or no mail."),
        one_of("mails", ("es", "Español"), ("en", "English"), ("no", _("no mail"))),
    ),
    "OVER_RECEIPT_PERCENT": (
        0,
        _("Percent by which a supplier may send more than was ordered, up to 100."),
        whole(0, 100),
    ),
    "LAST_FEW_UNITS": (3, _("From how many units on a product shows “last few”."), whole(0, 1000)),
    "SPLIT_SHIPMENTS": (True, _("An order leaves in one parcel per seller and warehouse."), bool),
    "SLIP_SHOWS_PRICES": (False, _("Packing slips name prices."), bool),
    "PACK_WITHIN_DAYS": (
        2,
        _("Days after which a parcel that is not packed is late."),
        whole(0, 60),
    ),
    "SEND_WITHIN_DAYS": (
        1,
        _("Days after which a packed parcel that is not sent is late."),
        whole(0, 60),
    ),
    "FETCH_WITHIN_DAYS": (
        7,
        _("Days after which a parcel that nobody fetches is late."),
        whole(1, 90),
    ),
    "ARRIVE_WITHIN_DAYS": (10, _("Days after which a parcel on its way is stuck."), whole(1, 90)),
    "CUT_OFF_HOUR": (
        16,
        _("Orders from this hour on count from the next working day, 0 to 24; 24: none does."),
        whole(0, 24),
    ),
    "WORKS_SATURDAYS": (False, _("The shop packs on Saturdays too."), bool),
    "HOLIDAYS_REGION": (
        "",
        _("Code of the region whose holidays you keep too, such as “SP”; empty: none."),
        REGION,
    ),
    "SALES_PAUSED": (False, _("Nothing can be bought for now."), bool),
    "EXCHANGE_RATES": (
        "",
        _("Rates for providers that do not take your currency, such as “USD 3.75, MXN 0.21”."),
        text(1000),
    ),
    "CREDIT_DAYS": (
        0,
        _("Days in which store credit can be used, counted from when it is granted; 0: always."),
        whole(0, 3650),
    ),
    "TRANSFER_SECOND_PERSON_FROM": (
        Decimal(2000),
        _("Transfers from this amount on need two people who have seen them; 0: never."),
        number(9_999_999),
    ),
    "CREDIT_SECOND_PERSON_FROM": (
        Decimal(500),
        _(
            "One colleague gives a customer less store credit than this by hand in thirty days; "
            "more waits for a second person, who approves it. 0: no limit."
        ),
        Decimal,
    ),
    "MARKETPLACE": (False, _("Other sellers can apply to sell in the shop."), bool),
    "SELLER_TERMS_PAGE": (
        "",
        _("Page with the terms for sellers."),
        one_of("pages"),
    ),
    "COMMISSION_PERCENT": (
        Decimal(10),
        _("Percent of a seller's sales that the shop keeps, where no commission says otherwise."),
        number(100),
    ),
    "AUDIT_MONTHS": (
        24,
        _("Months that the log of changes is kept; 0: for ever."),
        whole(0, 240),
    ),
    "COMPLAINTS_BOOK": (True, _("Show the complaints book that Peru's law asks for."), bool),
    "COMPLAINTS_EMAIL": ("", _("Where new sheets of the complaints book go."), EMAIL),
    "KEEP_MAILS_DAYS": (180, _("Days that sent mails are kept; 0 keeps them."), whole(0, 3650)),
    "KEEP_TRACES_DAYS": (
        90,
        _(
            "Days that notices of providers, carts and drafts that are over, and sign-ups that"
            " were answered are kept; 0 keeps them."
        ),
        whole(0, 3650),
    ),
    "KEEP_DEVICES_DAYS": (
        400,
        _(
            "Days after its last sign-in that a device is remembered; later, a sign-in from it is"
            " reported as new. 0 keeps them."
        ),
        whole(0, 3650),
    ),
    "KEEP_PROOFS_DAYS": (
        730,
        _("Days that proofs of transfers are kept; 0 keeps them."),
        whole(0, 3650),
    ),
}

CONSTANCE_ADDITIONAL_FIELDS = FIELDS
LOOK_SETTINGS = ("STORE_LOOK", "BRAND_COLOUR", "CORNERS", "DENSITY")

# Pairs, for lazy texts cannot be keys before the apps are loaded.
CONSTANCE_CONFIG_FIELDSETS = (
    (
        _("Shop"),
        (
            "STORE_NAME",
            "STORE_DESCRIPTION",
            "STORE_DESCRIPTION_OTHER",
            "ANNOUNCEMENT",
            "ANNOUNCEMENT_OTHER",
            "LEGAL_NAME",
            "TAX_ID",
            "LEGAL_ADDRESS",
            "CONTACT_WHATSAPP",
            "CONTACT_PHONE",
            "CONTACT_EMAIL",
            "CONTACT_ADDRESS",
            "CONTACT_MAP",
            "CONTACT_HOURS",
            "CONTACT_HOURS_OTHER",
            "TERMS_PAGE",
            "COMPLAINTS_BOOK",
            "COMPLAINTS_EMAIL",
            "OPERATIONS_EMAIL",
            "WEEKLY_MAIL",
            "AUDIT_MONTHS",
        ),
    ),
    (_("Look"), LOOK_SETTINGS),
    (_("Sellers"), ("MARKETPLACE", "COMMISSION_PERCENT", "SELLER_TERMS_PAGE")),
    (
        _("Money"),
        (
            "CURRENCY",
            "COUNTRY",
            "PRICES_INCLUDE_TAX",
            "PRICE_DOUBT_PERCENT",
            "LOWEST_PRICE_DAYS",
            "DEFAULT_TAX_RATE",
            "DEFAULT_TAX_NAME",
            "TAX_EXPORTS",
            "ROUND_TAX_PER_LINE",
            "INVOICING_PROVIDER",
            "EXCHANGE_RATES",
            "CREDIT_DAYS",
            "TRANSFER_SECOND_PERSON_FROM",
            "CREDIT_SECOND_PERSON_FROM",
        ),
    ),
    (
        _("Stock and carts"),
        (
            "RESERVATION_MINUTES",
            "HOLD_LIMIT_MINUTES",
            "UNITS_HELD_LIMIT",
            "BACK_IN_STOCK_HOLD_MINUTES",
            "CART_HOURS",
            "ABANDONED_CART_HOURS",
            "LOW_STOCK_EMAIL",
            "LAST_FEW_UNITS",
            "OVER_RECEIPT_PERCENT",
            "SALES_PAUSED",
        ),
    ),
    (
        _("Orders"),
        (
            "UNPAID_ORDER_MINUTES",
            "PAYMENT_LINK_HOURS",
            "CANCELLATION_MINUTES",
            "PURCHASE_LIMIT",
            "RETURN_DAYS",
            "RETURN_SHIPPING_REFUND",
            "RETURN_INSTRUCTIONS",
            "RETURN_WITHIN_DAYS",
            "REVIEW_MODERATION",
            "REVIEW_INVITATION_DAYS",
            "SPLIT_SHIPMENTS",
            "SLIP_SHOWS_PRICES",
            "PACK_WITHIN_DAYS",
            "SEND_WITHIN_DAYS",
            "FETCH_WITHIN_DAYS",
            "ARRIVE_WITHIN_DAYS",
            "CUT_OFF_HOUR",
            "WORKS_SATURDAYS",
            "HOLIDAYS_REGION",
        ),
    ),
    (_("Limits against hoarding"), tuple(LIMITS)),
    (
        _("Privacy"),
        ("KEEP_MAILS_DAYS", "KEEP_TRACES_DAYS", "KEEP_DEVICES_DAYS", "KEEP_PROOFS_DAYS"),
    ),
)
