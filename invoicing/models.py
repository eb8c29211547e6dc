import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.db import Entity, known_values, whole_amounts
from core.fields import CurrencyField, MoneyField
from orders.models import Order
from payments.models import Refund


class DocumentKind(models.TextChoices):
    RECEIPT = "receipt", _("boleta")
    INVOICE = "invoice", _("factura")
    CREDIT_NOTE = "credit_note", _("credit note")


class Series(Entity):
    """A gapless run of numbers, as the tax office asks: B001, F001, BC01."""

    code = models.CharField(_("series"), max_length=10, unique=True)
    kind = models.CharField(_("document"), max_length=15, choices=DocumentKind.choices)
    last_number = models.PositiveIntegerField(_("last number"), default=0, editable=False)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta(Entity.Meta):
        verbose_name = _("series")
        verbose_name_plural = _("series")
        constraints = [known_values("kind", DocumentKind, "series_kind_known")]

    def __str__(self) -> str:
        return self.code


class FiscalDocument(Entity):
    """A boleta, a factura, or the credit note that takes one back."""

    series = models.ForeignKey(
        Series, on_delete=models.PROTECT, related_name="documents", verbose_name=_("series")
    )
    sequence = models.PositiveIntegerField(_("number"))
    kind = models.CharField(_("document"), max_length=15, choices=DocumentKind.choices)
    order = models.ForeignKey(
        Order, on_delete=models.PROTECT, related_name="fiscal_documents", verbose_name=_("order")
    )
    refund = models.OneToOneField(
        Refund,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="credit_note",
        verbose_name=_("refund"),
    )
    corrects = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="corrections",
        verbose_name=_("corrects"),
    )
    customer_name = models.CharField(_("customer"), max_length=255)
    customer_document = models.CharField(_("document number"), max_length=20, blank=True)
    customer_address = models.CharField(_("address"), max_length=500, blank=True)
    currency = CurrencyField(_("currency"))
    net = MoneyField(_("net"))
    tax = MoneyField(_("tax"))
    total = MoneyField(_("total"))
    lines = models.JSONField(_("lines"), default=list)
    issued_at = models.DateTimeField(_("issued"))

    class Meta(Entity.Meta):
        verbose_name = _("fiscal document")
        verbose_name_plural = _("fiscal documents")
        constraints = [
            models.UniqueConstraint(fields=["series", "sequence"], name="fiscal_number_once"),
            known_values("kind", DocumentKind, "fiscal_kind_known"),
            models.CheckConstraint(condition=Q(total=F("net") + F("tax")), name="fiscal_adds_up"),
            models.CheckConstraint(condition=Q(sequence__gt=0), name="fiscal_number_positive"),
            models.CheckConstraint(
                condition=~Q(kind="credit_note") | Q(corrects__isnull=False),
                name="fiscal_credit_note_corrects",
            ),
            whole_amounts(["net", "tax", "total"], "fiscal_whole_amounts"),
        ]
        triggers = [
            *Entity.Meta.triggers,
            pgtrigger.Protect(name="no_delete", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.series_id}-{self.sequence:08d}"
