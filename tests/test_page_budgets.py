"""
Every address that can be opened has a budget of questions to the database.

It is kept where each table has ten rows and where it has a thousand, all of them the one shopper's
and on the one shelf, so that whatever a page lists is long. The back office's pages are walked in
`tests/backoffice/test_long_lists.py`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from constance import config
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import User
from core.caching import values
from tests.many_rows import fill

FIRST = "(SELECT id FROM {} ORDER BY id LIMIT 1)"
# What makes the rows of each table one shopper's, or those of one page.
TIES = {
    "catalog_category": f"family_id = {FIRST.format('catalog_family')}, is_active = true",
    "catalog_family": "is_active = true",
    "catalog_product": (
        f"category_id = {FIRST.format('catalog_category')}, is_active = true, kind = 'physical',"
        f" seller_id = {FIRST.format('accounts_seller')}, published_at = NULL, language = 'es'"
    ),
    "catalog_variant": f"brand_id = {FIRST.format('catalog_brand')}, is_active = true",
    "catalog_brand": "is_active = true",
    "catalog_productimage": "picture = 'products/sofa.jpg', width = 900, height = 600",
    "accounts_seller": "status = 'approved'",
    "orders_order": "customer_id = %(user)s, language = 'es'",
    "orders_orderevent": f"order_id = {FIRST.format('orders_order')}",
    "accounts_address": (
        "user_id = %(user)s, is_default_shipping = false, is_default_billing = false"
    ),
    "cart_wishlistitem": "user_id = %(user)s",
    "reviews_review": f"product_id = {FIRST.format('catalog_product')}, status = 'approved'",
    "storefront_page": "kind = 'shipping', is_active = true",
    "reviews_productquestion": (
        f"product_id = {FIRST.format('catalog_product')}, status = 'published'"
    ),
    "payments_storecreditentry": f"credit_id = {FIRST.format('payments_storecredit')}",
}


@dataclass(frozen=True)
class Page:
    """How an address is filled in, who opens it, and what it may ask."""

    budget: int
    places: dict[str, str] = field(default_factory=dict)
    query: str = ""
    is_shoppers: bool = False
    status: int = 200


def slug(table: str) -> dict[str, str]:
    return {"slug": f"SELECT slug FROM {table} WHERE id = {FIRST.format(table)}"}


ORDER = {"number": "SELECT number FROM orders_order ORDER BY id LIMIT 1"}
REVIEW = {"review_id": FIRST.format("reviews_review")[1:-1]}
# Parts of the first page: staff choose each.
STAFFS_CHOICE = {"storefront.HomeBlock"}
PAGES: dict[str, Page] = {
    "healthz": Page(0),
    "readyz": Page(3),
    "metrics": Page(27),
    "favicon": Page(5, status=302),
    "theme": Page(0, {"colours": "SELECT '1-1f5596'"}),
    "manifest": Page(6),
    "robots": Page(0),
    "prefetch": Page(0),
    "sitemap": Page(27),
    "sitemap-section": Page(5, {"section": "SELECT 'products'"}),
    "storefront:home": Page(27),
    "storefront:me": Page(0),
    "storefront:menu": Page(7),
    "storefront:place": Page(0),
    "storefront:delivery-dates": Page(
        5, query="district=Lince, Lima, Lima&p=00000000-0000-0000-0000-000000000001"
    ),
    "storefront:family": Page(11, slug("catalog_family")),
    "storefront:category": Page(10, slug("catalog_category")),
    "storefront:size-guide": Page(2, slug("catalog_category"), status=404),
    "storefront:brand": Page(10, slug("catalog_brand")),
    "storefront:seller": Page(10, slug("accounts_seller")),
    "storefront:product": Page(16, slug("catalog_product")),
    "storefront:promise": Page(8, slug("catalog_product")),
    "storefront:product-reviews": Page(5, slug("catalog_product")),
    "storefront:product-questions": Page(3, slug("catalog_product")),
    "storefront:question-asked": Page(2, slug("catalog_product")),
    "storefront:review": Page(3, REVIEW),
    "storefront:review-report": Page(3, REVIEW),
    "storefront:kits": Page(7),
    "storefront:kit": Page(8, slug("catalog_kit")),
    "storefront:drops": Page(3),
    "storefront:drop": Page(13, slug("catalog_collection")),
    # Its collections have begun.
    "storefront:drop-calendar": Page(2, slug("catalog_collection"), status=404),
    "storefront:drop-state": Page(5, slug("catalog_collection")),
    "storefront:drop-queue": Page(4, slug("catalog_collection")),
    "storefront:google-feed": Page(6),
    "storefront:search": Page(18, query="q=name"),
    "storefront:suggest": Page(10, query="q=na"),
    # The rates too, whose table it shows.
    "storefront:page": Page(4, slug("storefront_page")),
    "storefront:contact": Page(3, status=404),
    "storefront:contact-send": Page(3, status=404),
    "storefront:contact-sent": Page(0),
    "storefront:recently-seen": Page(0),
    "storefront:compare": Page(0),
    "storefront:product-quick": Page(8, slug("catalog_product")),
    "storefront:favourites": Page(0),
    "storefront:favourites-items": Page(0),
    # Empty; with lines in tests/cart/test_query_budget.py.
    "cart:page": Page(0),
    "checkout:districts": Page(0, query="q=mira"),
    "complaints:write": Page(0),
    "sellers:apply": Page(0),
    "sellers:thanks": Page(0),
    "account_login": Page(0),
    "account_signup": Page(0),
    "account_reset_password": Page(0),
    "account_reset_password_done": Page(0),
    "account_reset_password_from_key_done": Page(0),
    "account_email_verification_sent": Page(0),
    "account_inactive": Page(0),
    "usersessions_list": Page(5, is_shoppers=True),
    "storefront:account-orders": Page(7, is_shoppers=True),
    "storefront:account-wishlist": Page(8, is_shoppers=True),
    "storefront:account-reviews": Page(7, is_shoppers=True),
    "storefront:account-credit": Page(7, is_shoppers=True),
    "storefront:account-profile": Page(5, is_shoppers=True),
    "storefront:account-sessions": Page(5, is_shoppers=True),
    "storefront:account-addresses": Page(5, is_shoppers=True),
    "storefront:account-address-new": Page(4, is_shoppers=True),
    "storefront:account-address": Page(
        5, {"address_id": FIRST.format("accounts_address")[1:-1]}, is_shoppers=True
    ),
    "storefront:order": Page(19, ORDER, is_shoppers=True),
    "storefront:find-order": Page(0),
    "storefront:order-paper": Page(11, ORDER, is_shoppers=True),
    "storefront:tracking": Page(14, ORDER, is_shoppers=True),
    "storefront:order-return": Page(10, ORDER, is_shoppers=True),
    "storefront:review-write": Page(8, slug("catalog_product"), is_shoppers=True),
    "checkout:pay": Page(12, ORDER, is_shoppers=True),
    "privacy:overview": Page(11, is_shoppers=True),
    "account_email": Page(6, is_shoppers=True),
    "account_change_password": Page(4, is_shoppers=True),
    "account_logout": Page(4, is_shoppers=True),
    "mfa_index": Page(6, is_shoppers=True),
}
# Why an address has no budget of its own.
OTHERS: dict[str, set[str]] = {
    "answers posts alone": {
        *("storefront:review-withdraw", "storefront:review-helpful", "storefront:order-proof"),
        *(
            "storefront:order-cancel",
            "storefront:order-confirm",
            "storefront:order-again",
            "storefront:order-return-withdraw",
        ),
        *("storefront:account-wishlist-forget", "storefront:account-sessions-end-others"),
        *("storefront:account-session-end", "storefront:account-address-delete"),
        *("storefront:wish", "storefront:favourites-merge", "storefront:chosen"),
        *("storefront:viewing-as-end", "checkout:quote", "payment-webhook"),
        *("privacy:download", "privacy:forget", "cart:add", "cart:update", "cart:remove"),
        *("cart:put-back", "cart:kit", "cart:coupon"),
    },
    "leads elsewhere": {
        *("storefront:account", "storefront:product-add", "payments:return"),
        "storefront:question-ask",
        "account_confirm_email",
    },
    "is about one row, which a signed link names": {
        *("storefront:review-order", "storefront:review-order-write", "storefront:cart-left"),
        *("storefront:review-invitations-leave", "storefront:back-in-stock-claim"),
        *("storefront:back-in-stock-leave", "storefront:cart-reminders-leave"),
        *("storefront:drop-reminders-leave", "complaints:sheet"),
        "account_reset_password_from_key",
    },
    "is about one variant, which its query names": {
        *("storefront:back-in-stock", "storefront:drop-remind"),
    },
    "sends one file": {
        *("storefront:review-photo", "storefront:order-return-photo"),
        *("storefront:order-document", "storefront:order-calendar", "media", "month:shared"),
    },
    "has budgets in tests/checkout/test_query_budget.py": {"checkout:page"},
    "is a step of signing in, about one account": {
        *("account_confirm_login_code", "account_reauthenticate", "account_set_password"),
        *("mfa_activate_totp", "mfa_deactivate_totp", "mfa_authenticate", "mfa_reauthenticate"),
        *("mfa_view_recovery_codes", "mfa_download_recovery_codes"),
        "mfa_generate_recovery_codes",
    },
    "is for who works on the shop": {"storefront:styleguide"},
}


def made(rows: int) -> User:
    fill(lambda label: min(rows, 10) if label in STAFFS_CHOICE else rows)
    user: User = User.objects.order_by("pk")[0]
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        for table, ties in TIES.items():
            cursor.execute(f"UPDATE {table} SET {ties}", {"user": user.pk})
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("ANALYZE")
    return user


def address(name: str, page: Page) -> str:
    with connection.cursor() as cursor:
        places = {}
        for place, query in page.places.items():
            cursor.execute(query)
            places[place] = cursor.fetchone()[0]
    return reverse(name, kwargs=places) + (f"?{page.query}" if page.query else "")


def asked(client: Client, path: str) -> tuple[int, int]:
    """The status, and how often the database was asked."""
    cache.clear()
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(path)
        _ = answer.getvalue()
    return answer.status_code, len(queries)


def is_over(page: Page, found: tuple[int, int]) -> bool:
    return found[0] != page.status or found[1] > page.budget


@pytest.mark.django_db
@pytest.mark.parametrize("rows", [10, 1000])
def test_every_page_keeps_its_budget(rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    user = made(rows)
    monkeypatch.setattr(values, "local", {})
    config.MARKETPLACE = True
    anybody, shopper = Client(raise_request_exception=False), Client(raise_request_exception=False)
    shopper.force_login(user)

    over = {}
    for name, page in PAGES.items():
        client, path = shopper if page.is_shoppers else anybody, address(name, page)
        # A process that begins its work reads what it then has at hand.
        if is_over(page, asked(client, path)) and is_over(page, found := asked(client, path)):
            over[name] = found

    assert over == {}, over


def names(resolver: Any, space: str = "") -> Iterator[str]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            yield f"{space}{entry.name}"
        elif isinstance(entry, URLResolver) and entry.namespace != "admin":
            yield from names(entry, f"{entry.namespace}:" if entry.namespace else space)


def test_every_address_has_a_budget() -> None:
    known = set(PAGES) | {name for some in OTHERS.values() for name in some}
    # Uploads are served by the store in its demo alone.
    found = set(names(get_resolver())) | {"media"}

    assert (found - known, known - found) == (set(), set())
