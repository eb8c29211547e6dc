"""The report on promotions and their codes, for its command and its page."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, F, Q, Sum, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from catalog.lookups import localized
from core.money import ZERO
from core.reports.base import Filters, Report
from inventory.report_filters import select
from promotions.models import Redemption


@dataclass(frozen=True, kw_only=True, slots=True)
class CouponRow:
    """How often a promotion, or one code of it, was used, and what it took off."""

    code: str
    name: str
    uses: int
    given_back: int
    discount: Decimal
    paid_orders: int
    sales: Decimal
    currency: str


def coupon_use(filters: Filters) -> Iterator[CouponRow]:
    """
    The uses of these days. Those given back because the order came to nothing are counted apart,
    and took nothing off. `sales` is the total of the paid orders among the others. One query.
    """
    code = Coalesce(F("coupon__code"), Value(""))
    by_promotion = filters.by == "promotion"
    counts, is_paid = Q(freed_at=None), Q(order__paid_at__isnull=False)
    rows = (
        Redemption.objects.filter(select(filters).of_days("created_at"))
        .annotate(code=Value("") if by_promotion else code, name=localized("promotion__name"))
        .values_list("code", "name", "promotion", "order__currency")
        .annotate(
            uses=Count("pk", filter=counts),
            given_back=Count("pk", filter=~counts),
            discount=Sum("amount", filter=counts, default=ZERO),
            paid_orders=Count("pk", filter=counts & is_paid),
            sales=Sum("order__total", filter=counts & is_paid, default=ZERO),
        )
        .order_by("-discount", "code", "promotion")
    )
    for code_, name, _promotion, currency, uses, freed, discount, paid, sales in rows.iterator():
        yield CouponRow(
            code=code_,
            name=name,
            uses=uses,
            given_back=freed,
            discount=discount,
            paid_orders=paid,
            sales=sales,
            currency=currency,
        )


COUPONS = Report(
    name="coupon-use",
    title=_("Use of coupons"),
    purpose=_(
        "How often each promotion was used, and its discounts. Promotions without a code apply "
        "automatically."
    ),
    permissions=("promotions.view_redemption",),
    without=("warehouse", "seller", "category"),
    days_mean=_("what was used in these days"),
    groupings={"code": _("code"), "promotion": _("promotion")},
    days_shown=30,
    rows=coupon_use,
    columns={
        "code": _("code"),
        "name": _("name"),
        "uses": _("uses"),
        "given_back": _("given back"),
        "discount": _("discount"),
        "paid_orders": _("paid orders"),
        "sales": _("their total"),
        "currency": _("currency"),
    },
    totals=("uses", "given_back", "discount"),
    chart="discount",
)
