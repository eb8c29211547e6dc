"""
Nothing asks the database again for each row: django-zeal watches every answer, task and handler.

Each fails the test in whose course it happens, with the place in the code. It watches the
tests of the folders below; those that are missing have not been walked through with it yet.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from zeal import zeal_context
from zeal.constants import initialize_app_registry
from zeal.patch import patch

# A row is read by its key again when it is locked, and when a step shows what came of it; tasks and
# actions take row after row, each in a transaction of its own. Loops of pages are found by budgets:
# tests/test_page_budgets.py, tests/backoffice/test_long_lists.py.
ALLOWED = [
    {"model": "*", "field": "get()"},
    # An order has few payments, and each is looked through in turn, the newest first.
    {"model": "payments.Payment", "field": "refunds"},
    {"model": "payments.Payment", "field": "ledger"},
    # The page of an order reads its money a second time where a step is refused and typed again.
    {"model": "payments.Payment", "field": "disputes"},
    {"model": "payments.Payment", "field": "proofs"},
    # Of an order that has changed, two documents at most are taken back: the old and the new one.
    {"model": "invoicing.FiscalDocument", "field": "corrections"},
]


WATCHED = {
    *("accounts", "audit", "cart", "catalog", "checkout", "core", "demoshop", "inventory"),
    *("invoicing", "orders", "outbox", "pagecache", "payments", "payouts", "privacy"),
    *("promotions", "purchasing", "returns", "reviews", "sellers", "shipping", "storefront"),
    *("till", "waitingroom"),
}
_here = {"is_watched": False}


def prepare() -> None:
    """Have all of it watched, wherever `in_folder` says so. Django must be set up."""
    from audit.context import TracedTask  # noqa: PLC0415 - needs the settings
    from outbox import registry  # noqa: PLC0415

    initialize_app_registry()
    patch()
    settings.ZEAL_ALLOWLIST = ALLOWED
    settings.MIDDLEWARE = [f"{__name__}.by_request", *settings.MIDDLEWARE]
    TracedTask.__call__ = _watched(TracedTask.__call__)  # type: ignore[method-assign]
    registry.handle = _watched(registry.handle)


def in_folder(name: str) -> None:
    """Watch from here on if the folder's tests are to be."""
    _here["is_watched"] = name in WATCHED


def by_request(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    return _watched(get_response)


def _watched(act: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(act)
    def watched(*args: Any, **kwargs: Any) -> Any:
        with _watching():
            return act(*args, **kwargs)

    return watched


@contextmanager
def _watching() -> Iterator[None]:
    if not _here["is_watched"]:
        yield
        return
    with zeal_context():
        yield
