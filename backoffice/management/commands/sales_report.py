from django.utils.translation import gettext as _

from backoffice.reports.sales import SALES
from core.formats import totals
from core.reports.base import Tally
from core.reports.commands import ReportCommand


class Command(ReportCommand):
    report = SALES

    def in_all(self, tally: Tally) -> str:
        if not tally.count:
            return ""
        sold, kept = totals(tally.total("total")), totals(tally.total("net"))
        return _("Sold: %(sold)s, of which %(kept)s were kept.") % {"sold": sold, "kept": kept}
