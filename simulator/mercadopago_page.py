"""The page that a preference leads to: what is to be paid, and what shall happen. No script."""

from collections.abc import Callable
from html import escape
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

from simulator.mercadopago_account import Account
from simulator.mercadopago_documents import Document, refusal
from simulator.wire import Answer, Request

PATH = "/checkout/v1/redirect"
STYLE_PATH = "/simulator.css"
STYLE = Path(__file__).with_name("simulator.css")
# Which address of the shop a payment in that state leads back to.
BACK = {"approved": "success", "pending": "pending", "in_process": "pending"}
TEXTS = {
    "title": "Mercado Pago (simulador)",
    "warning": "Esto es un simulador: ninguna tarjeta se cobra y ningún dinero se mueve.",
    "to_pay": "Total a pagar",
    "item": "Concepto",
    "question": "¿Qué debe pasar con este pago?",
    "approve": "Pagar",
    "twice": "Pagar dos veces",
    "decline": "Rechazar el pago",
    "later": "Pagar después en efectivo",
    "abandon": "Volver sin pagar",
    "expired": "El tiempo para pagar terminó.",
    "back": "Volver a la tienda",
}


def answer(account: Account, request: Request) -> Answer:
    preference = account.preference(request.query.get("pref_id", [""])[0])
    if request.method == "GET":
        return _html(_render(account, preference))
    if request.method != "POST":
        raise refusal(405, "method not allowed", "not_allowed")
    action = parse_qs(request.body.decode(errors="replace")).get("action", [""])[0]
    if action == "abandon":
        return _redirect(_back_url(preference, "failure"))
    act = _actions(account).get(action)
    if act is None:
        raise refusal(400, "unknown action", "bad_request")
    if not account.is_open(preference["id"]):
        return _html(_render(account, preference))
    return _return(preference, act(preference["id"]))


def style() -> Answer:
    return Answer(200, STYLE.read_bytes(), {"Content-Type": "text/css; charset=utf-8"})


def _actions(account: Account) -> dict[str, Callable[[str], Document]]:
    def pay_twice(preference_id: str) -> Document:
        account.pay(preference_id)
        return account.pay(preference_id)

    return {
        "approve": account.pay,
        "twice": pay_twice,
        "decline": account.decline,
        "later": account.pay_later,
    }


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
    url = _back_url(preference, BACK.get(payment["status"], "failure"))
    return _redirect(f"{url}{'&' if urlsplit(url).query else '?'}{urlencode(claims)}")


def _back_url(preference: Document, outcome: str) -> str:
    return str(preference.get("back_urls", {}).get(outcome) or "/")


def _redirect(url: str) -> Answer:
    return Answer(303, b"", {"Location": url})


def _html(text: str) -> Answer:
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src data:",
        "Cache-Control": "no-store",
    }
    return Answer(200, text.encode(), headers)


def _render(account: Account, preference: Document) -> str:
    item = preference["items"][0]
    site = account.site
    amount = f"{site.currency} {item['unit_price'] * item['quantity']:,.{site.decimals}f}"
    content = _choices() if account.is_open(preference["id"]) else _over(preference)
    return f"""<!doctype html>
<html lang="es">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="robots" content="noindex">
  <title>{TEXTS["title"]}</title>
  <link rel="icon" href="data:,">
  <link rel="stylesheet" href="{STYLE_PATH}">
</head>
<body>
  <p class="warning" role="note">{TEXTS["warning"]}</p>
  <main>
    <header>
      <p class="name">{TEXTS["title"]}</p>
      <dl>
        <div><dt>{TEXTS["item"]}</dt><dd>{escape(item["title"])}</dd></div>
        <div><dt>{TEXTS["to_pay"]}</dt><dd class="amount">{escape(amount)}</dd></div>
      </dl>
    </header>
{content}
  </main>
</body>
</html>
"""


def _choices() -> str:
    buttons = "\n".join(
        f'      <p class="{name}"><button name="action" value="{name}">{TEXTS[name]}</button></p>'
        for name in ("approve", "twice", "decline", "later", "abandon")
    )
    return f"""    <h1>{TEXTS["question"]}</h1>
    <form method="post">
{buttons}
    </form>"""


def _over(preference: Document) -> str:
    url = escape(_back_url(preference, "failure"))
    return f"""    <h1>{TEXTS["expired"]}</h1>
    <p class="back"><a href="{url}">{TEXTS["back"]}</a></p>"""
