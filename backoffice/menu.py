"""The menu beside every page: what the person's day needs, with what waits; the rest is folded."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.models import User
from accounts.permissions import Role
from accounts.seller_admin import person
from backoffice.dashboard.page import waiting_for
from core.caching.values import cached

KEPT_SECONDS = 15
# With the first page: a role whose rights open fewer lists gets others of its rights.
LEAST, MOST = 10, 14
REPORTS = "reports"
# The lists of each role's day, in the order of its work.
DAILY: dict[Role, tuple[str, ...]] = {
    Role.ADMINISTRATOR: (
        *("orders.order", "checkout.draft", "shipping.shipment", "returns.return"),
        *("payments.payment", "payments.refund", "catalog.product", "inventory.stocklevel"),
        *("promotions.promotion", "accounts.customeraccount", "complaints.complaint"),
        *(REPORTS, "constance.config"),
    ),
    Role.CATALOGUE: (
        *("catalog.product", "catalog.variant", "catalog.category", "catalog.collection"),
        *("catalog.scheduledprice", "catalog.sheetimport", "promotions.promotion"),
        *("promotions.coupon", "reviews.review", "reviews.productquestion"),
        *("storefront.banner", "storefront.story", REPORTS),
    ),
    Role.WAREHOUSE: (
        *("shipping.shipment", "orders.order", "returns.return", "inventory.stocklevel"),
        *("inventory.transfer", "inventory.stockcount", "purchasing.purchaseorder"),
        *("purchasing.receipt", "purchasing.suppliertask", "inventory.stockalert"),
        *("inventory.movement", "catalog.product", REPORTS),
    ),
    Role.SUPPORT: (
        *("orders.order", "checkout.draft", "accounts.customeraccount", "shipping.shipment"),
        *("returns.return", "payments.refund", "payments.payment", "complaints.complaint"),
        *("reviews.productquestion", "reviews.review", "invoicing.fiscaldocument"),
        *("catalog.product", "inventory.stocklevel"),
    ),
    Role.FINANCE: (
        *("payments.payment", "payments.refund", "payments.dispute", "payments.transferproof"),
        *("payments.reconciliation", "payments.storecredit", "payments.creditrequest"),
        *("orders.order", "invoicing.fiscaldocument", "payouts.statement"),
        *("accounts.customeraccount", "backoffice.bookscheck", REPORTS),
    ),
    Role.SELLER: (
        *("orders.order", "shipping.shipment", "returns.return", "catalog.product"),
        *("catalog.variant", "inventory.stocklevel", "purchasing.suppliertask"),
        *("reviews.productquestion", "payouts.statement", REPORTS),
    ),
}
ICONS = {
    "accounts.customeraccount": "users",
    "backoffice.bookscheck": "calendar",
    "catalog.category": "layout-grid",
    "catalog.collection": "flame",
    "catalog.scheduledprice": "timer",
    "catalog.sheetimport": "download",
    "catalog.variant": "layers",
    "checkout.draft": "phone",
    "complaints.complaint": "complaints-book",
    "constance.config": "settings",
    "inventory.movement": "history",
    "inventory.stockalert": "bell",
    "inventory.stockcount": "check",
    "inventory.transfer": "arrow-up-down",
    "invoicing.fiscaldocument": "receipt-text",
    "payments.creditrequest": "gift",
    "payments.dispute": "circle-alert",
    "payments.payment": "credit-card",
    "payments.reconciliation": "landmark",
    "payments.refund": "banknote",
    "payments.transferproof": "camera",
    "promotions.coupon": "ticket",
    "purchasing.purchaseorder": "store",
    "purchasing.receipt": "package-open",
    "purchasing.suppliertask": "phone",
    "returns.return": "undo-2",
    "reviews.productquestion": "message-circle",
    "reviews.review": "star",
    "shipping.shipment": "truck",
    "storefront.banner": "eye",
    "storefront.story": "sofa",
}


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A page of the daily menu; `waiting` is the figure of the first tile that leads to it."""

    name: StrOrPromise
    url: str
    icon: str
    waiting: str = ""
    reason: str = ""
    is_current: bool = False


@dataclass(frozen=True, kw_only=True)
class Menu:
    daily: list[Entry]
    # Sections of the other lists, as the site has them.
    rest: list[dict[str, Any]]
    is_in_rest: bool


@dataclass(frozen=True)
class _Day:
    """What is cached of a person: their roles, and by list the figure and the tile's words."""

    roles: list[str]
    waiting: dict[str, tuple[str, str]]


def menu(request: HttpRequest, sections: Sequence[dict[str, Any]]) -> Menu:
    """
    The menu over these sections, which hold what the person may see.

    Three queries when its figures are counted, none while they are cached.
    """
    if not sections:
        return Menu(daily=[], rest=[], is_in_rest=False)
    user = person(request)
    day = cached(f"menu:{user.pk}", lambda: _day_of(user), KEPT_SECONDS)
    found = _by_label(sections)
    chosen = _chosen(user, day.roles, found)
    daily = [_entry(request, label, found[label], day) for label in chosen]
    rest = _without(sections, set(chosen))
    urls = (each["admin_url"] or "" for section in rest for each in section["models"])
    is_in_rest = any(url and request.path.startswith(url) for url in urls)
    return Menu(daily=[_today(request), *daily], rest=rest, is_in_rest=is_in_rest)


def _day_of(user: User) -> _Day:
    waiting: dict[str, tuple[str, str]] = {}
    for queue in waiting_for(user):
        if queue.number:
            label = queue.rows.model._meta.label_lower
            waiting.setdefault(label, (queue.said, str(queue.label)))
    # Who may everything has the whole shop's day.
    groups = () if user.is_superuser else user.groups.values_list("name", flat=True)
    return _Day(list(groups), waiting)


def _by_label(sections: Iterable[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The lists by the label of their model; the reports are one page."""
    found = {}
    for section in sections:
        for each in section["models"]:
            if "model" in each:
                found[each["model"]._meta.label_lower] = each | {"icon": section["icon"]}
            else:
                url = reverse("admin:reports")
                found[REPORTS] = {"name": section["name"], "admin_url": url, "icon": "file-text"}
    return found


def _chosen(user: User, roles: Collection[str], found: dict[str, dict[str, Any]]) -> list[str]:
    """The lists of the person's roles, filled up to the least with others of the same rights."""
    held = [Role.ADMINISTRATOR] if user.is_superuser else [r for r in Role if r in roles]
    wanted = chain.from_iterable(DAILY[role] for role in held or (Role.SELLER,))
    daily = [label for label in dict.fromkeys(wanted) if label in found][: MOST - 1]
    others = [label for label in found if label not in daily]
    return [*daily, *others[: max(0, LEAST - 1 - len(daily))]]


def _today(request: HttpRequest) -> Entry:
    url = reverse("admin:index")
    return Entry(name=_("Today"), url=url, icon="house", is_current=request.path == url)


def _entry(request: HttpRequest, label: str, found: dict[str, Any], day: _Day) -> Entry:
    said, reason = day.waiting.get(label, ("", ""))
    return Entry(
        name=found["name"],
        url=found["admin_url"],
        icon=ICONS.get(label, found["icon"]),
        waiting=said,
        reason=reason,
        is_current=request.path.startswith(found["admin_url"]),
    )


def _without(sections: Iterable[dict[str, Any]], labels: set[str]) -> list[dict[str, Any]]:
    """Reports stay: each is a page of its own."""
    left = [
        section
        | {
            "models": [
                each
                for each in section["models"]
                if "model" not in each or each["model"]._meta.label_lower not in labels
            ]
        }
        for section in sections
    ]
    return [section for section in left if section["models"]]
