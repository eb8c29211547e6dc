from argparse import ArgumentParser
from dataclasses import astuple
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from core.reports import add_report_arguments, write_report
from payments import gateways, services
from payments.exceptions import ProviderUnavailable

COLUMNS = ("difference", "gateway", "payment", "reference", "amount")


class Command(BaseCommand):
    help = "Compares each provider's payments with our ledger; exit code 1 where they differ."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_report_arguments(parser)
        parser.add_argument("--gateway", choices=gateways.codes(), help="Only this one.")
        parser.add_argument("--hours", type=int, default=26, help="How far back to look.")

    def handle(self, *args: Any, **options: Any) -> None:
        since = timezone.now() - timedelta(hours=options["hours"])
        wanted = [options["gateway"]] if options["gateway"] else gateways.codes()
        found: list[services.Difference] = []
        for code in wanted:
            if gateways.find(code) is None:
                continue
            try:
                found += services.reconcile(code, since)
            except ProviderUnavailable as error:
                raise CommandError(f"{code} cannot be asked: {error}") from error
        rows = [astuple(each) for each in found]
        write_report(COLUMNS, rows, options["format"], options["output"], self.stdout)
        if found:
            raise SystemExit(1)
