import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.db import Entity, append_only
from core.fields import CurrencyField, MoneyField


class StoreCredit(Entity):
    """What the shop owes a customer in goods. The balance is the sum of the entries."""

    number = models.CharField(_("number"), max_length=30, unique=True)
    user = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="store_credits", verbose_name=_("user")
    )
    currency = CurrencyField(_("currency"))
    balance = MoneyField(_("balance"), default=0, editable=False)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)

    class Meta(Entity.Meta):
        verbose_name = _("store credit")
        verbose_name_plural = _("store credits")
        constraints = [
            models.CheckConstraint(
                condition=Q(balance__gte=0), name="store_credit_never_overdrawn"
            ),
        ]
        triggers = [
            *Entity.Meta.triggers,
            pgtrigger.Trigger(
                name="by_entries",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("balance"),
                condition=pgtrigger.Condition("OLD.balance IS DISTINCT FROM NEW.balance"),
                func="""
                    IF pg_trigger_depth() < 2 THEN
                        RAISE EXCEPTION 'a balance changes by entries alone'
                            USING ERRCODE = 'check_violation',
                                  CONSTRAINT = 'store_credit_by_entries';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.number


class StoreCreditEntry(Entity):
    credit = models.ForeignKey(
        StoreCredit, on_delete=models.PROTECT, related_name="entries", verbose_name=_("credit")
    )
    amount = MoneyField(_("amount"))
    reference = models.UUIDField(_("reference"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=255, blank=True)
    actor = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )

    class Meta(Entity.Meta):
        verbose_name = _("store credit entry")
        verbose_name_plural = _("store credit entries")
        constraints = [
            models.CheckConstraint(condition=~Q(amount=0), name="store_credit_entry_not_empty"),
        ]
        triggers = [
            append_only(),
            pgtrigger.Trigger(
                name="apply",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                func="""
                    UPDATE payments_storecredit SET balance = balance + NEW.amount
                    WHERE id = NEW.credit_id;
                    RETURN NULL;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount:+} on {self.credit_id}"
