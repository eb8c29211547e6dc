import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.database.models import Entity, append_only, known_values, whole_amounts
from core.database.sql_files import read_sql
from core.fields import CurrencyField, MoneyField
from core.formats import money
from payments.models.payment import Payment


class LedgerKind(models.TextChoices):
    CAPTURE = "capture", _("capture")
    REFUND = "refund", _("refund")
    REFUND_REVERSAL = "refund_reversal", _("refund given back")
    CHARGEBACK = "chargeback", _("chargeback")
    CHARGEBACK_REVERSAL = "chargeback_reversal", _("chargeback given back")


class LedgerEntry(Entity):
    """A fact about money as its provider told it: written once, whatever order the news came in."""

    payment = models.ForeignKey(
        Payment, on_delete=models.PROTECT, related_name="ledger", verbose_name=_("payment")
    )
    provider = models.CharField(_("provider"), max_length=30)
    kind = models.CharField(_("kind"), max_length=20, choices=LedgerKind.choices)
    reference = models.CharField(_("reference"), max_length=255)
    amount = MoneyField(_("amount"))
    currency = CurrencyField(_("currency"))
    # What the provider said, where it was asked in another currency.
    provider_amount = MoneyField(_("at the provider"), null=True, blank=True)
    provider_currency = CurrencyField(_("provider's currency"), blank=True, db_default="")
    # False if amount, currency or reference differ from the request: staff decide.
    is_accepted = models.BooleanField(_("accepted"), default=True)
    occurred_at = models.DateTimeField(_("when"))

    class Meta(Entity.Meta):
        verbose_name = _("ledger entry")
        verbose_name_plural = _("money ledger")
        constraints = [
            known_values("kind", LedgerKind, "ledger_kind_known"),
            models.UniqueConstraint(fields=["provider", "kind", "reference"], name="ledger_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="ledger_positive"),
            whole_amounts(["amount"], "ledger_whole_amounts"),
        ]
        indexes = [models.Index(fields=["occurred_at"], name="ledger_time")]
        triggers = [
            *append_only(),
            pgtrigger.Trigger(
                name="add_up",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                func=read_sql("payments", "ledger_entry_apply"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {money(self.amount, self.currency)}"
