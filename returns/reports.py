"""The report on returns, for its command and its page."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, OuterRef, Q, Subquery, Sum
from django.utils.translation import gettext_lazy as _

from core.money import ZERO
from core.reports.base import Filters, Report
from inventory.report_filters import Selection, select
from returns.models import Return, ReturnItem, ReturnReason
from returns.states import CALLED_OFF, ReturnStatus

_CAME = (ReturnStatus.RECEIVED, ReturnStatus.REFUNDED)


@dataclass(frozen=True, kw_only=True, slots=True)
class ReturnRow:
    """What customers sent back for one reason, or of one seller."""

    code: str
    name: str
    returns: int
    called_off: int
    asked: int
    came: int
    settled: Decimal
    currency: str


def by_reason(filters: Filters) -> Iterator[ReturnRow]:
    """
    The returns requested in these days, with their current outcome.

    Rejected and withdrawn ones are counted separately. One query, and those of the filters.

    :raises UnknownName: if a filter names nothing
    """
    chosen = select(filters)
    code, name = _GROUPS[filters.by or "reason"]
    items = ReturnItem.objects.filter(return_request=OuterRef("pk")).order_by()
    units = items.values("return_request")
    live = ~Q(status__in=CALLED_OFF)
    rows = (
        Return.objects.filter(_of(chosen), chosen.of_days("created_at"))
        .annotate(
            units_asked=Subquery(units.values(sum=Sum("asked"))),
            units_came=Subquery(units.values(sum=Sum("quantity"))),
        )
        .values_list(code, name, "order__currency")
        .annotate(
            returns=Count("pk"),
            off=Count("pk", filter=~live),
            asked=Sum("units_asked", filter=live, default=0),
            came=Sum("units_came", filter=Q(status__in=_CAME), default=0),
            settled=Sum("amount", filter=live, default=ZERO),
        )
        .order_by("-returns", code)
    )
    labels = dict(ReturnReason.choices)
    for code_, name_, currency, number, off, asked, came, settled in rows.iterator():
        yield ReturnRow(
            code=code_,
            name=str(labels.get(code_, name_)),
            returns=number,
            called_off=off,
            asked=asked,
            came=came,
            settled=settled,
            currency=currency,
        )


def _of(chosen: Selection) -> Q:
    """Returns of the seller, with a line of the category, received by the warehouse."""
    found = chosen.of_place()
    if chosen.seller_id:
        found &= Q(seller=chosen.seller_id)
    if chosen.category_ids is not None:
        goods = chosen.of_goods("line__variant__", seller="line__seller")
        found &= Q(pk__in=ReturnItem.objects.filter(goods).values("return_request"))
    return found


_GROUPS = {"reason": ("reason", "reason"), "seller": ("seller__slug", "seller__name")}
RETURNS = Report(
    name="returns",
    title=_("Returns"),
    purpose=_("Says why customers send goods back, how many units, and what they got for them."),
    permissions=("returns.view_return", "payments.view_refund"),
    is_for_sellers=True,
    days_mean=_("what was asked for in these days"),
    groupings={"reason": _("reason"), "seller": _("seller")},
    days_shown=30,
    rows=by_reason,
    columns={
        "code": _("code"),
        "name": _("name"),
        "returns": _("returns"),
        "called_off": _("of them called off"),
        "asked": _("units asked for"),
        "came": _("units that came"),
        "settled": _("settled for"),
        "currency": _("currency"),
    },
    totals=("returns", "called_off", "asked", "came", "settled"),
    chart="returns",
)
