from argparse import ArgumentParser
from datetime import date, datetime, time
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from core.reports import add_report_arguments, write_report
from payments import selectors

COLUMNS = (
    "number",
    "order",
    "method",
    "gateway",
    "state",
    "amount",
    "currency",
    "created",
    "expires",
    "error",
)


class Command(BaseCommand):
    help = "Lists payments that are open or under review, oldest first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_report_arguments(parser)
        parser.add_argument("--since", type=date.fromisoformat, metavar="YYYY-MM-DD")
        parser.add_argument("--until", type=date.fromisoformat, metavar="YYYY-MM-DD")

    def handle(self, *args: Any, **options: Any) -> None:
        found = selectors.unfinished(_start(options["since"]), _start(options["until"]))
        rows = [
            (
                payment.number,
                payment.order.number,
                payment.method.code if payment.method else "",
                payment.gateway,
                payment.state,
                payment.amount,
                payment.currency,
                payment.created_at,
                payment.expires_at,
                payment.error_message,
            )
            for payment in found
        ]
        write_report(COLUMNS, rows, options["format"], options["output"], self.stdout)


def _start(day: date | None) -> datetime | None:
    return timezone.make_aware(datetime.combine(day, time.min)) if day else None
