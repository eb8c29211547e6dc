from datetime import datetime
from uuid import UUID

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.database.models import (
    Entity,
    append_only_but_erasable,
    known_values,
    undeletable,
    whole_amounts,
)
from core.database.sql_files import read_sql
from core.database.stateful import Stateful
from core.fields import CurrencyField, MoneyField
from core.states import transition_trigger
from payments.models.person import acting_user
from payments.states import CREDIT_REQUEST_TRANSITIONS, CreditRequestState


class StoreCreditQuerySet(models.QuerySet["StoreCredit"]):
    def usable(self, user_id: UUID, now: datetime) -> "StoreCreditQuerySet":
        """What a customer can pay with at that time."""
        lasting = Q(expires_at=None) | Q(expires_at__gt=now)
        return self.filter(lasting, user=user_id, balance__gt=0)

    def ended(self, now: datetime) -> "StoreCreditQuerySet":
        """Expired credits that are not written off yet."""
        return self.filter(expires_at__lte=now, balance__gt=0)

    def locked(self) -> "StoreCreditQuerySet":
        """Lock the rows in primary-key order, after orders, payments and stock."""
        return self.order_by("pk").select_for_update(of=["self"])


class StoreCredit(Entity):
    """What the shop owes a customer in goods. The balance is the sum of the entries."""

    # What it was granted for: the same cause grants once.
    reference = models.UUIDField(_("reference"), null=True, blank=True, editable=False)
    number = models.CharField(_("number"), max_length=30, unique=True)
    user = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="store_credits", verbose_name=_("user")
    )
    currency = CurrencyField(_("currency"))
    balance = MoneyField(_("balance"), default=0, editable=False)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    # When its customer was written to of what staff have given.
    told_at = models.DateTimeField(_("told by mail"), null=True, blank=True, editable=False)

    objects = StoreCreditQuerySet.as_manager()

    class Meta(Entity.Meta):
        verbose_name = _("store credit")
        verbose_name_plural = _("store credits")
        constraints = [
            models.CheckConstraint(
                condition=Q(balance__gte=0), name="store_credit_never_overdrawn"
            ),
            whole_amounts(["balance"], "store_credit_whole_amounts"),
            models.UniqueConstraint(
                fields=["reference"],
                condition=Q(reference__isnull=False),
                name="store_credit_granted_once",
            ),
        ]
        triggers = [
            *Entity.Meta.triggers,
            *undeletable(),
            pgtrigger.Trigger(
                name="sum_of_entries",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("balance"),
                timing=pgtrigger.Deferred,
                func=read_sql("payments", "credit_sum_of_entries"),
            ),
            pgtrigger.Trigger(
                name="by_entries",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("balance"),
                condition=pgtrigger.Condition("OLD.balance IS DISTINCT FROM NEW.balance"),
                func=read_sql("payments", "credit_by_entries"),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class CreditRequest(Stateful, Entity):
    """
    Store credit above one person's limit: a second person approves it.

    The approved credit has this key as its reference.
    """

    number = models.CharField(_("number"), max_length=30, unique=True)
    user = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name=_("customer")
    )
    currency = CurrencyField(_("currency"))
    amount = MoneyField(_("amount"))
    reason = models.CharField(_("reason"), max_length=255, blank=True)
    state = models.CharField(
        _("status"),
        max_length=10,
        choices=CreditRequestState.choices,
        default=CreditRequestState.REQUESTED,
    )
    requested_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name=_("requested by")
    )
    decided_by = acting_user(_("decided by"))
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    transitions = CREDIT_REQUEST_TRANSITIONS
    state_field = "state"
    saved_with_state = ("decided_by", "decided_at")

    class Meta(Entity.Meta):
        verbose_name = _("request for store credit")
        verbose_name_plural = _("requests for store credit")
        constraints = [
            known_values("state", CreditRequestState, "credit_request_state_known"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="credit_request_positive"),
            whole_amounts(["amount"], "credit_request_whole_amounts"),
            models.CheckConstraint(
                condition=~Q(state="approved")
                | Q(decided_by__isnull=False)
                & ~Q(decided_by=F("requested_by"))
                & ~Q(decided_by=F("user")),
                name="credit_request_second_person",
            ),
        ]
        indexes = [models.Index(fields=["state", "created_at"], name="credit_request_state_time")]
        triggers = [*Entity.Meta.triggers, transition_trigger("state", CREDIT_REQUEST_TRANSITIONS)]

    def __str__(self) -> str:
        return self.number


class EntryKind(models.TextChoices):
    GRANTED = "granted", _("granted")
    SPENT = "spent", _("spent on an order")
    RETURNED = "returned", _("given back")
    EXPIRED = "expired", _("run out")


class StoreCreditEntry(Entity):
    """One movement of a credit. `reference` is the payment that spent it, or the refund."""

    credit = models.ForeignKey(
        StoreCredit, on_delete=models.PROTECT, related_name="entries", verbose_name=_("credit")
    )
    kind = models.CharField(
        _("kind"),
        max_length=10,
        choices=EntryKind.choices,
        default=EntryKind.GRANTED,
        db_default=EntryKind.GRANTED,
    )
    amount = MoneyField(_("amount"))
    reference = models.UUIDField(_("reference"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=255, blank=True)
    actor = acting_user(_("by"))

    class Meta(Entity.Meta):
        verbose_name = _("store credit entry")
        verbose_name_plural = _("store credit entries")
        constraints = [
            models.CheckConstraint(condition=~Q(amount=0), name="store_credit_entry_not_empty"),
            known_values("kind", EntryKind, "store_credit_entry_kind_known"),
            models.CheckConstraint(
                condition=Q(kind__in=["granted", "returned"], amount__gt=0)
                | Q(kind__in=["spent", "expired"], amount__lt=0),
                name="store_credit_entry_sign",
            ),
            models.UniqueConstraint(
                fields=["credit", "kind", "reference"],
                condition=Q(reference__isnull=False),
                name="store_credit_entry_once",
            ),
        ]
        triggers = [
            *append_only_but_erasable("note"),
            pgtrigger.Trigger(
                name="apply",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                func=read_sql("payments", "credit_entry_apply"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount:+} on {self.credit_id}"
