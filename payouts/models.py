from datetime import date, timedelta
from decimal import Decimal

import pgtrigger
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from accounts.models import Seller
from accounts.querysets import SellerOwnedQuerySet
from catalog.models import Category
from core.database.models import Entity, known_values, whole_amounts
from core.database.sql_files import read_sql
from core.database.stateful import Stateful
from core.fields import CurrencyField, MoneyField
from core.states import Transitions, transition_trigger
from orders.models import OrderLine
from payments.models.person import acting_user


class Commission(Entity):
    """Commission rate: of a seller in a category, of a seller, or of a category."""

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
            models.CheckConstraint(
                condition=Q(seller__isnull=False) | Q(category__isnull=False),
                name="commission_of_somebody",
                violation_error_message=_(
                    "Name a seller, a category or both; the settings have the rate of all others."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.percent} %"


class SellerSale(Entity):
    """
    A line that was sold for a seller: the rate is fixed at the sale, whatever becomes of it later.

    It is owed to the seller from `due_at` on, when all of it has been delivered and paid.
    """

    order_line = models.OneToOneField(
        OrderLine,
        on_delete=models.CASCADE,
        related_name="seller_sale",
        verbose_name=_("order line"),
    )
    percent = models.DecimalField(_("percent"), max_digits=5, decimal_places=2)
    due_at = models.DateTimeField(_("owed since"), null=True, blank=True)

    class Meta(Entity.Meta):
        verbose_name = _("sale of a seller")
        verbose_name_plural = _("sales of sellers")
        constraints = [
            models.CheckConstraint(condition=Q(percent__range=(0, 100)), name="seller_sale_range"),
        ]
        indexes = [
            models.Index(
                fields=["order_line"], condition=Q(due_at=None), name="seller_sale_not_due"
            ),
        ]
        triggers = [
            *Entity.Meta.triggers,
            pgtrigger.Protect(
                name="fixed",
                operation=pgtrigger.UpdateOf("percent", "order_line_id"),
                condition=pgtrigger.Condition(
                    "OLD.percent <> NEW.percent OR OLD.order_line_id <> NEW.order_line_id"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.percent} % of {self.order_line_id}"


class StatementStatus(models.TextChoices):
    DRAFT = "draft", _("draft")
    APPROVED = "approved", _("approved")
    PAID = "paid", _("paid")
    # A negative balance is carried into the next statement.
    CLOSED = "closed", _("nothing to pay")


STATEMENT_TRANSITIONS: Transitions = {
    StatementStatus.DRAFT: {StatementStatus.APPROVED, StatementStatus.CLOSED},
    StatementStatus.APPROVED: {StatementStatus.PAID},
}


def _day(bound: date | None) -> date:
    """:raises ValueError: for an end of a period that has none"""
    if bound is None:
        raise ValueError("A statement's period has two ends.")
    return bound


class StatementQuerySet(SellerOwnedQuerySet["Statement"]):
    """Each statement is one seller's, who sees it once it is approved."""

    def locked(self) -> "StatementQuerySet":
        return self.order_by("pk").select_for_update(of=["self"])

    def to_approve(self) -> "StatementQuerySet":
        return self.filter(status=StatementStatus.DRAFT)

    def for_user(self, user: PermissionsMixin) -> "StatementQuerySet":
        if user.has_perm("payouts.view_statement"):
            return self
        return super().for_user(user).exclude(status=StatementStatus.DRAFT)


class Statement(Stateful, Entity):
    """
    What the house owes a seller for a period: sales less commission and refunds.

    Its lines are what has changed since the last one, so that none is paid twice.
    """

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
    refunds = MoneyField(_("given back"), default=0)
    # What the statement before has left below zero.
    carried = MoneyField(_("carried over"), default=0, db_default=0)
    carried_from = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="carried_to",
        verbose_name=_("carried over from"),
    )
    payout = MoneyField(_("payout"), default=0)
    bank_reference = models.CharField(_("bank reference"), max_length=100, blank=True)
    # Empty where the shop's clock made it.
    made_by = acting_user(_("made by"))
    approved_by = acting_user(_("approved by"))
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True)
    paid_at = models.DateTimeField(_("paid"), null=True, blank=True)
    # What the seller was last told of it: events may come twice.
    told_status = models.CharField(max_length=10, blank=True, db_default="", editable=False)

    objects = StatementQuerySet.as_manager()
    transitions = STATEMENT_TRANSITIONS

    class Meta(Entity.Meta):
        verbose_name = _("statement")
        verbose_name_plural = _("statements")
        constraints = [
            known_values("status", StatementStatus, "statement_status_known"),
            models.CheckConstraint(
                condition=Q(payout=F("sales") - F("commission") - F("refunds") + F("carried")),
                name="statement_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(carried=0, carried_from=None)
                | Q(carried__lt=0, carried_from__isnull=False),
                name="statement_carries_what_was_left",
            ),
            models.CheckConstraint(
                condition=~Q(status=StatementStatus.PAID)
                | Q(payout__gt=0, paid_at__isnull=False) & ~Q(bank_reference=""),
                name="statement_paid_by_a_transfer",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | Q(made_by=None) | ~Q(approved_by=F("made_by")),
                name="statement_second_person",
            ),
            models.CheckConstraint(
                condition=Q(status=StatementStatus.DRAFT) | Q(approved_by__isnull=False),
                name="statement_approved_by_somebody",
            ),
            models.UniqueConstraint(
                Upper("bank_reference"),
                condition=~Q(bank_reference=""),
                name="statement_reference_once",
            ),
            ExclusionConstraint(
                name="statement_periods_apart",
                expressions=[
                    ("seller", RangeOperators.EQUAL),
                    ("currency", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            ),
            whole_amounts(
                ["sales", "commission", "refunds", "carried", "payout"], "statement_whole_amounts"
            ),
        ]
        triggers = [*Entity.Meta.triggers, transition_trigger("status", STATEMENT_TRANSITIONS)]

    def __str__(self) -> str:
        return self.number

    @property
    def first_day(self) -> date:
        return _day(self.period.lower)

    @property
    def last_day(self) -> date:
        """The last day of the period, which as a range ends with the day after."""
        return _day(self.period.upper) - timedelta(days=1)

    @property
    def is_paid_out(self) -> bool:
        return bool(self.payout > 0)


class StatementLine(Entity):
    """
    What has changed with a sold line since the statement before; below zero where it fell.

    Over all statements that adds up to what the line is worth today.
    """

    statement = models.ForeignKey(
        Statement, on_delete=models.CASCADE, related_name="lines", verbose_name=_("statement")
    )
    order_line = models.ForeignKey(
        OrderLine,
        on_delete=models.PROTECT,
        related_name="statement_lines",
        verbose_name=_("order line"),
    )
    amount = MoneyField(_("amount"))
    refunded = MoneyField(_("given back"), default=0, db_default=0)
    commission = MoneyField(_("commission"))

    class Meta(Entity.Meta):
        verbose_name = _("statement line")
        verbose_name_plural = _("statement lines")
        constraints = [
            models.UniqueConstraint(fields=["statement", "order_line"], name="statement_line_once"),
        ]
        triggers = [
            *Entity.Meta.triggers,
            pgtrigger.Trigger(
                name="never_paid_twice",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update,
                declare=[("stated", "numeric"), ("worth", "numeric")],
                func=read_sql("payouts", "line_never_paid_twice"),
            ),
            pgtrigger.Trigger(
                name="frozen",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=read_sql("payouts", "line_frozen"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} of {self.order_line_id}"

    @property
    def line(self) -> OrderLine:
        return self.order_line

    @property
    def net(self) -> Decimal:
        """What it adds to the payout."""
        net: Decimal = self.amount - self.refunded - self.commission
        return net
