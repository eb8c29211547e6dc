from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.reports.base import Filters
from core.reports.commands import ReportCommand, whole_number
from core.reports.tables import Columns
from payments import gateways
from payments.gateway_log import reader
from payments.gateway_log.reader import Question

MAX = 500


class Command(ReportCommand):
    help = (
        "Shows requests to and messages from the payment providers, the newest first, without "
        "secrets and personal data."
    )
    without = ("warehouse", "seller", "category")
    days_mean = "what was said in these days"
    columns = {
        "at": _("when"),
        "provider": _("provider"),
        "order": _("order"),
        "payment": _("payment"),
        "what": _("request"),
        "status": _("status"),
        "milliseconds": _("milliseconds"),
        "error": _("error"),
    }

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--order", metavar="NUMBER", default="", help="Only of this order.")
        parser.add_argument("--payment", metavar="NUMBER", default="", help="Only of this payment.")
        parser.add_argument("--gateway", choices=gateways.codes(), default="", help="Only with it.")
        parser.add_argument("--errors", action="store_true", help="Only what went wrong.")
        parser.add_argument("--bodies", action="store_true", help="With requests and answers.")
        parser.add_argument("--most", type=whole_number, default=MAX, help="Not more than these.")

    def chosen(self, options: dict[str, Any]) -> Columns:
        """The bodies are long: they come when they are asked for."""
        bodies = {"request": _("request's body"), "response": _("answer's body")}
        return {**self.columns, **bodies} if options["bodies"] else self.columns

    def rows(self, filters: Filters, options: dict[str, Any]) -> Iterable[object]:
        question = Question(
            order=options["order"],
            payment=options["payment"],
            provider=options["gateway"],
            errors_only=options["errors"],
            since=filters.starts_at,
            until=filters.ends_at,
        )
        return reader.find(question, most=options["most"])
