"""The page that a preference leads to: what is to be paid, and what shall happen."""

from collections.abc import Callable

from tests.providers import page
from tests.providers.mercadopago.account import Account
from tests.providers.mercadopago.documents import Document, refusal
from tests.providers.server import Answer, Request

PATH = "/checkout/v1/redirect"
# Which address of the shop a payment in that state leads back to.
BACK = {"approved": "success", "pending": "pending", "in_process": "pending"}


def answer(account: Account, request: Request) -> Answer:
    """:raises Refusal: if there is no such page"""
    preference = account.preference(request.query.get("pref_id", [""])[0])
    if request.method == "GET":
        return page.shown(_view(account, preference))
    if request.method != "POST":
        raise refusal(405, "method not allowed", "not_allowed")
    action = page.pressed(request)
    if action == page.ABANDON:
        return page.redirect(_back_url(preference, "failure"))
    act = _choices(account).get(action)
    if act is None:
        raise refusal(400, "unknown action", "bad_request")
    if not account.is_open(preference["id"]):
        return page.shown(_view(account, preference))
    return _return(preference, act(preference["id"]))


def _choices(account: Account) -> dict[str, Callable[[str], Document]]:
    def pay_twice(preference_id: str) -> Document:
        account.pay(preference_id)
        return account.pay(preference_id)

    return {
        "approve": account.pay,
        "twice": pay_twice,
        "decline": account.decline,
        "later": account.pay_later,
    }


def _view(account: Account, preference: Document) -> page.View:
    item, site = preference["items"][0], account.site
    total = item["unit_price"] * item["quantity"]
    return page.View(
        title=item["title"],
        amount=f"{site.currency} {total:,.{site.decimals}f}",
        return_url=_back_url(preference, "failure"),
        state="expired",
        choices=_choices(account) if account.is_open(preference["id"]) else (),
    )


def _return(preference: Document, payment: Document) -> Answer:
    """Back to the shop, with the claims that a shop must not believe."""
    claims = {
        "collection_id": payment["id"],
        "collection_status": payment["status"],
        "payment_id": payment["id"],
        "status": payment["status"],
        "external_reference": payment["external_reference"],
        "payment_type": payment["payment_type_id"],
        "merchant_order_id": payment["order"]["id"],
        "preference_id": preference["id"],
        "site_id": preference["site_id"],
        "processing_mode": payment["processing_mode"],
        "merchant_account_id": "null",
    }
    return page.redirect(_back_url(preference, BACK.get(payment["status"], "failure")), claims)


def _back_url(preference: Document, outcome: str) -> str:
    return str(preference.get("back_urls", {}).get(outcome) or "/")
