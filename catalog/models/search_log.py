from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from catalog.models.product import Product


class SearchCount(models.Model):
    """The number of searches for these words on one day, without any personal data."""

    day = models.DateField(_("day"))
    language = models.CharField(_("language"), max_length=5)
    words = models.CharField(_("words"), max_length=100)
    times = models.PositiveIntegerField(_("times"))
    # Of the latest search of the day.
    results = models.PositiveIntegerField(_("results"))

    class Meta:
        verbose_name = _("search")
        verbose_name_plural = _("searches")
        constraints = [
            models.UniqueConstraint(
                fields=["day", "language", "words"], name="search_count_once_a_day"
            )
        ]

    def __str__(self) -> str:
        return self.words


class SearchChoice(models.Model):
    """
    How often a product was opened and bought after a search, without any personal data.

    `weight` was true at `counted_at`, and has halved with every half-life since.
    """

    # Their base forms, sorted.
    words = models.CharField(_("words"), max_length=100)
    product = models.ForeignKey(
        Product, on_delete=models.CASCADE, related_name="+", verbose_name=_("product")
    )
    weight = models.FloatField(_("weight"))
    counted_at = models.DateTimeField(_("counted"), db_default=Now())

    class Meta:
        verbose_name = _("choice after a search")
        verbose_name_plural = _("choices after searches")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["words", "product"], name="search_choice_unique"),
            models.CheckConstraint(condition=Q(weight__gt=0), name="search_choice_weighs"),
        ]

    def __str__(self) -> str:
        return self.words
