"""Who may do what in the back office: the roles of the shop as Django groups."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    SELLER = "seller", _("seller")
    CATALOGUE = "catalogue manager", _("catalogue manager")
    WAREHOUSE = "warehouse", _("warehouse")
    SUPPORT = "support", _("support")
    FINANCE = "finance", _("finance")
    ADMINISTRATOR = "administrator", _("administrator")


# For each role, by app: "rw" may view, add and change; "rwd" may delete too; "r" may view; "ra" may
# view and ask for one. A single model of the app may have more, or less.
# What a shop gives a role in the back office stays: `roles.sync` leaves that role alone.
ROLE_PERMISSIONS: dict[Role, dict[str, str]] = {
    Role.SELLER: {},
    Role.CATALOGUE: {
        "catalog": "rwd",
        "storefront": "rwd",
        "promotions": "rw",
        "reviews": "rw",
        "waitingroom": "rwd",
        "backoffice.undoable": "r",
    },
    Role.WAREHOUSE: {
        "inventory": "rw",
        "purchasing": "rw",
        "shipping": "rw",
        "orders": "r",
        "catalog": "r",
        "returns": "rw",
        "backoffice.undoable": "r",
    },
    Role.SUPPORT: {
        "orders": "rw",
        "accounts": "r",
        # Colleagues' accounts and roles are the administrator's.
        "accounts.user": "",
        "accounts.customernote": "ra",
        "accounts.impersonation": "ra",
        "payments": "r",
        "payments.refund": "ra",
        "invoicing": "r",
        "shipping": "r",
        "returns": "rw",
        "reviews": "rw",
        "complaints": "rw",
        "catalog": "r",
        "inventory": "r",
        "cart": "r",
        "checkout": "rw",
        "till": "r",
        "till.tillsession": "ra",
        "backoffice.undoable": "r",
    },
    Role.FINANCE: {
        "accounts.customeraccount": "r",
        "accounts.customernote": "ra",
        "payments": "rw",
        "orders": "r",
        "invoicing": "rw",
        "payouts": "rw",
        "promotions": "r",
        "returns": "r",
        "inventory.stocklevel": "r",
        "till": "r",
        "backoffice.bookscheck": "ra",
    },
    Role.ADMINISTRATOR: dict.fromkeys(
        (
            *("accounts", "auth", "cart", "catalog", "checkout", "complaints", "inventory"),
            *("invoicing", "orders", "outbox", "payments", "payouts", "privacy", "promotions"),
            *("purchasing", "returns", "reviews", "sellers", "shipping", "storefront"),
            *("till", "waitingroom", "constance"),
        ),
        "rwd",
    )
    | {"audit": "r", "backoffice": "r", "backoffice.bookscheck": "ra"},
}
ACTIONS: dict[str, tuple[str, ...]] = {
    "": (),
    "r": ("view",),
    "ra": ("view", "add"),
    "rw": ("view", "add", "change"),
    "rwd": ("view", "add", "change", "delete"),
}
# Who has one of these sets costs, buys or keeps the books: what goods cost is theirs to know.
COST_RIGHTS = ("catalog.change_variant", "purchasing.view_purchaseorder", "payments.change_payment")
# Who has one of these is told what customers paid; others pack the same orders without prices.
MONEY_RIGHTS = ("orders.change_order", "payments.view_payment")
