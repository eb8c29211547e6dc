"""Fiscal documents. Issued ones never change; another document corrects them."""

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.database.models import Entity, append_only, known_values, whole_amounts
from core.database.sql_files import read_sql
from core.database.stateful import Stateful
from core.fields import CurrencyField, MoneyField
from core.states import transition_trigger
from invoicing.states import SUBMISSION_TRANSITIONS, SubmissionState
from orders.models import Order
from payments.models import Refund


class DocumentKind(models.TextChoices):
    RECEIPT = "receipt", _("boleta")
    INVOICE = "invoice", _("factura")
    CREDIT_NOTE = "credit_note", _("credit note")


class Series(Entity):
    """
    A gapless run of numbers, as the tax office asks: B001, F001, BC01.

    A credit note is of a series that begins with the letter of the document it takes back.
    """

    code = models.CharField(_("series"), max_length=10, unique=True)
    kind = models.CharField(_("document"), max_length=15, choices=DocumentKind.choices)
    last_number = models.PositiveIntegerField(_("last number"), default=0, editable=False)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta(Entity.Meta):
        verbose_name = _("series")
        verbose_name_plural = pgettext_lazy("several", "series")
        constraints = [known_values("kind", DocumentKind, "series_kind_known")]
        triggers = [
            *Entity.Meta.triggers,
            pgtrigger.Trigger(
                name="one_by_one",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "NEW.last_number NOT IN (OLD.last_number, OLD.last_number + 1)"
                    " OR (OLD.last_number > 0"
                    " AND (NEW.code, NEW.kind) IS DISTINCT FROM (OLD.code, OLD.kind))"
                ),
                func=read_sql("invoicing", "series_one_by_one"),
            ),
            pgtrigger.Trigger(
                name="without_gaps",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update,
                timing=pgtrigger.Deferred,
                condition=pgtrigger.Condition("NEW.last_number > 0"),
                func=read_sql("invoicing", "series_without_gaps"),
            ),
        ]

    def __str__(self) -> str:
        return self.code


class FiscalDocument(Entity):
    """
    A boleta, a factura, or the credit note that takes one back, as it was issued.

    `lines` are what `invoicing.contents` writes; their totals, tax included, add up to the total.
    """

    series = models.ForeignKey(
        Series, on_delete=models.PROTECT, related_name="documents", verbose_name=_("series")
    )
    sequence = models.PositiveIntegerField(_("number in the series"))
    number = models.CharField(_("number"), max_length=20, db_default="")
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
    # How often the order's document was replaced before this one, because the order was changed.
    revision = models.PositiveSmallIntegerField(
        _("revision"), default=0, db_default=0, editable=False
    )
    corrects = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="corrections",
        verbose_name=_("corrects"),
    )
    reason = models.CharField(_("reason"), max_length=255, db_default="", blank=True)
    issuer_name = models.CharField(_("issuer"), max_length=255, db_default="", blank=True)
    issuer_tax_id = models.CharField(_("tax number"), max_length=20, db_default="", blank=True)
    issuer_address = models.CharField(
        _("issuer's address"), max_length=500, db_default="", blank=True
    )
    customer_name = models.CharField(_("customer"), max_length=255)
    customer_document_type = models.CharField(
        _("document"), max_length=10, db_default="", blank=True
    )
    customer_document = models.CharField(_("document number"), max_length=20, blank=True)
    customer_address = models.CharField(_("address"), max_length=500, blank=True)
    currency = CurrencyField(_("currency"))
    tax_name = models.CharField(_("name of the tax"), max_length=50, db_default="IGV", blank=True)
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
            models.CheckConstraint(
                condition=Q(kind="credit_note") | Q(corrects=None, refund=None),
                name="fiscal_only_credit_notes_correct",
            ),
            models.CheckConstraint(condition=Q(net__gte=0, tax__gte=0), name="fiscal_not_negative"),
            models.UniqueConstraint(
                fields=["order", "revision"],
                condition=Q(corrects=None),
                name="fiscal_revision_once",
            ),
            whole_amounts(["net", "tax", "total"], "fiscal_whole_amounts"),
        ]
        triggers = [
            *Entity.Meta.triggers,
            *append_only(),
            pgtrigger.Trigger(
                name="next_of_its_series",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=[("series", "invoicing_series%ROWTYPE")],
                func=read_sql("invoicing", "document_next_of_its_series"),
            ),
            pgtrigger.Trigger(
                name="one_stands",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                condition=pgtrigger.Condition("NEW.corrects_id IS NULL"),
                func=read_sql("invoicing", "document_one_stands"),
            ),
            pgtrigger.Trigger(
                name="credits_no_more",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                condition=pgtrigger.Condition("NEW.corrects_id IS NOT NULL"),
                declare=[
                    ("original", "invoicing_fiscaldocument%ROWTYPE"),
                    ("credited", "invoicing_fiscaldocument.total%TYPE"),
                ],
                func=read_sql("invoicing", "document_credits_no_more"),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Submission(Stateful, Entity):
    """What the invoicing provider says of a document; there is none while documents stay here."""

    document = models.OneToOneField(
        FiscalDocument,
        on_delete=models.PROTECT,
        related_name="submission",
        verbose_name=_("fiscal document"),
    )
    state = models.CharField(
        _("status"),
        max_length=10,
        choices=SubmissionState.choices,
        default=SubmissionState.WAITING,
    )
    reference = models.CharField(_("reference"), max_length=255, blank=True)
    error = models.CharField(_("error"), max_length=255, blank=True)

    transitions = SUBMISSION_TRANSITIONS
    state_field = "state"

    class Meta(Entity.Meta):
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        constraints = [known_values("state", SubmissionState, "submission_state_known")]
        triggers = [
            *Entity.Meta.triggers,
            transition_trigger("state", SUBMISSION_TRANSITIONS),
        ]

    def __str__(self) -> str:
        return f"{self.document_id} {self.state}"
