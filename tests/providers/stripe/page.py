"""The page that a session leads to: what is to be paid, and what shall happen."""

import re

from simulator.page import amount
from tests.providers import page
from tests.providers.server import Answer, Request
from tests.providers.stripe.account import Account, Act
from tests.providers.stripe.documents import Document, refusal

PATH = re.compile(r"/c/pay/(\w+)")


def answer(account: Account, request: Request) -> Answer:
    """:raises Refusal: if there is no such page"""
    found = PATH.fullmatch(request.path)
    session = account.sessions.get(found[1]) if found else None
    if session is None or request.method not in ("GET", "POST"):
        raise refusal("There is no such page.", status=404)
    if request.method == "GET":
        return page.shown(_view(account, session))
    action = page.pressed(request)
    if action == page.ABANDON:
        return page.redirect(session["cancel_url"] or session["success_url"])
    act = _choices(account, session).get(action)
    if act is None:
        # Somebody went back and pressed again: the page says how things stand.
        return page.redirect(request.path)
    act(session["id"])
    return page.redirect(request.path if action == "decline" else _success_url(session))


def _choices(account: Account, session: Document) -> dict[str, Act]:
    def approve(session_id: str) -> None:
        account.pay(session_id)

    if session["status"] == "open":
        return {"approve": approve, "decline": account.decline, "later": account.pay_later}
    intent = account.intents.get(session["payment_intent"] or "")
    if intent and intent["status"] == "requires_action":
        return {"arrive": account.arrive, "lapse": account.lapse}
    return {}


def _view(account: Account, session: Document) -> page.View:
    error = account.intents.get(session["payment_intent"] or "", {}).get("last_payment_error")
    return page.View(
        title=session["metadata"].get("order", ""),
        amount=amount(session["amount_total"], session["currency"].upper()),
        return_url=_success_url(session),
        state=_state(account, session),
        choices=_choices(account, session),
        is_declined=bool(error) and session["status"] == "open",
    )


def _state(account: Account, session: Document) -> str:
    if session["status"] != "complete":
        return str(session["status"])
    intent = account.intents[session["payment_intent"]]
    return {"requires_action": "processing", "requires_payment_method": "failed"}.get(
        intent["status"], "paid"
    )


def _success_url(session: Document) -> str:
    return str(session["success_url"]).replace("{CHECKOUT_SESSION_ID}", session["id"])
