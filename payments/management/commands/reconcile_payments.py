from argparse import ArgumentParser
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.reports.base import Filters, Tally
from core.reports.commands import ReportCommand, whole_number
from payments import comparisons, gateways, selectors
from payments.exceptions import ProviderUnavailable
from payments.services.reconcile import FIRST_PERIOD, compare_each, reconcile_since_last_run


class Command(ReportCommand):
    help = (
        "Compares each provider's payments with our ledger, both ways, and repairs what it can. "
        "Exits with 1 if something is left for staff, also because a provider did not answer."
    )
    is_check = True
    without = ("warehouse", "seller", "category")
    days_mean = "what changed in these days"
    totals = ("repaired",)
    columns = comparisons.COLUMNS

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--gateway", choices=gateways.codes(), help="Only this one.")
        parser.add_argument(
            "--hours",
            type=whole_number,
            help="How far back; without it and --since, to two hours before the last run.",
        )

    def rows(self, filters: Filters, options: dict[str, Any]) -> Iterable[object]:
        since = filters.starts_at
        if options["hours"] and since is None:
            since = timezone.now() - timedelta(hours=options["hours"])
        if filters.ends_at and since is None:
            since = timezone.now() - FIRST_PERIOD

        codes = self._gateways(options["gateway"])
        if since:
            return comparisons.compare(since, filters.ends_at, codes)
        return compare_each(codes, reconcile_since_last_run)

    def finds(self, tally: Tally) -> bool:
        """Repaired differences do not count as findings."""
        return tally.count > sum(number for number, _currency in tally.total("repaired"))

    def closing(self, tally: Tally) -> str:
        text = ngettext("%(count)s difference.", "%(count)s differences.", tally.count)
        return text % {"count": tally.count}

    def _gateways(self, asked: str | None) -> list[str]:
        if asked and gateways.find(asked) is None:
            raise ProviderUnavailable(_("%(gateway)s is not set up.") % {"gateway": asked})
        return [asked] if asked else selectors.reconcilable()
