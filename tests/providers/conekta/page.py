"""The page that an order's checkout leads to: what is to be paid, and what shall happen."""

import re
from collections.abc import Callable

from simulator.page import amount
from tests.providers import page
from tests.providers.conekta.account import PAID, Account
from tests.providers.conekta.documents import Document, not_found, refusal
from tests.providers.server import Answer, Request

PATH = re.compile(r"/checkout/(\w+)")


def answer(account: Account, request: Request) -> Answer:
    """:raises Refusal: if there is no such page"""
    order = _order(account, request.path)
    if request.method == "GET":
        return page.shown(_view(account, order))
    if request.method != "POST":
        raise refusal("There is no such page.", status=405)
    action = page.pressed(request)
    if action == page.ABANDON:
        return _back(order, "failure_url")
    act = _choices(account, order).get(action)
    if act is None:
        # Somebody went back and pressed again: the page says how things stand.
        return page.redirect(request.path)
    act(order["id"])
    return page.redirect(request.path) if action == "decline" else _back(order, "success_url")


def _order(account: Account, path: str) -> Document:
    found = PATH.fullmatch(path)
    for order in account.orders.values():
        if found and order["checkout"]["slug"] == found[1]:
            return order
    raise not_found("Checkout", path)


def _choices(account: Account, order: Document) -> dict[str, Callable[[str], object]]:
    if account.is_open(order):
        return {
            "approve": account.pay,
            "decline": account.decline,
            "later": account.pay_later,
        }
    if order.get("payment_status") == "pending_payment":
        return {"arrive": account.arrive, "lapse": account.lapse}
    return {}


def _back(order: Document, name: str) -> Answer:
    """To the shop, with claims that a shop must not believe."""
    claims = {"order_id": order["id"], "payment_status": order.get("payment_status", "")}
    return page.redirect(str(order["checkout"][name]), claims)


def _view(account: Account, order: Document) -> page.View:
    status = order.get("payment_status")
    return page.View(
        title=order["metadata"].get("order", ""),
        amount=amount(order["amount"], order["currency"]),
        return_url=order["checkout"]["success_url"],
        state=_state(status),
        choices=_choices(account, order),
        is_declined=account.is_open(order) and status == "declined",
    )


def _state(status: str | None) -> str:
    if status in PAID:
        return "paid"
    return "processing" if status in ("pending_payment", "pre_authorized") else "expired"
