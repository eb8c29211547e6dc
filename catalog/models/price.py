from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models.variant import Variant
from core.db import Entity
from core.fields import MoneyField


class PriceHistory(Entity):
    """A period in which a variant had one price. A trigger on the variant writes it."""

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
            ),
        ]

    def __str__(self) -> str:
        return f"{self.price} for {self.variant_id}"
