"""The hosted payment page: the amount, and a choice of outcomes. No script."""

import re
from html import escape
from pathlib import Path
from urllib.parse import urlsplit

from simulator.bank import Document
from simulator.texts import texts_for

WHOLE_CURRENCIES = {"CLP", "JPY", "KRW", "PYG", "VND"}
SYMBOLS = {"PEN": "S/", "MXN": "MX$", "USD": "US$", "EUR": "€", "CLP": "CLP$", "COP": "COP$"}
STYLE = Path(__file__).with_name("simulator.css")
CHOICES = ("approve", "decline", "twice", "delay")
POLICY = (
    "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; "
    "frame-ancestors 'none'; form-action 'self'"
)


def render(payment: Document) -> str:
    """The choices as buttons; of a payment that is no longer open, its state and the way back."""
    code, texts = texts_for(payment.get("language"))
    words = {name: escape(text) for name, text in texts.items()}
    total = amount(payment["amount"], payment["currency"])
    content = _choices(words) if payment["status"] == "open" else _state(payment, words)
    return f"""<!doctype html>
<html lang="{code}">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="robots" content="noindex">
  <title>{words["title"]} · {escape(payment["order"])}</title>
  <link rel="icon" href="data:,">
  <link rel="stylesheet" href="/simulator.css">
</head>
<body>
  <p class="warning" role="note">{words["warning"]}</p>
  <main>
    <header>
      <p class="name">{words["title"]}</p>
      <dl>
        <div><dt>{words["order"]}</dt><dd>{escape(payment["order"])}</dd></div>
        <div><dt>{words["to_pay"]}</dt><dd class="amount">{escape(total)}</dd></div>
      </dl>
    </header>
{content}
  </main>
</body>
</html>
"""


def amount(units: int, currency: str) -> str:
    """S/ 1,234.50 for 123450 minor units."""
    symbol = SYMBOLS.get(currency, currency)
    if currency in WHOLE_CURRENCIES:
        return f"{symbol} {units:,}"
    return f"{symbol} {units // 100:,}.{units % 100:02d}"


def origin(url: str) -> str:
    """Where a form's answer may lead, beside the simulator: the shop. Empty if that is no URL."""
    parts = urlsplit(url)
    found = f"{parts.scheme}://{parts.netloc}"
    return found if re.fullmatch(r"https?://[\w.\-:\[\]]+", found) else ""


def _choices(words: dict[str, str]) -> str:
    buttons = "\n".join(_choice(name, words) for name in CHOICES)
    return f"""    <h1>{words["question"]}</h1>
{buttons}
    <form method="post" class="back">
      <button name="action" value="abandon">{words["abandon"]}</button>
    </form>"""


def _choice(name: str, words: dict[str, str]) -> str:
    wait = _wait(words) if name == "delay" else ""
    return f"""    <form method="post" class="choice {name}">
{wait}      <button name="action" value="{name}">{words[name]}</button>
      <p>{words[f"{name}_note"]}</p>
    </form>"""


def _wait(words: dict[str, str]) -> str:
    options = "".join(f"<option value={n}>{n} {words['seconds']}</option>" for n in (5, 20, 60))
    return f"""      <label>{words["wait"]} <select name="seconds">{options}</select></label>
"""


def _state(payment: Document, words: dict[str, str]) -> str:
    return f"""    <h1>{words[payment["status"]]}</h1>
    <p class="back"><a href="{escape(payment["return_url"])}">{words["back"]}</a></p>"""
