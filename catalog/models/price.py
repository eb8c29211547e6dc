from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.models.variant import Variant
from catalog.querysets import ScheduledPriceQuerySet
from core.database.models import Entity, known_values
from core.fields import MoneyField


class PriceHistory(Entity):
    """A period in which a variant had one price, written by a trigger."""

    variant = models.ForeignKey(
        Variant, on_delete=models.CASCADE, related_name="price_history", verbose_name=_("variant")
    )
    price = MoneyField(_("price"))
    list_price = MoneyField(_("list price"))
    period = DateTimeRangeField(_("period"))

    class Meta(Entity.Meta):
        verbose_name = _("price period")
        verbose_name_plural = _("price history")
        constraints = [
            ExclusionConstraint(
                name="price_history_no_overlap",
                expressions=[
                    ("variant", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            )
        ]

    def __str__(self) -> str:
        return f"{self.price} for {self.variant_id}"


class ScheduledPriceKind(models.TextChoices):
    LIST = "list", _("list price")
    SALE = "sale", _("sale price")


class ScheduledPriceStatus(models.TextChoices):
    PLANNED = "planned", _("planned")
    RUNNING = "running", _("running")
    OVER = "over", _("over")
    REFUSED = "refused", _("refused")


class ScheduledPrice(Entity):
    """A price that starts, and may end, at a set time."""

    variant = models.ForeignKey(
        Variant,
        on_delete=models.CASCADE,
        related_name="scheduled_prices",
        verbose_name=_("variant"),
    )
    kind = models.CharField(
        _("which price"),
        max_length=10,
        choices=ScheduledPriceKind.choices,
        default=ScheduledPriceKind.SALE,
    )
    amount = MoneyField(_("price"))
    starts_at = models.DateTimeField(_("from"), default=timezone.now)
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=ScheduledPriceStatus.choices,
        default=ScheduledPriceStatus.PLANNED,
        editable=False,
    )
    # The earlier amount, to restore at the end; a sale price often has none.
    amount_before = MoneyField(_("price before"), null=True, editable=False)
    note = models.CharField(_("what happened"), max_length=255, blank=True, editable=False)

    objects = ScheduledPriceQuerySet.as_manager()

    class Meta(Entity.Meta):
        verbose_name = _("scheduled price")
        verbose_name_plural = _("scheduled prices")
        constraints = [
            known_values("kind", ScheduledPriceKind, "scheduled_price_kind_known"),
            known_values("status", ScheduledPriceStatus, "scheduled_price_status_known"),
            models.CheckConstraint(
                condition=Q(amount__gte=0),
                name="scheduled_price_not_negative",
                violation_error_message=_("A price is 0 or more."),
            ),
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at")),
                name="scheduled_price_ends_after_start",
                violation_error_message=_("It ends before it begins."),
            ),
            ExclusionConstraint(
                name="scheduled_price_no_overlap",
                expressions=[
                    ("variant", RangeOperators.EQUAL),
                    ("kind", RangeOperators.EQUAL),
                    (
                        Func(
                            F("starts_at"),
                            F("ends_at"),
                            function="tstzrange",
                            output_field=DateTimeRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(status__in=["planned", "running"]),
                violation_error_message=_("Another price is planned for some of that time."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["starts_at"],
                name="scheduled_price_to_do",
                condition=Q(status__in=["planned", "running"]),
            ),
            models.Index(fields=["-starts_at"], name="scheduled_price_latest"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.amount}"
