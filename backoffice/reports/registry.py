"""The reports of the shop, by what they are about."""

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.models import User
from accounts.selectors import is_seller, sees_costs
from backoffice.reports.sales import SALES
from backoffice.reports.stock_ledgers import MOVEMENTS, RESERVATIONS
from catalog.reports import SEARCHES, WITHOUT_RESULT
from core.reports.base import Report
from inventory.reports import LOW_STOCK, OUT_OF_STOCK, STOCK, VALUATION
from payments.reports import FEES, PENDING
from promotions.reports import COUPONS
from returns.reports import RETURNS

SECTIONS: tuple[tuple[StrOrPromise, tuple[Report, ...]], ...] = (
    (_("Sales"), (SALES, COUPONS, RETURNS)),
    (_("Money"), (PENDING, FEES)),
    (_("Stock"), (OUT_OF_STOCK, LOW_STOCK, STOCK, VALUATION, MOVEMENTS, RESERVATIONS)),
    (_("Searches"), (SEARCHES, WITHOUT_RESULT)),
)
REPORTS = {report.name: report for _title, reports in SECTIONS for report in reports}


def sections_for(user: User | AnonymousUser) -> list[tuple[StrOrPromise, list[Report]]]:
    """The reports that the person may see, by section, those with any. One query at the most."""
    found = [(title, [each for each in some if may_see(user, each)]) for title, some in SECTIONS]
    return [(title, some) for title, some in found if some]


def may_see(user: User | AnonymousUser, report: Report) -> bool:
    """Whether the person may see the report: all of it, or their seller's part."""
    return sees_all(user, report) or (report.is_for_sellers and is_seller(user))


def sees_all(user: User | AnonymousUser, report: Report) -> bool:
    """Whether the person may see the rows of the whole shop."""
    if report.is_of_costs and not sees_costs(user):
        return False
    return user.has_perms(report.permissions)
