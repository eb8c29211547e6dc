import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.database.models import Entity, known_values, undeletable, whole_amounts
from core.database.stateful import Stateful
from core.fields import CurrencyField, MoneyField
from core.states import transition_trigger
from payments.models.payment import Payment
from payments.models.person import acting_user
from payments.states import (
    DISPUTE_TRANSITIONS,
    DISPUTES_OPEN,
    REFUND_TRANSITIONS,
    DisputeState,
    RefundState,
)


class RefundDestination(models.TextChoices):
    PAYMENT = "payment", _("the way it was paid")
    CREDIT = "credit", _("store credit")


class Refund(Stateful, Entity):
    """Money on its way back. Somebody asks, somebody else approves; the shop itself may do both."""

    number = models.CharField(_("number"), max_length=30, unique=True)
    payment = models.ForeignKey(
        Payment, on_delete=models.PROTECT, related_name="refunds", verbose_name=_("payment")
    )
    amount = MoneyField(_("amount"))
    currency = CurrencyField(_("currency"))
    # What the provider is asked for, where it was paid in another currency.
    provider_amount = MoneyField(_("at the provider"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=255)
    state = models.CharField(
        _("status"), max_length=10, choices=RefundState.choices, default=RefundState.REQUESTED
    )
    # Store credit returns as store credit; other money only if the customer agrees.
    destination = models.CharField(
        _("goes back as"),
        max_length=10,
        choices=RefundDestination.choices,
        default=RefundDestination.PAYMENT,
        db_default=RefundDestination.PAYMENT,
    )
    is_automatic = models.BooleanField(_("by the shop itself"), default=False)
    # The order became cheaper: the refund leaves no balance due, and staff decide on it.
    follows_change = models.BooleanField(
        _("for a changed order"), default=False, db_default=False, editable=False
    )
    requested_by = acting_user(_("requested by"))
    approved_by = acting_user(_("approved by"))
    # Why it goes although the customer's bank asks for the same money.
    despite_dispute = models.CharField(
        _("although it is disputed"), max_length=255, blank=True, db_default="", editable=False
    )
    # A super administrator may approve their own request; the approval is logged.
    is_self_approved = models.BooleanField(_("approved by the requester"), default=False)
    idempotency_key = models.CharField(
        max_length=64, unique=True, editable=False, verbose_name=_("idempotency key")
    )
    # The capture that it gives back, by its reference in the ledger.
    capture_reference = models.CharField(
        _("of the capture"), max_length=255, blank=True, db_default="", editable=False
    )
    gateway_reference = models.CharField(_("transaction"), max_length=255, blank=True)
    error_message = models.CharField(_("error"), max_length=255, blank=True)
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)
    completed_at = models.DateTimeField(_("completed"), null=True, blank=True)

    transitions = REFUND_TRANSITIONS
    state_field = "state"

    class Meta(Entity.Meta):
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        constraints = [
            known_values("state", RefundState, "refund_state_known"),
            known_values("destination", RefundDestination, "refund_destination_known"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="refund_positive"),
            models.CheckConstraint(
                condition=Q(provider_amount__isnull=True) | Q(provider_amount__gt=0),
                name="refund_positive_at_provider",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None)
                | Q(requested_by=None)
                | ~Q(approved_by=F("requested_by"))
                | Q(is_self_approved=True),
                name="refund_second_person",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["requested", "rejected", "external"])
                | Q(is_automatic=True)
                | Q(approved_by__isnull=False),
                name="refund_approved_before_sent",
            ),
            whole_amounts(["amount"], "refund_whole_amounts"),
        ]
        indexes = [models.Index(fields=["state", "created_at"], name="refund_state_time")]
        triggers = [
            *Entity.Meta.triggers,
            *undeletable(),
            transition_trigger("state", REFUND_TRANSITIONS),
            pgtrigger.ReadOnly(name="fixed", fields=["payment", "amount", "currency"]),
        ]

    def __str__(self) -> str:
        return self.number


class DisputeQuerySet(models.QuerySet["Dispute"]):
    def open(self) -> "DisputeQuerySet":
        """Disputes that the bank has not decided."""
        return self.filter(state__in=DISPUTES_OPEN)

    def to_answer(self) -> "DisputeQuerySet":
        """Disputes that wait for the shop's answer."""
        return self.filter(state__in=[DisputeState.OPENED, DisputeState.NEEDS_RESPONSE])


class Dispute(Entity):
    """The cardholder's bank asks for the money back."""

    payment = models.ForeignKey(
        Payment, on_delete=models.PROTECT, related_name="disputes", verbose_name=_("payment")
    )
    provider = models.CharField(_("provider"), max_length=30)
    reference = models.CharField(_("reference"), max_length=255)
    state = models.CharField(
        _("status"), max_length=15, choices=DisputeState.choices, default=DisputeState.OPENED
    )
    amount = MoneyField(_("amount"))
    currency = CurrencyField(_("currency"))
    reason = models.CharField(_("reason"), max_length=255, blank=True)
    respond_by = models.DateTimeField(_("respond by"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    objects = DisputeQuerySet.as_manager()

    class Meta(Entity.Meta):
        verbose_name = _("dispute")
        verbose_name_plural = _("disputes")
        constraints = [
            known_values("state", DisputeState, "dispute_state_known"),
            models.UniqueConstraint(fields=["provider", "reference"], name="dispute_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="dispute_positive"),
        ]
        triggers = [
            *Entity.Meta.triggers,
            *undeletable(),
            transition_trigger("state", DISPUTE_TRANSITIONS),
        ]

    def __str__(self) -> str:
        return self.reference
