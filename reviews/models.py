from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.querysets import SellerOwnedQuerySet
from catalog.models import Product
from core.db import Entity, known_values


class ReviewStatus(models.TextChoices):
    PENDING = "pending", _("waiting for approval")
    APPROVED = "approved", _("approved")
    REJECTED = "rejected", _("rejected")


class ReviewQuerySet(SellerOwnedQuerySet["Review"]):
    seller_path = "product__seller"

    def approved(self) -> "ReviewQuerySet":
        return self.filter(status=ReviewStatus.APPROVED)


class Review(Entity):
    """What one customer thinks of one product."""

    product = models.ForeignKey(
        Product, on_delete=models.CASCADE, related_name="reviews", verbose_name=_("product")
    )
    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="reviews", verbose_name=_("user")
    )
    rating = models.PositiveSmallIntegerField(_("rating"))
    title = models.CharField(_("title"), max_length=150, blank=True)
    comment = models.TextField(_("comment"), blank=True)
    status = models.CharField(
        _("status"), max_length=10, choices=ReviewStatus.choices, default=ReviewStatus.PENDING
    )
    is_verified = models.BooleanField(_("verified purchase"), default=False, editable=False)
    helpful_count = models.PositiveIntegerField(_("helpful"), default=0, editable=False)
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
        ]
        indexes = [
            models.Index(
                fields=["product", "-created_at"],
                name="review_product_newest",
                condition=Q(status="approved"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rating} for {self.product_id}"


class HelpfulVote(Entity):
    review = models.ForeignKey(
        Review, on_delete=models.CASCADE, related_name="votes", verbose_name=_("review")
    )
    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="+", verbose_name=_("user")
    )

    class Meta(Entity.Meta):
        constraints = [
            models.UniqueConstraint(fields=["review", "user"], name="helpful_vote_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} found {self.review_id} helpful"
