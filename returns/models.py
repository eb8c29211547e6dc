import secrets
from datetime import timedelta

import pgtrigger
from constance import config
from django.contrib.postgres.fields import ArrayField
from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Seller, User
from accounts.querysets import SellerOwnedQuerySet
from catalog.models import Variant
from core.database.models import Entity, known_values
from core.database.sql_files import read_sql
from core.database.stateful import Stateful
from core.fields import MoneyField
from core.money import ZERO
from core.states import transition_trigger
from inventory.models import Warehouse
from orders.models import Order, OrderLine
from payments.models import Refund
from payments.states import GIVEN_UP
from returns.states import CALLED_OFF, RETURN_TRANSITIONS, ReturnStatus, Settlement


class ReturnReason(models.TextChoices):
    DAMAGED = "damaged", _("arrived damaged")
    WRONG_ITEM = "wrong_item", _("not what I ordered")
    WRONG_SIZE = "wrong_size", _("does not fit")
    NOT_AS_SHOWN = "not_as_shown", _("not as shown")
    CHANGED_MIND = "changed_mind", _("changed my mind")
    OTHER = "other", _("other")


# The shop has made the mistake, and bears what it costs.
OUR_FAULT = (ReturnReason.DAMAGED, ReturnReason.WRONG_ITEM)


class ItemCondition(models.TextChoices):
    NEW = "new", _("new")
    USED = "used", _("used")
    DAMAGED = "damaged", _("damaged")


class DeductionCause(models.TextChoices):
    """Why a part of what was paid for returned units stays with the shop."""

    WEAR = "wear", _("worn")
    DAMAGE = "damage", _("damaged by the customer")
    MISSING = "missing", _("parts are missing")
    PACKAGING = "packaging", _("without its packaging")
    OTHER = "other", _("other")


class ReturnQuerySet(SellerOwnedQuerySet["Return"]):
    """Each return goes back to one seller. Lock the order before its returns."""

    def live(self) -> "ReturnQuerySet":
        return self.exclude(status__in=CALLED_OFF)

    def to_settle(self) -> "ReturnQuerySet":
        """Goods are here, and what they are worth is not on its way to the customer."""
        live = Refund.objects.filter(returns=OuterRef("pk")).exclude(state__in=GIVEN_UP)
        going = live.order_by().values("returns").values(sum=Sum("amount"))
        return self.filter(status=ReturnStatus.RECEIVED).exclude(
            amount__lte=Coalesce(Subquery(going), ZERO)
        )

    def to_answer(self) -> "ReturnQuerySet":
        return self.filter(status=ReturnStatus.REQUESTED)

    def awaited(self) -> "ReturnQuerySet":
        return self.filter(status=ReturnStatus.APPROVED)

    def overdue(self) -> "ReturnQuerySet":
        """Returns overdue by the setting's days."""
        since = timezone.now() - timedelta(days=config.RETURN_WITHIN_DAYS)
        return self.awaited().filter(answered_at__lt=since)


class Return(Stateful, Entity):
    """Goods on their way back from a customer, and how that is settled."""

    number = models.CharField(_("number"), max_length=30, unique=True)
    order = models.ForeignKey(
        Order, on_delete=models.PROTECT, related_name="returns", verbose_name=_("order")
    )
    seller = models.ForeignKey(
        Seller, on_delete=models.PROTECT, related_name="returns", verbose_name=_("seller")
    )
    status = models.CharField(
        _("status"), max_length=10, choices=ReturnStatus.choices, default=ReturnStatus.REQUESTED
    )
    reason = models.CharField(_("reason"), max_length=20, choices=ReturnReason.choices)
    notes = models.TextField(_("notes"), blank=True)
    wish = models.CharField(
        _("wish"),
        max_length=15,
        choices=Settlement.choices,
        default=Settlement.REFUND,
        db_default=Settlement.REFUND,
    )
    # One key for each form that was filled in: sent twice, it asks once.
    form_key = models.UUIDField(null=True, editable=False)
    staff_message = models.TextField(_("message to the customer"), blank=True)
    instructions = models.TextField(_("how to send it back"), blank=True, default="", db_default="")
    created_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("created by"),
    )
    # How the customer gets what the goods were worth, once somebody has decided on it.
    settlement = models.CharField(
        _("settled by"),
        max_length=15,
        choices=Settlement.choices,
        blank=True,
        default="",
        db_default="",
    )
    amount = MoneyField(_("amount"), null=True, blank=True)
    shipping_amount = MoneyField(_("of which delivery"), default=0, db_default=0)
    refunds = models.ManyToManyField(
        Refund, related_name="returns", blank=True, verbose_name=_("refunds")
    )
    warehouse = models.ForeignKey(
        Warehouse,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("warehouse"),
    )
    receipt_note = models.TextField(_("what arrived"), blank=True, default="", db_default="")
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    received_at = models.DateTimeField(_("received"), null=True, blank=True)
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)

    objects = ReturnQuerySet.as_manager()
    transitions = RETURN_TRANSITIONS

    class Meta(Entity.Meta):
        verbose_name = _("return")
        verbose_name_plural = _("returns")
        constraints = [
            known_values("status", ReturnStatus, "return_status_known"),
            known_values("reason", ReturnReason, "return_reason_known"),
            known_values("wish", Settlement, "return_wish_known"),
            models.CheckConstraint(
                condition=Q(settlement="") | Q(settlement__in=Settlement.values),
                name="return_settlement_known",
            ),
            models.CheckConstraint(
                condition=Q(amount=None)
                | Q(shipping_amount__gte=0, amount__gte=F("shipping_amount")),
                name="return_amount_holds_delivery",
            ),
            models.UniqueConstraint(
                fields=["order", "seller", "form_key"],
                condition=Q(form_key__isnull=False),
                name="return_asked_once",
            ),
        ]
        indexes = [models.Index(fields=["status", "created_at"], name="return_status_time")]
        triggers = [*Entity.Meta.triggers, transition_trigger("status", RETURN_TRANSITIONS)]

    def __str__(self) -> str:
        return self.number

    @property
    def is_our_fault(self) -> bool:
        return self.reason in OUR_FAULT


class ReturnItem(Entity):
    """
    Units of a line: requested, then received by condition.

    `asked` never changes, so the rows show both.
    """

    return_request = models.ForeignKey(
        Return, on_delete=models.CASCADE, related_name="items", verbose_name=_("return")
    )
    line = models.ForeignKey(
        OrderLine, on_delete=models.PROTECT, related_name="return_items", verbose_name=_("line")
    )
    quantity = models.PositiveIntegerField(_("quantity"))
    asked = models.PositiveIntegerField(_("asked for"), default=0, db_default=0)
    condition = models.CharField(
        _("condition"), max_length=10, choices=ItemCondition.choices, blank=True
    )
    restocked = models.PositiveIntegerField(_("back on sale"), default=0, db_default=0)
    # Which units of the line came, by their places in its allocations: that is their price.
    places = ArrayField(models.PositiveIntegerField(), default=list, db_default=[], editable=False)
    # What of their price stayed with the shop when the return was settled, and why.
    kept = MoneyField(_("kept"), default=0, db_default=0)
    kept_for = models.CharField(
        _("kept for"),
        max_length=10,
        choices=DeductionCause.choices,
        blank=True,
        default="",
        db_default="",
    )
    exchange_for = models.ForeignKey(
        Variant,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("exchange for"),
    )

    class Meta(Entity.Meta):
        verbose_name = _("returned line")
        verbose_name_plural = _("returned lines")
        constraints = [
            models.UniqueConstraint(
                fields=["return_request", "line", "condition"], name="return_item_once"
            ),
            models.CheckConstraint(
                condition=Q(quantity__gt=0) | Q(asked__gt=0), name="return_item_says_something"
            ),
            models.CheckConstraint(
                condition=Q(restocked__lte=F("quantity")), name="return_item_restocks_what_came"
            ),
            models.CheckConstraint(
                condition=Q(kept=0, kept_for="")
                | Q(kept__gt=0, kept_for__in=DeductionCause.values),
                name="return_item_keeps_for_a_cause",
            ),
            models.CheckConstraint(
                condition=Q(condition="") | Q(condition__in=ItemCondition.values),
                name="return_item_condition_known",
            ),
        ]
        triggers = [
            *Entity.Meta.triggers,
            pgtrigger.Trigger(
                name="never_more_than_delivered",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("quantity", "line_id"),
                declare=[("delivered", "integer"), ("asked", "integer")],
                func=read_sql("returns", "item_never_more_than_delivered"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.line_id}"


def _private() -> Storage:
    return storages["private"]


def _place(_photo: "ReturnPhoto", name: str) -> str:
    """An unguessable file name."""
    return f"returns/{secrets.token_hex(8)}-{name}"


class ReturnPhoto(Entity):
    """A photo of the goods, by the customer or by who received them: both see it."""

    return_request = models.ForeignKey(
        Return, on_delete=models.CASCADE, related_name="photos", verbose_name=_("return")
    )
    picture = models.FileField(_("photo"), upload_to=_place, storage=_private)
    is_by_shop = models.BooleanField(_("by the shop"), default=False, db_default=False)

    class Meta(Entity.Meta):
        verbose_name = _("photo")
        verbose_name_plural = _("photos")

    def __str__(self) -> str:
        return str(self.picture)
