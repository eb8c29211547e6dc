import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.database.models import Entity, known_values, undeletable
from core.fields import CurrencyField, MoneyField


class ComplaintKind(models.TextChoices):
    CLAIM = "claim", _("claim: about the product or service itself")
    GRIEVANCE = "grievance", _("grievance: about how you were treated")


class Ordered(models.TextChoices):
    PRODUCT = "product", _("product")
    SERVICE = "service", _("service")


class ComplaintQuerySet(models.QuerySet["Complaint"]):
    def open(self) -> "ComplaintQuerySet":
        """What still waits for an answer."""
        return self.filter(answered_at=None)


class Complaint(Entity):
    """
    A sheet of the complaints book, as Peru's consumer code asks for it (docs/complaints.md).

    What the consumer wrote never changes, nor is a sheet ever torn out; the shop adds its answer.
    """

    number = models.CharField(_("number"), max_length=20, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=ComplaintKind.choices)
    name = models.CharField(_("name and surname"), max_length=200)
    document_type = models.CharField(_("document"), max_length=10)
    document_number = models.CharField(_("document number"), max_length=20)
    address = models.CharField(_("address"), max_length=255)
    phone = models.CharField(_("phone"), max_length=30)
    email = models.EmailField(_("e-mail"))
    guardian = models.CharField(_("father, mother or guardian"), max_length=200, blank=True)
    ordered = models.CharField(_("what it is about"), max_length=10, choices=Ordered.choices)
    order_number = models.CharField(_("order number"), max_length=30, blank=True)
    amount = MoneyField(_("amount claimed"), null=True, blank=True)
    currency = CurrencyField(_("currency"))
    description = models.TextField(_("description of the product or service"))
    detail = models.TextField(_("what happened"))
    request = models.TextField(_("what you ask for"))
    language = models.CharField(_("language"), max_length=10)
    due_on = models.DateField(_("answer due"))
    copied_at = models.DateTimeField(_("copy sent"), null=True, editable=False)
    answer = models.TextField(_("answer"), blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    answered_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("answered by")
    )
    answer_mailed_at = models.DateTimeField(_("answer sent"), null=True, editable=False)

    objects = ComplaintQuerySet.as_manager()

    class Meta(Entity.Meta):
        verbose_name = _("complaint")
        verbose_name_plural = _("complaints book")
        constraints = [
            known_values("kind", ComplaintKind, "complaint_kind_known"),
            known_values("ordered", Ordered, "complaint_ordered_known"),
            models.CheckConstraint(
                condition=Q(number__regex=r"^LR-[0-9]{4}-[0-9]{6}$"), name="complaint_number_shape"
            ),
            models.CheckConstraint(
                condition=Q(amount=None) | Q(amount__gte=0),
                name="complaint_amount",
                violation_error_message=_("An amount is never below zero."),
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None, answer="")
                | Q(answered_at__isnull=False) & ~Q(answer=""),
                name="complaint_answer_complete",
            ),
        ]
        indexes = [
            models.Index(fields=["due_on"], condition=Q(answered_at=None), name="complaint_open")
        ]
        triggers = [
            *Entity.Meta.triggers,
            *undeletable(),
            pgtrigger.ReadOnly(
                name="as_written",
                exclude=[
                    "updated_at",
                    "copied_at",
                    "answer",
                    "answered_at",
                    "answered_by",
                    "answer_mailed_at",
                ],
            ),
            pgtrigger.Protect(
                name="answered_once",
                operation=pgtrigger.UpdateOf("answer", "answered_at", "answered_by_id"),
                condition=pgtrigger.Q(old__answered_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class ComplaintYear(models.Model):
    """The last number of each year. The book has no gaps, so a number waits for the one before."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"
