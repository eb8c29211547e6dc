"""
Looks into the books of a running shop: a program of its own, with that shop's environment.

`main` reads a question in JSON from each line and answers in one. Django is set up before this
module is imported: see `tests.faults.court`.
"""

import json
import os
import sqlite3
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from decimal import Decimal
from io import StringIO
from math import inf
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management import call_command
from django.db import close_old_connections
from django.utils import timezone
from post_office.models import STATUS, Email

from catalog.models import ProductKind, Variant
from inventory import services as inventory
from inventory.models import StockLevel
from orders.models import Order, OrderEvent, OrderEventKind, OrderQuerySet
from orders.states import OrderStatus, PaymentStatus
from outbox.models import Message
from payments import tasks
from payments.models import (
    LedgerEntry,
    LedgerKind,
    Payment,
    Refund,
    WebhookEvent,
    WebhookStatus,
)
from payments.states import RefundState
from tests.mailbox import MAILS, read

GOODS, UNITS = 6, 100_000
MONEY_MAILS = ("placed", "paid")
CHECKS = ("check_stock", "check_orders", "reconcile_payments")

Book = dict[str, dict[str, Any]]
# The payments and orders that the demo came with.
_before: set[str] = set()
_old_orders: set[UUID] = set()
# What the checks have to say of those.
_known: dict[str, set[str]] = {}


def prepare() -> list[dict[str, str]]:
    """Goods that nobody can sell out; what is there already is none of the shoppers'."""
    _before.update(_book())
    _old_orders.update(Order.objects.values_list("pk", flat=True))
    _known.update({name: set(lines) for name, lines in _checked().items()})
    physical = Variant.objects.filter(
        product__kind=ProductKind.PHYSICAL,
        is_active=True,
        product__is_active=True,
        product__purchase_limit=None,
        product__collection_entries=None,
    )
    levels = StockLevel.objects.filter(
        variant__in=physical, warehouse__is_active=True, warehouse__code="LIM-01"
    )
    goods = []
    for level in levels.select_related("variant__product").order_by("variant__sku")[:GOODS]:
        inventory.receive({(level.variant_id, level.warehouse_id): UNITS}, note="faults")
        goods.append({"sku": level.variant.sku, "url": f"/p/{level.variant.product.slug}/"})
    return goods


def waiting() -> dict[str, int]:
    """What the worker still has to do, by kind; empty when all is done."""
    # What the clock asks for once a minute is asked for now, by the same tasks.
    tasks.submit_refunds()
    under_way = [RefundState.APPROVED, RefundState.SUBMITTED, RefundState.PENDING]
    book, soon = _book(), timezone.now().timestamp() + 60
    known = set(LedgerEntry.objects.values_list("kind", "reference"))
    found = {
        "news": Message.objects.filter(delivered_at=None, given_up_at=None).count(),
        "webhooks": WebhookEvent.objects.filter(status=WebhookStatus.RECEIVED).count(),
        "mails": Email.objects.filter(status__in=[STATUS.queued, STATUS.requeued]).count(),
        "refunds": Refund.objects.filter(state__in=under_way).count(),
        "money": len(_facts(book) - known),
        "delayed payments": sum(each.get("approve_at", inf) < soon for each in book.values()),
    }
    return {name: number for name, number in found.items() if number}


def checks() -> list[str]:
    """What the shop's own checks find, and have not found before it was sold in."""
    return [
        f"{name}: {line}"
        for name, lines in _checked().items()
        for line in lines
        if line not in _known[name]
    ]


def _checked() -> dict[str, list[str]]:
    found = {}
    for name in CHECKS:
        out, error = StringIO(), StringIO()
        options = ["--hours", "3"] if name == "reconcile_payments" else []
        try:
            call_command(name, *options, "--format", "csv", stdout=out, stderr=error)
        except SystemExit:
            found[name] = out.getvalue().splitlines()[1:]
        else:
            found[name] = []
    return found


def compare(purchases: list[dict[str, Any]]) -> list[str]:
    """Whatever somebody was told, has paid or has got and the books do not say; and doubles."""
    orders = {order.number: order for order in _new_orders()}
    return [
        *_orders(orders, purchases),
        *_money(_book(), orders, purchases),
        *_mails(orders),
    ]


def figures() -> dict[str, int]:
    placed = _new_orders()
    sent = Email.objects.filter(to__in=set(placed.values_list("email", flat=True)))
    return {
        "orders": placed.count(),
        "paid": placed.exclude(paid_at=None).count(),
        "payments": LedgerEntry.objects.filter(
            kind=LedgerKind.CAPTURE, payment__order__in=placed
        ).count(),
        "refunds": Refund.objects.filter(
            payment__order__in=placed, state=RefundState.SUCCEEDED
        ).count(),
        "mails": sent.filter(status=STATUS.sent).count(),
    }


def _new_orders() -> OrderQuerySet:
    """Not by their times: the clock jumps."""
    return Order.objects.exclude(pk__in=_old_orders)


def _orders(orders: dict[str, Order], purchases: list[dict[str, Any]]) -> list[str]:
    by_email = Counter(order.email for order in orders.values())
    return [
        *(f"{email} has {number} orders" for email, number in by_email.items() if number > 1),
        *(
            f"{each['number']} was acknowledged to {each['email']} and is lost"
            for each in purchases
            if each["number"] and each["number"] not in orders
        ),
        *(
            f"{each['number']} was shown as paid and is {orders[each['number']].payment_status}"
            for each in purchases
            if each["is_seen_paid"] and _is_unpaid(orders.get(each["number"]))
        ),
    ]


def _is_unpaid(order: Order | None) -> bool:
    return order is not None and order.payment_status != PaymentStatus.PAID


def _money(book: Book, orders: dict[str, Order], purchases: list[dict[str, Any]]) -> list[str]:
    ours = set(
        LedgerEntry.objects.filter(
            provider="simulator", payment__order__in=orders.values()
        ).values_list("kind", "reference")
    )
    theirs = _facts(book)
    found = [f"{kind} {reference} is not in our ledger" for kind, reference in theirs - ours]
    found += [f"{kind} {reference} is not in theirs" for kind, reference in ours - theirs]
    paid: Counter[str] = Counter()
    for payment in book.values():
        if payment["order"] in orders:
            paid[payment["order"]] += _sum(payment["captures"]) - _sum(payment["refunds"])
    for number, order in orders.items():
        is_sale = order.status == OrderStatus.CONFIRMED
        if Decimal(paid[number]) / 100 != (order.total if is_sale else 0):
            found.append(f"{number} ({order.status}) of {order.total}: {paid[number]} cents kept")
    settled = {
        each["payment"]
        for each in purchases
        if each["choice"] in ("approve", "twice") and each["is_settled"]
    }
    captured = {key for key, payment in book.items() if payment["status"] == "paid"}
    found += [f"{key} was paid and is not in the bank's book" for key in settled - captured]
    live = Counter(Payment.objects.live().values_list("order__number", flat=True))
    return found + [f"{number} has {n} open payments" for number, n in live.items() if n > 1]


def _mails(orders: dict[str, Order]) -> list[str]:
    """Each order's mails were written once and have arrived, the ones about money above all."""
    written: Counter[tuple[str, str]] = Counter()
    events = OrderEvent.objects.filter(
        kind=OrderEventKind.MAIL_SENT, order__in=orders.values()
    ).values_list("order__number", "details__mail")
    written.update(events)
    found = [f"{number}: {n} mails “{name}”" for (number, name), n in written.items() if n > 1]
    found += [f"{number}: no mail “placed”" for number in orders if not written[number, "placed"]]
    found += [
        f"{number}: no mail “paid”"
        for number, order in orders.items()
        if order.paid_at and not written[number, "paid"]
    ]
    noted = list(Email.objects.filter(to__in={order.email for order in orders.values()}))
    found += _unwritten(orders, written, noted)
    # Read last: whatever is noted as sent by now has arrived by now.
    mails = read(Path(os.environ["STORE_DATA"]) / MAILS)
    arrived = {mail.message_id for mail in mails}
    for mail in noted:
        if mail.status == STATUS.sent and mail.message_id not in arrived:
            found.append(f"the mail “{mail.subject}” is noted as sent and has not arrived")
        if mail.status == STATUS.failed:
            found.append(f"the mail “{mail.subject}” was given up")
    twice = Counter((mail.to, mail.subject) for mail in set(mails))
    return found + [f"{to} got “{what}” {n} times" for (to, what), n in twice.items() if n > 1]


def _unwritten(
    orders: dict[str, Order], written: Counter[tuple[str, str]], noted: list[Email]
) -> list[str]:
    """Orders of which more mails are said to be written than there are to their buyer."""
    said: Counter[str] = Counter()
    for (number, _name), times in written.items():
        said[number] += times
    there = Counter(address for mail in noted for address in mail.to)
    return [
        f"{number}: {said[number]} mails are noted, {there[order.email]} are written"
        for number, order in orders.items()
        if there[order.email] < said[number]
    ]


def _book() -> Book:
    """The bank's own, as it lies on its disk."""
    path = Path(os.environ["STORE_DATA"]) / "simulator.sqlite3"
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)) as rows:
        documents = rows.execute("SELECT document FROM payment").fetchall()
    payments = (json.loads(document) for (document,) in documents)
    return {payment["id"]: payment for payment in payments if payment["id"] not in _before}


def _facts(book: Book) -> set[tuple[str, str]]:
    return {
        (kind, movement["id"])
        for payment in book.values()
        for kind, movements in (
            (LedgerKind.CAPTURE.value, payment["captures"]),
            (LedgerKind.REFUND.value, payment["refunds"]),
        )
        for movement in movements
    }


def _sum(movements: list[dict[str, Any]]) -> int:
    return sum(movement["amount"] for movement in movements)


QUESTIONS: dict[str, Callable[..., Any]] = {
    each.__name__: each for each in (prepare, waiting, checks, compare, figures)
}


def main() -> None:
    for line in sys.stdin:
        question = json.loads(line)
        close_old_connections()
        try:
            answer = {"answer": QUESTIONS[question["ask"]](**question["about"])}
        except Exception as error:  # noqa: BLE001 - anyone who asks is told
            answer = {"error": repr(error)}
        sys.stdout.write(f"{json.dumps(answer)}\n")
        sys.stdout.flush()
