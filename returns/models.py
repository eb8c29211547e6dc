import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Seller, User
from accounts.querysets import SellerOwnedQuerySet
from core.db import Entity, known_values
from core.states import transition_trigger
from orders.models import Order, OrderLine
from payments.models import Refund, StoreCredit
from returns.states import RETURN_TRANSITIONS, ReturnStatus


class ReturnReason(models.TextChoices):
    DAMAGED = "damaged", _("arrived damaged")
    WRONG_ITEM = "wrong_item", _("not what I ordered")
    WRONG_SIZE = "wrong_size", _("does not fit")
    NOT_AS_SHOWN = "not_as_shown", _("not as shown")
    CHANGED_MIND = "changed_mind", _("changed my mind")
    OTHER = "other", _("other")


class ItemCondition(models.TextChoices):
    NEW = "new", _("new")
    USED = "used", _("used")
    DAMAGED = "damaged", _("damaged")


class ReturnQuerySet(SellerOwnedQuerySet["Return"]):
    """Each return goes back to one seller."""


class Return(Entity):
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
    staff_message = models.TextField(_("message to the customer"), blank=True)
    created_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("created by"),
    )
    refund = models.ForeignKey(
        Refund,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="returns",
        verbose_name=_("refund"),
    )
    store_credit = models.ForeignKey(
        StoreCredit,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="returns",
        verbose_name=_("store credit"),
    )
    received_at = models.DateTimeField(_("received"), null=True, blank=True)

    objects = ReturnQuerySet.as_manager()

    class Meta(Entity.Meta):
        verbose_name = _("return")
        verbose_name_plural = _("returns")
        constraints = [
            known_values("status", ReturnStatus, "return_status_known"),
            known_values("reason", ReturnReason, "return_reason_known"),
        ]
        indexes = [models.Index(fields=["status", "created_at"], name="return_status_time")]
        triggers = [*Entity.Meta.triggers, transition_trigger("status", RETURN_TRANSITIONS)]

    def __str__(self) -> str:
        return self.number


class ReturnItem(Entity):
    return_request = models.ForeignKey(
        Return, on_delete=models.CASCADE, related_name="items", verbose_name=_("return")
    )
    line = models.ForeignKey(
        OrderLine, on_delete=models.PROTECT, related_name="return_items", verbose_name=_("line")
    )
    quantity = models.PositiveIntegerField(_("quantity"))
    condition = models.CharField(
        _("condition"), max_length=10, choices=ItemCondition.choices, blank=True
    )

    class Meta(Entity.Meta):
        verbose_name = _("returned line")
        verbose_name_plural = _("returned lines")
        constraints = [
            models.UniqueConstraint(
                fields=["return_request", "line", "condition"], name="return_item_once"
            ),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="return_item_not_empty"),
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
                func="""
                    SELECT delivered_quantity INTO delivered
                    FROM orders_orderline WHERE id = NEW.line_id FOR UPDATE;
                    SELECT SUM(i.quantity) INTO asked
                    FROM returns_returnitem i JOIN returns_return r ON r.id = i.return_request_id
                    WHERE i.line_id = NEW.line_id AND r.status <> 'rejected';
                    IF asked > delivered THEN
                        RAISE EXCEPTION 'more units returned than delivered'
                            USING ERRCODE = 'check_violation',
                                  CONSTRAINT = 'return_item_within_delivered';
                    END IF;
                    RETURN NULL;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.line_id}"


class ReturnPhoto(Entity):
    return_request = models.ForeignKey(
        Return, on_delete=models.CASCADE, related_name="photos", verbose_name=_("return")
    )
    picture = models.ImageField(_("photo"), upload_to="returns/%Y/%m/")

    class Meta(Entity.Meta):
        verbose_name = _("photo")
        verbose_name_plural = _("photos")

    def __str__(self) -> str:
        return str(self.picture)
