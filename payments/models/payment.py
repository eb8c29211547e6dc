from decimal import Decimal
from uuid import UUID

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from core.database.models import Entity, known_values, searched, undeletable, whole_amounts
from core.database.stateful import Stateful
from core.fields import CurrencyField, MoneyField
from core.money import ZERO
from core.states import transition_trigger
from orders.models import Order
from payments.models.method import PaymentMethod
from payments.states import LIVE_STATES, PAYMENT_TRANSITIONS, PaymentState


class PaymentQuerySet(models.QuerySet["Payment"]):
    def live(self) -> "PaymentQuerySet":
        return self.filter(state__in=LIVE_STATES)

    def with_room(self, amount: Decimal | F) -> "PaymentQuerySet":
        """Payments with at least this much left to refund: `Payment.room` in SQL."""
        gone = F("refund_reserved") + Greatest(F("charged_back"), ZERO)
        return self.filter(captured__gte=gone + amount)

    def locked(self) -> "PaymentQuerySet":
        """Lock the rows in primary-key order. The order's row is locked before."""
        return self.order_by("pk").select_for_update(of=["self"])

    def lock_with_order(self, payment_id: UUID) -> "Payment":
        """The payment, locked after its order."""
        order_id = self.values_list("order_id", flat=True).get(pk=payment_id)
        Order.objects.locked().get(pk=order_id)
        return self.locked().get(pk=payment_id)


class Payment(Stateful, Entity):
    """
    One attempt to pay for an order at one gateway. There may be many.

    The ledger records what happened to the money; the database maintains its sums in `captured`,
    `refunded` and `charged_back`. Of a card only the brand and at most the last four digits are
    stored.
    """

    number = models.CharField(_("number"), max_length=30, unique=True)
    order = models.ForeignKey(
        Order, on_delete=models.PROTECT, related_name="payments", verbose_name=_("order")
    )
    method = models.ForeignKey(
        PaymentMethod,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="payments",
        verbose_name=_("method"),
    )
    gateway = models.CharField(_("gateway"), max_length=30)
    gateway_id = models.CharField(_("id at the gateway"), max_length=255, blank=True)
    gateway_reference = models.CharField(_("transaction"), max_length=255, blank=True)
    redirect_url = models.URLField(
        max_length=2000, blank=True, editable=False, verbose_name=_("payment page")
    )
    idempotency_key = models.CharField(
        max_length=64, editable=False, verbose_name=_("idempotency key")
    )
    amount = MoneyField(_("amount"))
    currency = CurrencyField(_("currency"))
    # What the provider was asked for, where it does not take the shop's currency.
    quoted_amount = MoneyField(_("quoted amount"), null=True, blank=True)
    quoted_currency = CurrencyField(_("quoted currency"), blank=True)
    quoted_rate = models.DecimalField(
        _("rate"), max_digits=16, decimal_places=8, null=True, blank=True
    )
    state = models.CharField(
        _("status"), max_length=12, choices=PaymentState.choices, default=PaymentState.CREATING
    )
    captured = MoneyField(_("captured"), default=0, editable=False)
    refunded = MoneyField(_("refunded"), default=0, editable=False)
    refund_reserved = MoneyField(_("in refunds"), default=0, editable=False)
    # What banks have taken back, less what they returned.
    charged_back = MoneyField(_("charged back"), default=0, db_default=0, editable=False)
    fee = MoneyField(_("commission"), null=True, blank=True)
    card_brand = models.CharField(_("card"), max_length=20, blank=True)
    card_last4 = models.CharField(_("last four"), max_length=4, blank=True)
    bank_reference = models.CharField(_("bank reference"), max_length=100, blank=True)
    error_code = models.CharField(_("error code"), max_length=100, blank=True)
    error_message = models.CharField(_("error"), max_length=255, blank=True)
    metadata = models.JSONField(default=dict, blank=True, verbose_name=_("further data"))
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    captured_at = models.DateTimeField(_("captured at"), null=True, blank=True)
    checked_at = models.DateTimeField(_("last asked"), null=True, blank=True)

    objects = PaymentQuerySet.as_manager()
    transitions = PAYMENT_TRANSITIONS
    state_field = "state"

    class Meta(Entity.Meta):
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        constraints = [
            # `unique=True` would add a second index, for LIKE.
            models.UniqueConstraint(
                fields=["idempotency_key"], name="payments_payment_idempotency_key_key"
            ),
            known_values("state", PaymentState, "payment_state_known"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_positive"),
            models.CheckConstraint(
                condition=Q(refund_reserved__gte=0, refund_reserved__lte=F("captured")),
                name="payment_refunds_within_captured",
            ),
            models.CheckConstraint(
                condition=Q(captured__gte=0, refunded__gte=0), name="payment_sums_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(card_last4__regex=r"^[0-9]{0,4}$"), name="payment_card_last_four_only"
            ),
            models.CheckConstraint(
                condition=~Q(state="captured") | Q(captured__gt=0),
                name="payment_captured_has_money",
            ),
            models.UniqueConstraint(
                fields=["order"],
                condition=Q(state__in=[str(state) for state in LIVE_STATES])
                & ~Q(gateway="store_credit"),
                name="payment_one_live_per_order",
            ),
            models.UniqueConstraint(
                fields=["gateway", "gateway_id"],
                condition=~Q(gateway_id=""),
                name="payment_gateway_id_once",
            ),
            models.UniqueConstraint(
                fields=["bank_reference"],
                condition=~Q(bank_reference=""),
                name="payment_bank_reference_once",
            ),
            whole_amounts(["amount", "captured", "refunded"], "payment_whole_amounts"),
        ]
        indexes = [
            models.Index(fields=["gateway", "order"], name="payment_gateway_order"),
            models.Index(
                fields=["checked_at"],
                name="payment_to_ask",
                condition=Q(state__in=[str(state) for state in LIVE_STATES]),
            ),
            models.Index(fields=["state", "created_at"], name="payment_state_time"),
            models.Index(
                fields=["gateway_reference"],
                name="payment_gateway_reference",
                condition=~Q(gateway_reference=""),
            ),
            searched("number", "payment_number_searched"),
            searched("gateway_id", "payment_gateway_id_searched"),
            searched("gateway_reference", "payment_reference_searched"),
        ]
        triggers = [
            *Entity.Meta.triggers,
            *undeletable(),
            transition_trigger("state", PAYMENT_TRANSITIONS),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_live(self) -> bool:
        return self.state in LIVE_STATES

    @property
    def asked(self) -> tuple[Decimal, str]:
        """The amount and the currency that the provider is to take."""
        if self.quoted_amount is None:
            return self.amount, self.currency
        return self.quoted_amount, self.quoted_currency

    @property
    def room(self) -> Decimal:
        """The refundable amount; below 0 if a bank took what refunds had promised."""
        room: Decimal = self.captured - self.refund_reserved - max(self.charged_back, ZERO)
        return room
