"""The page that a session leads to: what is to be paid, and what shall happen."""

import re
from urllib.parse import parse_qs

from simulator import page
from simulator.stripe_account import Account, Act
from simulator.stripe_documents import Document, refusal
from simulator.wire import Answer, Request

PATH = re.compile(r"/c/pay/(\w+)")


def answer(account: Account, request: Request) -> Answer:
    """:raises Refusal: if there is no such page"""
    if request.path == "/simulator.css":
        return Answer(200, page.STYLE.read_bytes(), {"Content-Type": "text/css; charset=utf-8"})
    found = PATH.fullmatch(request.path)
    session = account.sessions.get(found[1]) if found else None
    if session is None or request.method not in ("GET", "POST"):
        raise refusal("There is no such page.", status=404)
    if request.method == "GET":
        return _shown(account, session)
    action = parse_qs(request.body.decode(errors="replace")).get("action", [""])[0]
    if action == "abandon":
        return Answer(303, headers={"Location": session["cancel_url"] or session["success_url"]})
    act = _choices(account, session).get(action)
    if act is None:
        # Somebody went back and pressed again: the page says how things stand.
        return Answer(303, headers={"Location": request.path})
    act(session["id"])
    stays = action == "decline"
    place = request.path if stays else _success_url(session)
    return Answer(303, headers={"Location": place})


def _choices(account: Account, session: Document) -> dict[str, Act]:
    def approve(session_id: str) -> None:
        account.pay(session_id)

    if session["status"] == "open":
        return {"approve": approve, "decline": account.decline, "later": account.pay_later}
    intent = account.intents.get(session["payment_intent"] or "")
    if intent and intent["status"] == "requires_action":
        return {"arrive": account.arrive, "lapse": account.lapse}
    return {}


def _shown(account: Account, session: Document) -> Answer:
    error = account.intents.get(session["payment_intent"] or "", {}).get("last_payment_error")
    view = {
        "note": "declined" if error and session["status"] == "open" else "",
        "language": session["locale"],
        "order": session["metadata"].get("order", ""),
        "amount": session["amount_total"],
        "currency": session["currency"].upper(),
        "status": _status(account, session),
        "return_url": _success_url(session),
    }
    html = page.render(view, list(_choices(account, session))).encode()
    policy = f"{page.POLICY} {page.origin(session['success_url'])}".strip()
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


def _status(account: Account, session: Document) -> str:
    if session["status"] != "complete":
        return str(session["status"])
    intent = account.intents[session["payment_intent"]]
    return {"requires_action": "processing", "requires_payment_method": "failed"}.get(
        intent["status"], "paid"
    )


def _success_url(session: Document) -> str:
    return str(session["success_url"]).replace("{CHECKOUT_SESSION_ID}", session["id"])
