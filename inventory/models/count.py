from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.querysets import SellerOwnedQuerySet
from catalog.models import Variant
from core.database.models import Entity, known_values
from core.database.stateful import Stateful
from core.states import transition_trigger
from inventory.models.level import Warehouse
from inventory.states import COUNT_TRANSITIONS, CountStatus


class StockCountQuerySet(SellerOwnedQuerySet["StockCount"]):
    seller_path = "warehouse__seller"


class StockCount(Stateful, Entity):
    """A count of one warehouse's shelves: sheet in, differences out, posted once."""

    warehouse = models.ForeignKey(
        Warehouse, on_delete=models.PROTECT, related_name="counts", verbose_name=_("warehouse")
    )
    status = models.CharField(
        _("status"), max_length=10, choices=CountStatus.choices, default=CountStatus.OPEN
    )
    note = models.CharField(_("note"), max_length=255, blank=True)
    created_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("created by")
    )
    posted_at = models.DateTimeField(null=True, blank=True, verbose_name=_("posted at"))

    objects = StockCountQuerySet.as_manager()
    transitions = COUNT_TRANSITIONS
    saved_with_state = ("posted_at",)

    class Meta(Entity.Meta):
        verbose_name = _("stock count")
        verbose_name_plural = _("stock counts")
        constraints = [known_values("status", CountStatus, "count_status_known")]
        triggers = [*Entity.Meta.triggers, transition_trigger("status", COUNT_TRANSITIONS)]

    def __str__(self) -> str:
        return f"{self.warehouse_id} {self.created_at:%Y-%m-%d}"


class StockCountLine(Entity):
    count = models.ForeignKey(
        StockCount, on_delete=models.CASCADE, related_name="lines", verbose_name=_("count")
    )
    variant = models.ForeignKey(
        Variant, on_delete=models.PROTECT, related_name="+", verbose_name=_("variant")
    )
    # What lay there by the books at the moment of counting: sales go on meanwhile.
    expected = models.IntegerField(_("expected"))
    counted = models.PositiveIntegerField(_("counted"), null=True, blank=True)

    class Meta(Entity.Meta):
        verbose_name = _("count line")
        verbose_name_plural = _("count lines")
        constraints = [
            models.UniqueConstraint(fields=["count", "variant"], name="count_line_once"),
            models.CheckConstraint(
                condition=Q(counted=None) | Q(counted__gte=0), name="count_line_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.variant_id}: {self.counted}"

    @property
    def difference(self) -> int:
        """Units counted above the expected number; 0 if not counted."""
        return 0 if self.counted is None else self.counted - self.expected
