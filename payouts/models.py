from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Seller, User
from accounts.querysets import SellerOwnedQuerySet
from catalog.models import Category
from core.db import Entity, known_values, whole_amounts
from core.fields import CurrencyField, MoneyField
from core.states import Transitions, transition_trigger
from orders.models import OrderLine


class Commission(Entity):
    """What the house keeps of a seller's sales: his own rate, or that of a category."""

    seller = models.ForeignKey(
        Seller,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="commissions",
        verbose_name=_("seller"),
    )
    category = models.ForeignKey(
        Category,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="commissions",
        verbose_name=_("category"),
    )
    percent = models.DecimalField(_("percent"), max_digits=5, decimal_places=2)

    class Meta(Entity.Meta):
        verbose_name = _("commission")
        verbose_name_plural = _("commissions")
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "category"], nulls_distinct=False, name="commission_once"
            ),
            models.CheckConstraint(condition=Q(percent__range=(0, 100)), name="commission_range"),
        ]

    def __str__(self) -> str:
        return f"{self.percent} %"


class StatementStatus(models.TextChoices):
    DRAFT = "draft", _("draft")
    APPROVED = "approved", _("approved")
    PAID = "paid", _("paid")


STATEMENT_TRANSITIONS: Transitions = {
    StatementStatus.DRAFT: {StatementStatus.APPROVED},
    StatementStatus.APPROVED: {StatementStatus.PAID},
}


class StatementQuerySet(SellerOwnedQuerySet["Statement"]):
    """Each statement is one seller's."""


class Statement(Entity):
    """What the house owes a seller for a period: sales less commission and refunds."""

    number = models.CharField(_("number"), max_length=30, unique=True)
    seller = models.ForeignKey(
        Seller, on_delete=models.PROTECT, related_name="statements", verbose_name=_("seller")
    )
    period = DateRangeField(_("period"))
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=StatementStatus.choices,
        default=StatementStatus.DRAFT,
    )
    currency = CurrencyField(_("currency"))
    sales = MoneyField(_("sales"), default=0)
    commission = MoneyField(_("commission"), default=0)
    refunds = MoneyField(_("refunds"), default=0)
    payout = MoneyField(_("payout"), default=0)
    bank_reference = models.CharField(_("bank reference"), max_length=100, blank=True)
    approved_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("approved by"),
    )
    paid_at = models.DateTimeField(_("paid"), null=True, blank=True)

    objects = StatementQuerySet.as_manager()

    class Meta(Entity.Meta):
        verbose_name = _("statement")
        verbose_name_plural = _("statements")
        constraints = [
            known_values("status", StatementStatus, "statement_status_known"),
            models.CheckConstraint(
                condition=Q(payout=F("sales") - F("commission") - F("refunds")),
                name="statement_adds_up",
            ),
            ExclusionConstraint(
                name="statement_periods_apart",
                expressions=[
                    ("seller", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            ),
            whole_amounts(["sales", "commission", "refunds", "payout"], "statement_whole_amounts"),
        ]
        triggers = [*Entity.Meta.triggers, transition_trigger("status", STATEMENT_TRANSITIONS)]

    def __str__(self) -> str:
        return self.number


class StatementLine(Entity):
    """One sold line, or one refund of it, on one statement only."""

    statement = models.ForeignKey(
        Statement, on_delete=models.CASCADE, related_name="lines", verbose_name=_("statement")
    )
    order_line = models.ForeignKey(
        OrderLine,
        on_delete=models.PROTECT,
        related_name="statement_lines",
        verbose_name=_("order line"),
    )
    refund = models.UUIDField(_("refund"), null=True, blank=True)
    amount = MoneyField(_("amount"))
    commission = MoneyField(_("commission"))

    class Meta(Entity.Meta):
        verbose_name = _("statement line")
        verbose_name_plural = _("statement lines")
        constraints = [
            models.UniqueConstraint(
                fields=["order_line", "refund"], nulls_distinct=False, name="statement_line_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} of {self.order_line_id}"
