from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.querysets import SellerOwnedQuerySet
from catalog.models import Product
from core.database.models import Entity, known_values


class QuestionStatus(models.TextChoices):
    PENDING = "pending", _("waiting for approval")
    PUBLISHED = "published", _("published")
    REJECTED = "rejected", _("rejected")


class ProductQuestionQuerySet(SellerOwnedQuerySet["ProductQuestion"]):
    seller_path = "product__seller"

    def shown(self) -> "ProductQuestionQuerySet":
        """What everybody reads: published, with its answer."""
        return self.filter(status=QuestionStatus.PUBLISHED).exclude(answer="")

    def to_answer(self) -> "ProductQuestionQuerySet":
        return self.filter(answer="").exclude(status=QuestionStatus.REJECTED)

    def to_publish(self) -> "ProductQuestionQuerySet":
        """Answered, for example by the seller, and not yet approved."""
        return self.filter(status=QuestionStatus.PENDING).exclude(answer="")


class ProductQuestion(Entity):
    """What somebody wants to know of a product, and what the shop or its seller answers."""

    product = models.ForeignKey(
        Product, on_delete=models.CASCADE, related_name="questions", verbose_name=_("product")
    )
    user = models.ForeignKey(
        User,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("user"),
    )
    name = models.CharField(_("name"), max_length=60)
    email = models.EmailField(_("e-mail address"))
    # Of the page it was asked on; the answer is mailed in it.
    language = models.CharField(_("language"), max_length=10, blank=True, editable=False)
    text = models.TextField(_("question"), max_length=1000)
    status = models.CharField(
        _("status"), max_length=10, choices=QuestionStatus.choices, default=QuestionStatus.PENDING
    )
    answer = models.TextField(_("answer"), max_length=2000, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True, editable=False)
    answered_by = models.ForeignKey(
        User,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("answered by"),
    )
    told_at = models.DateTimeField(_("told by mail"), null=True, blank=True, editable=False)

    objects = ProductQuestionQuerySet.as_manager()

    class Meta(Entity.Meta):
        verbose_name = _("question about a product")
        verbose_name_plural = _("questions about products")
        constraints = [
            known_values("status", QuestionStatus, "product_question_status_known"),
            models.CheckConstraint(
                condition=Q(answer="") ^ Q(answered_at__isnull=False),
                name="product_question_answered_at",
            ),
        ]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="product_question_created"),
            models.Index(
                fields=["product", "-created_at"],
                name="product_question_newest",
                condition=Q(status="published"),
            ),
        ]

    def __str__(self) -> str:
        return self.text[:80]
