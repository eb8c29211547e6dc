from django.db import models
from django.db.models import F, Q

from catalog.models import Product
from core.database.models import Entity


class BoughtTogether(Entity):
    """
    Two products that were in the same orders, and how closely: counted again every night.

    One row for each direction; `score` is 1 where neither was ever bought without the other.
    """

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="bought_with")
    other = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="+")
    orders = models.PositiveIntegerField()
    score = models.FloatField()

    class Meta(Entity.Meta):
        constraints = [
            models.UniqueConstraint(fields=["product", "other"], name="bought_together_once"),
            models.CheckConstraint(
                condition=~Q(product=F("other")), name="bought_together_not_itself"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} with {self.other_id}"
