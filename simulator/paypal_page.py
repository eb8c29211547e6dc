"""The page that an order leads to: what is to be paid, and what shall happen. No script."""

from collections.abc import Callable
from decimal import Decimal
from urllib.parse import parse_qs, urlencode

from simulator import page
from simulator.paypal_account import Account
from simulator.paypal_documents import SHOPPER, Document, refusal
from simulator.wire import Answer, Request

STATUSES = {"PENDING": "processing", "DECLINED": "failed", "FAILED": "failed"}


def answer(account: Account, request: Request) -> Answer:
    """:raises Refusal: if there is no such page"""
    if request.path == "/simulator.css":
        return Answer(200, page.STYLE.read_bytes(), {"Content-Type": "text/css; charset=utf-8"})
    key = request.query.get("token", [""])[0]
    order = account.orders.get(key)
    if order is None or request.method not in ("GET", "POST"):
        raise refusal("INVALID_RESOURCE_ID", status=404)
    if request.method == "GET":
        return _shown(account, order)
    action = parse_qs(request.body.decode(errors="replace")).get("action", [""])[0]
    if action == "abandon":
        return Answer(303, headers={"Location": _back(order, "cancel_url")})
    act = _choices(account, order).get(action)
    if act is None:
        # Somebody went back and pressed again: the page says how things stand.
        return Answer(303, headers={"Location": f"{request.path}?token={key}"})
    act()
    return Answer(303, headers={"Location": _back(order, "return_url")})


def _choices(account: Account, order: Document) -> dict[str, Callable[[], None]]:
    def approve(outcome: str = "") -> None:
        """What the bank will say is known as soon as the shop takes the money."""
        if outcome:
            order["_outcome"] = outcome
        account.approve(order["id"])

    def decide(status: str) -> None:
        account.settle_capture(order["id"], status)

    if order["status"] == "PAYER_ACTION_REQUIRED":
        return {
            "approve": approve,
            "decline": lambda: approve("INSTRUMENT_DECLINED"),
            "later": lambda: approve("PENDING"),
        }
    if any(each["status"] == "PENDING" for each in account.captures_of(order["id"])):
        return {"arrive": lambda: decide("COMPLETED"), "lapse": lambda: decide("DECLINED")}
    return {}


def _shown(account: Account, order: Document) -> Answer:
    unit = order["purchase_units"][0]
    currency = unit["amount"]["currency_code"]
    scale = 1 if currency in page.WHOLE_CURRENCIES else 100
    view = {
        "note": "declined" if order.get("_declined") else "",
        "language": order["_experience"].get("locale", "")[:2],
        "order": unit["items"][0]["name"] if unit.get("items") else unit.get("invoice_id", ""),
        "amount": int(Decimal(unit["amount"]["value"]) * scale),
        "currency": currency,
        "status": _status(account, order),
        "return_url": _back(order, "return_url"),
    }
    html = page.render(view, list(_choices(account, order))).encode()
    shop = page.origin(order["_experience"].get("return_url", ""))
    return Answer(
        200,
        html,
        {
            "Content-Type": "text/html; charset=utf-8",
            "Content-Security-Policy": f"{page.POLICY} {shop}".strip(),
            "Referrer-Policy": "no-referrer",
            "Cache-Control": "no-store",
        },
    )


def _status(account: Account, order: Document) -> str:
    captures = account.captures_of(order["id"])
    if not captures:
        return "processing"
    return STATUSES.get(captures[0]["status"], "paid")


def _back(order: Document, name: str) -> str:
    given = {"token": order["id"]}
    if order["status"] != "PAYER_ACTION_REQUIRED":
        given["PayerID"] = SHOPPER["payer_id"]
    url = str(order["_experience"].get(name, ""))
    return f"{url}{'&' if '?' in url else '?'}{urlencode(given)}"
