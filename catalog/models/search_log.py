from django.db import models
from django.utils.translation import gettext_lazy as _


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
