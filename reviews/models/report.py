from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.database.models import Entity, known_values
from reviews.models.review import Review


class ReportReason(models.TextChoices):
    OFFENSIVE = "offensive", _("It insults or threatens somebody")
    ADVERTISING = "advertising", _("It is advertising, or was paid for")
    PERSONAL = "personal", _("It tells personal details of somebody")
    OFF_TOPIC = "off_topic", _("It is about something else")
    OTHER = "other", _("Something else")


class AbuseReport(Entity):
    """
    A report that a review should not be shown. The review stays until staff have decided.

    `reporter` is a fingerprint: it tells people apart without identifying them.
    """

    review = models.ForeignKey(
        Review, on_delete=models.CASCADE, related_name="reports", verbose_name=_("review")
    )
    reporter = models.CharField(max_length=64, editable=False)
    reason = models.CharField(_("reason"), max_length=12, choices=ReportReason.choices)
    note = models.CharField(_("note"), max_length=500, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    class Meta(Entity.Meta):
        verbose_name = _("abuse report")
        verbose_name_plural = _("abuse reports")
        constraints = [
            models.UniqueConstraint(fields=["review", "reporter"], name="abuse_report_once"),
            known_values("reason", ReportReason, "abuse_report_reason_known"),
        ]
        indexes = [
            models.Index(
                fields=["review"], name="abuse_report_open", condition=Q(closed_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.reason}: {self.review_id}"
