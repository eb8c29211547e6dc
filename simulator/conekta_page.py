"""The page that an order's checkout leads to: what is to be paid, and what shall happen."""

import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlencode, urlsplit

from simulator import page
from simulator.conekta_account import PAID, Account
from simulator.conekta_documents import Document, not_found, refusal
from simulator.wire import Answer, Request

PATH = re.compile(r"/checkout/(\w+)")
STYLE_PATH = "/simulator.css"


def answer(account: Account, request: Request) -> Answer:
    """:raises Refusal: if there is no such page"""
    if request.path == STYLE_PATH:
        return Answer(200, page.STYLE.read_bytes(), {"Content-Type": "text/css; charset=utf-8"})
    order = _order(account, request.path)
    if request.method == "GET":
        return _shown(account, order)
    if request.method != "POST":
        raise refusal("There is no such page.", status=405)
    action = parse_qs(request.body.decode(errors="replace")).get("action", [""])[0]
    if action == "abandon":
        return _back(order, "failure_url")
    act = _choices(account, order).get(action)
    if act is None:
        # Somebody went back and pressed again: the page says how things stand.
        return Answer(303, headers={"Location": request.path})
    act(order["id"])
    if action == "decline":
        return Answer(303, headers={"Location": request.path})
    return _back(order, "success_url")


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
    url = str(order["checkout"][name])
    claims = {"order_id": order["id"], "payment_status": order.get("payment_status", "")}
    joint = "&" if urlsplit(url).query else "?"
    return Answer(303, headers={"Location": f"{url}{joint}{urlencode(claims)}"})


def _shown(account: Account, order: Document) -> Answer:
    is_open = account.is_open(order)
    view = {
        "note": "declined" if is_open and order.get("payment_status") == "declined" else "",
        "language": "es",
        "order": order["metadata"].get("order", ""),
        "amount": order["amount"],
        "currency": order["currency"],
        "status": _status(order),
        "return_url": order["checkout"]["success_url"],
    }
    html = page.render(view, list(_choices(account, order))).encode()
    policy = f"{page.POLICY} {page.origin(order['checkout']['success_url'])}".strip()
    return Answer(
        200,
        html,
        {
            "Content-Type": "text/html; charset=utf-8",
            "Content-Security-Policy": policy,
            "Referrer-Policy": "no-referrer",
            "Cache-Control": "no-store",
        },
    )


def _status(order: Document) -> str:
    status = order.get("payment_status")
    if status in PAID:
        return "paid"
    return "processing" if status in ("pending_payment", "pre_authorized") else "expired"
