"""
Who reaches what: each named address of the shop, in one line.

Addresses of the back office are not listed one by one: what hangs on a list follows that list's
rights (`accounts.permissions`), and the few that hang on none stand in OFFICE.
"""

from dataclasses import dataclass, field
from enum import Enum


class Reach(Enum):
    OPEN = "everybody gets the same, and nothing of anybody"
    FORM = "everybody may send it, for himself"
    SELF = "who is signed in, about himself"
    OWN = "one person's thing: others do not find it"
    LINK = "anyone who has the signed link; another link finds nothing"
    LEAVE = "asks everybody alike; only a signed link does anything"
    ACT = "answers posts alone, for the person's own things"
    ACT_OWN = "answers posts alone, about one person's thing: others do not find it"


@dataclass(frozen=True)
class Line:
    """`places` names what of the world stands in the address, such as `slug=product`."""

    reach: Reach
    places: str = ""
    query: str = ""
    # What GET answers to those who may; a redirect is 302.
    status: frozenset[int] = field(default=frozenset({200}))
    # Staff who have it see one person's thing, too.
    right: str = ""


def line(reach: Reach, places: str = "", query: str = "", *status: int, right: str = "") -> Line:
    return Line(reach, places, query, frozenset(status or {200}), right)


OPEN, FORM, SELF, OWN = Reach.OPEN, Reach.FORM, Reach.SELF, Reach.OWN
LINK, LEAVE, ACT, ACT_OWN = Reach.LINK, Reach.LEAVE, Reach.ACT, Reach.ACT_OWN
ORDER = "number=order"
TABLE: dict[str, Line] = {
    "healthz": line(OPEN),
    "readyz": line(OPEN, "", "", 200, 503),
    # For this machine, where these tests run, and for staff: tests/backoffice/test_health.py.
    "metrics": line(OPEN),
    "favicon": line(OPEN, "", "", 302),
    "theme": line(OPEN, "colours=colours"),
    "manifest": line(OPEN),
    "robots": line(OPEN),
    "prefetch": line(OPEN),
    "sitemap": line(OPEN),
    "sitemap-section": line(OPEN, "section=section"),
    "payment-webhook": line(ACT, "provider=provider"),
    "storefront:home": line(OPEN),
    "storefront:me": line(SELF),
    "storefront:menu": line(OPEN),
    "storefront:family": line(OPEN, "slug=family"),
    "storefront:category": line(OPEN, "slug=category"),
    # Its category has none.
    "storefront:size-guide": line(OPEN, "slug=category", "", 404),
    "storefront:brand": line(OPEN, "slug=brand"),
    "storefront:seller": line(OPEN, "slug=seller"),
    "storefront:product": line(OPEN, "slug=product"),
    "storefront:product-add": line(OPEN, "slug=product", "", 302),
    "storefront:promise": line(OPEN, "slug=product"),
    "storefront:place": line(FORM),
    "storefront:delivery-dates": line(OPEN),
    "storefront:product-reviews": line(OPEN, "slug=product"),
    "storefront:product-questions": line(OPEN, "slug=product"),
    "storefront:question-ask": line(FORM, "slug=product", "", 302),
    "storefront:question-asked": line(FORM, "slug=product"),
    "storefront:review-write": line(SELF, "slug=product"),
    "storefront:review-withdraw": line(ACT, "slug=product"),
    "storefront:review": line(OPEN, "review_id=review"),
    "storefront:review-helpful": line(ACT, "review_id=review"),
    "storefront:review-report": line(FORM, "review_id=review"),
    "storefront:review-photo": line(
        OWN, "photo_id=review-photo size=size", right="reviews.view_review"
    ),
    "storefront:review-order": line(LINK, "token=key-reviews"),
    "storefront:review-order-write": line(LINK, "token=key-reviews slug=product"),
    "storefront:review-invitations-leave": line(LEAVE, "token=leave-reviews"),
    "storefront:back-in-stock": line(FORM, "", "v=sku"),
    "storefront:back-in-stock-claim": line(LINK, "token=key-unit"),
    "storefront:back-in-stock-leave": line(LEAVE, "token=leave-units"),
    "storefront:cart-left": line(LINK, "token=key-cart"),
    "storefront:cart-reminders-leave": line(LEAVE, "token=leave-carts"),
    "storefront:recently-seen": line(OPEN),
    "storefront:compare": line(OPEN),
    "storefront:wish": line(ACT, "", "variant=sku"),
    "storefront:product-quick": line(OPEN, "slug=product"),
    "storefront:favourites": line(OPEN, "", "", 200, 302),
    "storefront:favourites-items": line(OPEN),
    "storefront:favourites-merge": line(ACT),
    "storefront:kits": line(OPEN),
    "storefront:kit": line(OPEN, "slug=kit"),
    "storefront:drops": line(OPEN),
    "storefront:drop": line(OPEN, "slug=drop"),
    "storefront:drop-state": line(OPEN, "slug=drop"),
    # It has begun.
    "storefront:drop-calendar": line(OPEN, "slug=drop", "", 404),
    "storefront:drop-remind": line(FORM, "slug=drop"),
    "storefront:drop-reminders-leave": line(LEAVE, "token=leave-drops"),
    "storefront:drop-queue": line(OPEN, "slug=drop", "", 302),
    "storefront:google-feed": line(OPEN),
    "storefront:search": line(OPEN, "", "q=sku"),
    "storefront:suggest": line(OPEN, "", "q=sku"),
    "storefront:chosen": line(ACT),
    "storefront:page": line(OPEN, "slug=page"),
    "storefront:contact": line(OPEN),
    "storefront:contact-send": line(FORM, "", "", 302),
    "storefront:contact-sent": line(FORM),
    # In development alone.
    "storefront:styleguide": line(OPEN, "", "", 404),
    "storefront:order": line(OWN, ORDER),
    # It has arrived.
    "storefront:order-calendar": line(OWN, ORDER, "", 404),
    "storefront:find-order": line(FORM),
    "storefront:order-paper": line(OWN, ORDER),
    "storefront:tracking": line(OWN, ORDER),
    "storefront:order-cancel": line(ACT_OWN, ORDER),
    "storefront:order-confirm": line(ACT_OWN, ORDER),
    "storefront:order-proof": line(ACT_OWN, ORDER),
    "storefront:order-return": line(OWN, ORDER),
    "storefront:order-return-withdraw": line(ACT_OWN, f"{ORDER} return_id=return"),
    "storefront:order-return-photo": line(OWN, f"{ORDER} photo_id=return-photo"),
    "storefront:order-again": line(ACT_OWN, ORDER),
    "storefront:order-document": line(OWN, f"{ORDER} document_number=document"),
    "storefront:account": line(OPEN, "", "", 302),
    "storefront:account-orders": line(SELF),
    "storefront:account-wishlist": line(SELF),
    "storefront:account-wishlist-forget": line(ACT),
    "storefront:account-reviews": line(SELF),
    "storefront:account-credit": line(SELF),
    "storefront:account-profile": line(SELF),
    "storefront:account-sessions": line(SELF),
    "storefront:account-sessions-end-others": line(ACT),
    "storefront:account-session-end": line(ACT, "key=session"),
    "storefront:viewing-as-end": line(ACT),
    "storefront:account-addresses": line(SELF),
    "storefront:account-address-new": line(SELF),
    "storefront:account-address": line(OWN, "address_id=address"),
    "storefront:account-address-delete": line(ACT, "address_id=address"),
    "cart:page": line(SELF),
    "cart:add": line(ACT),
    "cart:update": line(ACT),
    "cart:remove": line(ACT),
    "cart:put-back": line(ACT),
    "cart:kit": line(ACT),
    "cart:coupon": line(ACT),
    "checkout:page": line(SELF, "", "", 302),
    "checkout:quote": line(ACT),
    "checkout:districts": line(OPEN, "", "district=sku"),
    "checkout:pay": line(OWN, ORDER),
    # It leads everybody to the order's page, which others do not find.
    "payments:return": line(OPEN, ORDER, "", 302),
    "privacy:overview": line(SELF),
    "privacy:download": line(ACT),
    "privacy:forget": line(ACT),
    "complaints:write": line(FORM),
    "complaints:sheet": line(LINK, "token=key-sheet"),
    "month:shared": line(LINK, "token=key-month"),
    "sellers:apply": line(FORM),
    "sellers:thanks": line(OPEN),
    # allauth's; who is signed in is led on from some of them.
    "account_login": line(FORM, "", "", 200, 302),
    "account_logout": line(FORM, "", "", 200, 302),
    "account_inactive": line(OPEN),
    "account_signup": line(FORM, "", "", 200, 302),
    "account_reauthenticate": line(SELF, "", "", 200, 302),
    "account_email": line(SELF),
    "account_email_verification_sent": line(OPEN),
    "account_confirm_email": line(FORM, "key=order", "", 200, 404),
    "account_change_password": line(SELF, "", "", 200, 302),
    "account_set_password": line(SELF, "", "", 200, 302),
    "account_reset_password": line(FORM, "", "", 200, 302),
    "account_reset_password_done": line(OPEN),
    "account_reset_password_from_key": line(FORM, "uidb36=size key=size", "", 200, 302),
    "account_reset_password_from_key_done": line(OPEN),
    "account_confirm_login_code": line(FORM, "", "", 200, 302),
    "mfa_index": line(SELF),
    "mfa_authenticate": line(FORM, "", "", 302),
    "mfa_reauthenticate": line(SELF, "", "", 200, 302),
    "mfa_activate_totp": line(SELF, "", "", 200, 302),
    "mfa_deactivate_totp": line(SELF, "", "", 200, 302, 404),
    "mfa_view_recovery_codes": line(SELF, "", "", 200, 302, 404),
    "mfa_download_recovery_codes": line(SELF, "", "", 200, 302, 404),
    "mfa_generate_recovery_codes": line(SELF, "", "", 200, 302, 404),
    "usersessions_list": line(SELF),
}
# What of the back office hangs on no list, and who gets further than its door.
OFFICE = {
    "index": "staff",
    "login": "leads to the shop's own page to sign in",
    "logout": "anyone who is signed in",
    "password_change": "staff, about themselves",
    "password_change_done": "staff",
    "autocomplete": "staff with the right to what they search",
    "jsi18n": "staff",
    "view_on_site": "staff",
    "app_list": "staff, with what they may see of it",
    "search": "staff, with what they may see",
    "reports": "staff, with the reports of their work",
    "report": "staff with the right to its rows",
    "history": "staff with the right to the row",
    "saved_list_save": "staff, for themselves",
    "saved_list_forget": "staff, of their own",
    "None": "no page",
}
