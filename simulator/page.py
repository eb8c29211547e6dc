"""The hosted page: what is paid, and a choice of what should happen. No script at all."""

from html import escape

from simulator.bank import Document
from simulator.texts import texts_for

WHOLE_CURRENCIES = {"CLP", "JPY", "KRW", "PYG", "VND"}
SYMBOLS = {"PEN": "S/", "MXN": "MX$", "USD": "US$", "EUR": "€", "CLP": "CLP$", "COP": "COP$"}
CHOICES = ("approve", "decline", "twice")


def render(payment: Document) -> str:
    code, texts = texts_for(payment.get("language"))
    words = {name: escape(text) for name, text in texts.items()}
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
        <div><dt>{words["to_pay"]}</dt><dd class="amount">{escape(amount(payment))}</dd></div>
      </dl>
    </header>
{content}
  </main>
</body>
</html>
"""


def amount(payment: Document) -> str:
    """S/ 1,234.50, in whole minor units until here."""
    units, currency = payment["amount"], payment["currency"]
    symbol = SYMBOLS.get(currency, currency)
    if currency in WHOLE_CURRENCIES:
        return f"{symbol} {units:,}"
    return f"{symbol} {units // 100:,}.{units % 100:02d}"


def _choices(words: dict[str, str]) -> str:
    buttons = "\n".join(_choice(name, words) for name in CHOICES)
    options = "".join(f"<option value={n}>{n} {words['seconds']}</option>" for n in (5, 20, 60))
    return f"""    <h1>{words["question"]}</h1>
{buttons}
    <form method="post" class="choice">
      <label>{words["wait"]} <select name="seconds">{options}</select></label>
      <button name="action" value="delay">{words["delay"]}</button>
      <p>{words["delay_note"]}</p>
    </form>
    <form method="post" class="back">
      <button name="action" value="abandon">{words["abandon"]}</button>
    </form>"""


def _choice(name: str, words: dict[str, str]) -> str:
    return f"""    <form method="post" class="choice {name}">
      <button name="action" value="{name}">{words[name]}</button>
      <p>{words[f"{name}_note"]}</p>
    </form>"""


def _state(payment: Document, words: dict[str, str]) -> str:
    return f"""    <h1>{words[payment["status"]]}</h1>
    <p class="back"><a href="{escape(payment["return_url"])}">{words["back"]}</a></p>"""
