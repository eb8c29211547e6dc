"""The page that an order leads to: what is to be paid, and what shall happen."""

from collections.abc import Callable
from decimal import Decimal

from simulator.page import WHOLE_CURRENCIES, amount
from tests.providers import page
from tests.providers.paypal.account import Account
from tests.providers.paypal.documents import SHOPPER, Document, refusal
from tests.providers.server import Answer, Request

PATH = "/checkoutnow"
STATES = {"PENDING": "processing", "DECLINED": "failed", "FAILED": "failed"}


def answer(account: Account, request: Request) -> Answer:
    """:raises Refusal: if there is no such page"""
    key = request.query.get("token", [""])[0]
    order = account.orders.get(key)
    if order is None or request.method not in ("GET", "POST"):
        raise refusal("INVALID_RESOURCE_ID", status=404)
    if request.method == "GET":
        return page.shown(_view(account, order))
    action = page.pressed(request)
    if action == page.ABANDON:
        return _back(order, "cancel_url")
    act = _choices(account, order).get(action)
    if act is None:
        # Somebody went back and pressed again: the page says how things stand.
        return page.redirect(request.path, {"token": key})
    act()
    return _back(order, "return_url")


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


def _view(account: Account, order: Document) -> page.View:
    unit = order["purchase_units"][0]
    currency = unit["amount"]["currency_code"]
    scale = 1 if currency in WHOLE_CURRENCIES else 100
    return page.View(
        title=unit["items"][0]["name"] if unit.get("items") else unit.get("invoice_id", ""),
        amount=amount(int(Decimal(unit["amount"]["value"]) * scale), currency),
        return_url=_back(order, "return_url").headers["Location"],
        state=_state(account, order),
        choices=_choices(account, order),
        is_declined=bool(order.get("_declined")),
    )


def _state(account: Account, order: Document) -> str:
    captures = account.captures_of(order["id"])
    if not captures:
        return "processing"
    return STATES.get(captures[0]["status"], "paid")


def _back(order: Document, name: str) -> Answer:
    given = {"token": order["id"]}
    if order["status"] != "PAYER_ACTION_REQUIRED":
        given["PayerID"] = SHOPPER["payer_id"]
    return page.redirect(str(order["_experience"].get(name, "")), given)
