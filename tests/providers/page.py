"""The page to pay on that every double has: what is paid, and a button for each possible end."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from html import escape
from urllib.parse import parse_qs, urlencode, urlsplit

from simulator.page import POLICY, origin
from tests.providers.server import Answer, Request

ABANDON = "abandon"
BUTTONS = {
    "approve": "Aprobar el pago",
    "decline": "Rechazar el pago",
    "twice": "Pagar dos veces",
    "later": "Pagar después en efectivo",
    "arrive": "Llega el dinero",
    "lapse": "Nadie pagó a tiempo",
    ABANDON: "Volver sin pagar",
}
STATES = {
    "paid": "Este pago ya está hecho.",
    "processing": "Este pago está en proceso.",
    "failed": "Este pago fue rechazado.",
    "expired": "El tiempo para pagar terminó.",
}


@dataclass(frozen=True)
class View:
    """What the page shows: the choices, or without any the state, which names one of STATES."""

    title: str
    amount: str
    return_url: str
    state: str
    choices: Collection[str]
    is_declined: bool = False


def shown(view: View) -> Answer:
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": f"{POLICY} {origin(view.return_url)}".strip(),
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store",
    }
    return Answer(200, _html(view).encode(), headers)


def pressed(request: Request) -> str:
    """The name of the button."""
    return parse_qs(request.body.decode(errors="replace")).get("action", [""])[0]


def redirect(url: str, claims: Mapping[str, object] | None = None) -> Answer:
    """To the shop or the page; the claims are such as a shop must not believe."""
    if claims:
        url = f"{url}{'&' if urlsplit(url).query else '?'}{urlencode(claims)}"
    return Answer(303, headers={"Location": url})


def _html(view: View) -> str:
    note = '<p role="alert">El banco rechazó la tarjeta.</p>' if view.is_declined else ""
    return f"""<!doctype html>
<html lang="es">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>{escape(view.title)}</title>
  <link rel="icon" href="data:,">
</head>
<body>
  <main>
    <h1>{escape(view.title)}</h1>
    <p class="amount">{escape(view.amount)}</p>
    {note}
    {_choices(view.choices) if view.choices else _state(view)}
  </main>
</body>
</html>
"""


def _choices(choices: Collection[str]) -> str:
    buttons = "\n".join(
        f'      <p><button name="action" value="{name}">{BUTTONS[name]}</button></p>'
        for name in (*choices, ABANDON)
    )
    return f'<form method="post">\n{buttons}\n    </form>'


def _state(view: View) -> str:
    url = escape(view.return_url)
    return f'<p>{STATES[view.state]}</p>\n    <p><a href="{url}">Volver a la tienda</a></p>'
