import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.querysets import SellerOwnedQuerySet
from catalog.models import Product
from core.database.models import Entity, known_values
from core.database.sql_files import read_sql


class ReviewStatus(models.TextChoices):
    PENDING = "pending", _("waiting for approval")
    APPROVED = "approved", _("approved")
    REJECTED = "rejected", _("rejected")


class Fit(models.TextChoices):
    """How a size turned out, where the product has sizes."""

    SMALL = "small", _("runs small")
    TRUE = "true", _("true to size")
    LARGE = "large", _("runs large")


class ReviewQuerySet(SellerOwnedQuerySet["Review"]):
    seller_path = "product__seller"

    def approved(self) -> "ReviewQuerySet":
        return self.filter(status=ReviewStatus.APPROVED)

    def to_moderate(self) -> "ReviewQuerySet":
        """What waits to be read, and what somebody has complained of."""
        reported = self.model.objects.filter(reports__isnull=False, reports__closed_at=None)
        return self.filter(Q(status=ReviewStatus.PENDING) | Q(pk__in=reported.values("pk")))


def _rates(
    name: str, operation: pgtrigger.Operation, changed: str, **tables: str
) -> pgtrigger.Trigger:
    """Have products follow their reviews, in the same transaction, and in one order for all."""
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=operation,
        referencing=pgtrigger.Referencing(**tables),
        declare=[("product", "UUID")],
        func=read_sql("reviews", "follow_reviews", changed=changed),
    )


class Review(Entity):
    """One customer's review of one product. The name disappears with the account."""

    product = models.ForeignKey(
        Product, on_delete=models.CASCADE, related_name="reviews", verbose_name=_("product")
    )
    user = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="reviews", verbose_name=_("user")
    )
    rating = models.PositiveSmallIntegerField(_("rating"))
    title = models.CharField(_("title"), max_length=150, blank=True)
    comment = models.TextField(_("comment"), blank=True)
    fit = models.CharField(_("fit"), max_length=5, choices=Fit.choices, blank=True, db_default="")
    # The language of the page it was written on; empty if unknown.
    language = models.CharField(
        _("language"), max_length=10, blank=True, editable=False, db_default=""
    )
    status = models.CharField(
        _("status"), max_length=10, choices=ReviewStatus.choices, default=ReviewStatus.PENDING
    )
    is_verified = models.BooleanField(_("verified purchase"), default=False, editable=False)
    helpful_count = models.PositiveIntegerField(_("helpful"), default=0, editable=False)
    # What its writer is told of a rejection.
    rejection = models.TextField(_("why it was rejected"), blank=True, db_default="")
    told_at = models.DateTimeField(null=True, editable=False, verbose_name=_("told by mail"))
    moderated_at = models.DateTimeField(_("moderated"), null=True, blank=True, editable=False)
    moderated_by = models.ForeignKey(
        User,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("moderated by"),
    )
    answer = models.TextField(_("seller's answer"), blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)

    objects = ReviewQuerySet.as_manager()

    class Meta(Entity.Meta):
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        constraints = [
            models.UniqueConstraint(fields=["user", "product"], name="review_once"),
            models.CheckConstraint(condition=Q(rating__range=(1, 5)), name="review_rating_range"),
            known_values("status", ReviewStatus, "review_status_known"),
            models.CheckConstraint(condition=Q(fit__in=["", *Fit.values]), name="review_fit_known"),
        ]
        indexes = [
            models.Index(
                fields=["product", "-created_at"],
                name="review_product_newest",
                condition=Q(status="approved"),
            ),
            models.Index(
                fields=["product", "rating"],
                name="review_product_stars",
                condition=Q(status="approved"),
            ),
        ]
        triggers = [
            *Entity.Meta.triggers,
            _rates(
                "rate_written", pgtrigger.Insert, "SELECT product_id FROM written", new="written"
            ),
            _rates("rate_gone", pgtrigger.Delete, "SELECT product_id FROM gone", old="gone"),
            _rates(
                "rate_changed",
                pgtrigger.Update,
                read_sql("reviews", "changed_ratings"),
                new="written",
                old="gone",
            ),
        ]

    def __str__(self) -> str:
        return f"{'★' * self.rating} {self.title}".strip()


class HelpfulVote(Entity):
    """Somebody was helped by somebody else's review."""

    review = models.ForeignKey(
        Review, on_delete=models.CASCADE, related_name="votes", verbose_name=_("review")
    )
    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="+", verbose_name=_("user")
    )

    class Meta(Entity.Meta):
        constraints = [models.UniqueConstraint(fields=["review", "user"], name="helpful_vote_once")]
        triggers = [
            *Entity.Meta.triggers,
            pgtrigger.Trigger(
                name="not_for_oneself",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=read_sql("reviews", "vote_not_for_oneself"),
            ),
            pgtrigger.Trigger(
                name="count",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=read_sql("reviews", "vote_count"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} found {self.review_id} helpful"


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


class InvitationOptOut(Entity):
    """Who does not want to be asked for reviews by mail."""

    user = models.OneToOneField(
        User, on_delete=models.CASCADE, related_name="+", verbose_name=_("user")
    )

    def __str__(self) -> str:
        return str(self.user_id)


class RatedProduct(Product):
    """
    Products as reviews guard them: a rating is what the approved reviews add up to.

    Figures of an imported file hold until somebody writes.
    """

    class Meta:
        proxy = True
        default_permissions = ()
        triggers = [
            # The row is locked by now, and this query sees what others have committed until then:
            # of two simultaneous reviews, the later one counts both.
            pgtrigger.Trigger(
                name="rating_follows_reviews",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("rating_average", "rating_count"),
                declare=[("average", "NUMERIC"), ("number", "INTEGER")],
                func=read_sql("reviews", "rating_follows_reviews"),
            )
        ]
