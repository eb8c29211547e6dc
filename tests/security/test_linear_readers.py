"""Nothing that reads what people type takes four times the text sixteen times the time."""

from collections.abc import Callable
from contextlib import suppress
from time import process_time
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils.text import slugify

from accounts.documents import compact
from accounts.names import check_name, check_street
from catalog.search.log import is_personal
from catalog.search.texts import split
from catalog.services.collections import _slug
from catalog.spreadsheets import cells
from catalog.spreadsheets.files import escaped
from catalog.spreadsheets.texts import plain_text
from catalog.spreadsheets.woocommerce import _split
from core.exceptions import DomainError
from core.fields import LinkField
from core.observability.redaction import hidden
from core.reports.tables import inert, unquoted
from core.web.forms import with_point
from core.web.markdown import as_html
from inventory.forms import units_in
from payments.gateway_log.spool import redact
from payments.gateways.pem import public_keys
from privacy.free_text import address_pattern, masked

SHORT = 10_000
# Four times the text: a reader that is linear takes four times as long, a quadratic one 16 times.
MAX_RATIO = 12
# Below this a clock tells nothing.
NOTHING = 0.05

HARD = {
    name: (lambda size, text=text, end=end: (text * (size // len(text) + 1))[:size] + end)
    for name, text, end in (
        ("separators", ";", "x"),
        ("blanks", " ", "x"),
        ("lines", " \n", "x"),
        ("tags", "<a ", ""),
        ("bold tags", "<b> ", ""),
        ("quotes", '<a "', ""),
        ("comments", "<!--", ""),
        ("scripts", "<script>", ""),
        ("entities", "&#9", ""),
        ("entity", "9", ";"),
        ("ampersands", "&a", ""),
        ("digits", "1", "x"),
        ("groups", "1.111", "x"),
        ("commas", ",", "x"),
        ("comma blanks", ", ", "x"),
        ("at signs", "a@", "x"),
        ("address", "a.", "@"),
        ("words", "a", "!"),
        ("keys", "sk_", " "),
        ("tokens", "?token=", ""),
        ("paths", "/p/", "!"),
        ("backslashes", "\\", "x"),
        ("pairs", "a=b|", "x"),
        ("steps", ">", "x"),
        ("brackets", "[", ""),
        ("links", "[a](", ""),
        ("stars", "*a ", ""),
        ("ticks", "`a", ""),
        ("table", "|a", "\n|-"),
        ("lists", "- ", "x"),
        ("quotation", "> ", "x"),
        ("pem", "-----BEGIN PUBLIC KEY-----", ""),
        ("json", "[", "]"),
        ("json object", '{"a":', "}"),
        ("minus", "-", "x"),
        ("formula", "'", "=x"),
        ("escapes", "_x000", "_"),
        ("marks", "e\u0301", ""),
    )
}
READERS: dict[str, Callable[[str], Any]] = {
    "HTML": plain_text,
    "Markdown": as_html,
    "redaction": hidden,
    "forgetting": lambda text: masked(text, address_pattern("ana@example.com")),
    "units": lambda text: units_in(text, 1),
    "log": redact,
    "search": split,
    "search log": is_personal,
    "slug": slugify,
    "name": check_name,
    "street": check_street,
    "document": compact,
    "amount": with_point,
    "link": LinkField().run_validators,
    "address of a product": _slug,
    "keys": public_keys,
    "inert": inert,
    "unquoted": unquoted,
    "escaped": escaped,
    "WooCommerce": _split,
    **{
        each.__class__.__name__: each.clean
        for each in (
            cells.TextCell(),
            cells.GtinCell(),
            cells.SlugCell(),
            cells.YesNoCell(),
            cells.MeasureCell(1, 10),
            cells.CountCell(10),
            cells.MomentCell(),
            cells.ObjectCell(),
            cells.PathCell(),
            cells.PairsCell(),
            cells.ListCell(),
        )
    },
}


@pytest.mark.parametrize("reader", READERS)
def test_four_times_the_text_takes_about_four_times_as_long(reader: str) -> None:
    slow = {}
    for name, hard in HARD.items():
        short, long = (_seconds(READERS[reader], hard(size)) for size in (SHORT, 4 * SHORT))
        if long > max(NOTHING, MAX_RATIO * short):
            slow[name] = (short, long)
    assert not slow


def _seconds(reader: Callable[[str], Any], text: str) -> float:
    """The best of two: a machine that is busy is slower at times."""
    times = []
    for _each in range(2):
        started = process_time()
        with suppress(ValueError, ValidationError, DomainError):
            reader(text)
        times.append(process_time() - started)
    return min(times)
