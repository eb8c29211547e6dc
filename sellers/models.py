from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from accounts.documents import DOCUMENTS
from accounts.models import Seller, User
from accounts.querysets import SellerOwnedQuerySet
from core.database.models import Entity, known_values
from core.states import Transitions, transition_trigger


class ApplicationStatus(models.TextChoices):
    NEW = "new", _("to answer")
    APPROVED = "approved", _("approved")
    REJECTED = "rejected", _("rejected")


APPLICATION_TRANSITIONS: Transitions = {
    ApplicationStatus.NEW: {ApplicationStatus.APPROVED, ApplicationStatus.REJECTED}
}


class ApplicationQuerySet(SellerOwnedQuerySet["SellerApplication"]):
    def to_answer(self) -> "ApplicationQuerySet":
        return self.filter(status=ApplicationStatus.NEW)


class SellerApplication(Entity):
    """An application to sell in the shop, and the shop's answer."""

    shop_name = models.CharField(_("shop name"), max_length=150)
    document_type = models.CharField(_("document"), max_length=10)
    document_number = models.CharField(_("document number"), max_length=20)
    contact_name = models.CharField(_("name and surname"), max_length=150)
    email = models.EmailField(_("e-mail address"))
    phone = models.CharField(_("phone"), max_length=20)
    goods = models.TextField(_("what is sold"))
    language = models.CharField(_("language"), max_length=10)
    accepted_terms_at = models.DateTimeField(_("terms accepted"))
    status = models.CharField(
        _("status"), max_length=10, choices=ApplicationStatus.choices, default=ApplicationStatus.NEW
    )
    message = models.TextField(_("message to the applicant"), blank=True)
    answered_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("answered by"),
    )
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    seller = models.OneToOneField(
        Seller,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="application",
        verbose_name=_("seller"),
    )
    # Events may come twice, mails not.
    received_mailed_at = models.DateTimeField(null=True, editable=False)
    answer_mailed_at = models.DateTimeField(null=True, editable=False)

    objects = ApplicationQuerySet.as_manager()

    class Meta(Entity.Meta):
        verbose_name = _("seller's application")
        verbose_name_plural = _("sellers' applications")
        constraints = [
            known_values("status", ApplicationStatus, "seller_application_status_known"),
            models.UniqueConstraint(
                Upper("email"),
                condition=Q(status=ApplicationStatus.NEW),
                name="seller_application_once_by_email",
            ),
            models.UniqueConstraint(
                "document_type",
                "document_number",
                condition=~Q(status=ApplicationStatus.REJECTED),
                name="seller_application_once_by_document",
            ),
            models.CheckConstraint(
                condition=Q(status=ApplicationStatus.APPROVED, seller__isnull=False)
                | ~Q(status=ApplicationStatus.APPROVED) & Q(seller=None),
                name="seller_application_makes_a_seller",
            ),
            models.CheckConstraint(
                condition=Q(status=ApplicationStatus.NEW, answered_at=None)
                | ~Q(status=ApplicationStatus.NEW) & Q(answered_at__isnull=False),
                name="seller_application_answered",
            ),
        ]
        indexes = [models.Index(fields=["status", "created_at"], name="seller_application_queue")]
        triggers = [*Entity.Meta.triggers, transition_trigger("status", APPLICATION_TRANSITIONS)]

    def __str__(self) -> str:
        return self.shop_name

    @property
    def document(self) -> str:
        """The document with its name."""
        kind = DOCUMENTS.get(self.document_type)
        return f"{kind.label} {self.document_number}" if kind else self.document_number


class SellerNews(Entity):
    """An order or return that a seller was notified of; once, even if events repeat."""

    seller = models.ForeignKey(
        Seller, on_delete=models.CASCADE, related_name="news", verbose_name=_("seller")
    )
    about = models.UUIDField(_("about"))

    class Meta(Entity.Meta):
        verbose_name = _("news for a seller")
        verbose_name_plural = _("news for sellers")
        constraints = [models.UniqueConstraint("seller", "about", name="seller_news_once")]

    def __str__(self) -> str:
        return f"{self.about} for {self.seller_id}"
