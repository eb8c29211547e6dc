from decimal import Decimal

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField
from django_stubs_ext import StrOrPromise

from accounts.documents import DOCUMENTS
from accounts.models import Seller, User
from core.database.models import Entity, known_values, searched, whole_amounts
from core.database.sql_files import read_sql
from core.database.stateful import Stateful
from core.fields import CurrencyField, MoneyField
from core.money import ZERO
from core.states import transition_trigger
from orders.states import (
    CALLED_OFF,
    FULFILMENT_TRANSITIONS,
    ORDER_TRANSITIONS,
    PAID_FOR,
    PAYMENT_STATUS_TRANSITIONS,
    TO_FULFIL,
    UNDER_WAY,
    FulfilmentStatus,
    OrderStatus,
    PaymentStatus,
)

AWAITS_MONEY = (
    PaymentStatus.UNPAID,
    PaymentStatus.PENDING,
    PaymentStatus.AUTHORIZED,
    PaymentStatus.PARTIALLY_PAID,
)
# Who gets it, in lower case and without accents: what staff search orders by.
RECIPIENT = Func(F("recipient"), function="plain_text", output_field=models.TextField())
MAX_TAG_LENGTH = 30
MAX_TAGS = 10


def has_a_line(operation: pgtrigger.Operation) -> pgtrigger.Trigger:
    """Refuse, at the commit, an order without a line. For the tables of orders and of lines."""
    return pgtrigger.Trigger(
        name="order_has_a_line",
        when=pgtrigger.After,
        operation=operation,
        timing=pgtrigger.Deferred,
        declare=[("checked", "uuid")],
        func=read_sql("orders", "order_has_a_line"),
    )


class OrderQuerySet(models.QuerySet["Order"]):
    def locked(self) -> "OrderQuerySet":
        """Lock the rows in primary-key order."""
        return self.order_by("pk").select_for_update(of=["self"])

    def for_user(self, user: User) -> "OrderQuerySet":
        """Every order for staff who may see them; for sellers those with their lines."""
        if user.is_superuser or user.has_perm("orders.view_order"):
            return self
        own = self.model._default_manager.filter(lines__seller__in=Seller.objects.for_user(user))
        return self.filter(pk__in=own.values("pk"))

    def to_ship(self) -> "OrderQuerySet":
        """Orders with units that may be dispatched: `Order.may_ship` in SQL."""
        awaits_cash = Q(collects_on_delivery=True, payment_status__in=AWAITS_MONEY)
        return self.filter(
            Q(payment_status__in=PAID_FOR) | awaits_cash,
            status__in=TO_FULFIL,
        )


class Order(Stateful, Entity):
    """What a customer has agreed to buy, at the prices and addresses of that moment."""

    number = models.CharField(_("number"), max_length=20, unique=True)
    customer = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        db_index=False,
        related_name="orders",
        verbose_name=_("customer"),
    )
    email = models.EmailField(_("e-mail address"))
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    document_type = models.CharField(_("document"), max_length=10, blank=True)
    document_number = models.CharField(_("document number"), max_length=20, blank=True)
    # E-mail, phone, document and address as `orders.buyer_fingerprint` spells them, for the limits.
    marks = ArrayField(
        models.TextField(), default=list, db_default=[], editable=False, verbose_name=_("marks")
    )
    # A guest's word alone says whose it is, until it is paid or confirmed.
    by_guest = models.BooleanField(default=False, db_default=False, editable=False)
    # A fingerprint of where it was placed from, for the limits; no address.
    placed_from = models.CharField(max_length=32, blank=True, db_default="", editable=False)
    language = models.CharField(_("language"), max_length=10)
    status = models.CharField(
        _("status"), max_length=12, choices=OrderStatus.choices, default=OrderStatus.PENDING
    )
    payment_status = models.CharField(
        _("payment"), max_length=20, choices=PaymentStatus.choices, default=PaymentStatus.UNPAID
    )
    fulfilment_status = models.CharField(
        _("fulfilment"),
        max_length=10,
        choices=FulfilmentStatus.choices,
        default=FulfilmentStatus.NONE,
    )
    currency = CurrencyField(_("currency"))
    subtotal = MoneyField(_("subtotal"))
    discount_total = MoneyField(_("discount"), default=0)
    shipping_total = MoneyField(_("shipping"), default=0)
    tax_total = MoneyField(_("tax"), default=0)
    prices_include_tax = models.BooleanField(_("prices include tax"), default=True)
    total = MoneyField(_("total"))
    # How much of it was paid with store credit when it was placed; the ledger has the facts.
    credit_total = MoneyField(_("paid with store credit"), default=0, db_default=0)
    # Snapshots: methods may be renamed or deleted, the order stays what it was.
    shipping_method_code = models.CharField(
        max_length=50, blank=True, verbose_name=_("shipping method code")
    )
    shipping_method_name = models.CharField(_("shipping method"), max_length=150, blank=True)
    promised_from = models.DateField(_("promised from"), null=True, blank=True)
    promised_to = models.DateField(_("promised to"), null=True, blank=True)
    payment_method_code = models.CharField(
        max_length=50, blank=True, verbose_name=_("payment method code")
    )
    payment_method_name = models.CharField(_("payment method"), max_length=150, blank=True)
    # What the customer was told to do: the shop's account may be another one tomorrow.
    payment_instructions = models.TextField(_("how to pay"), blank=True, db_default="")
    collects_on_delivery = models.BooleanField(_("collects on delivery"), default=False)
    coupon_code = models.CharField(_("coupon"), max_length=50, blank=True)
    customer_note = models.TextField(_("customer's note"), blank=True)
    staff_note = models.TextField(_("staff note"), blank=True)
    # Words of the shop's own, by which staff find orders again; shoppers never see them.
    tags = ArrayField(
        models.CharField(max_length=MAX_TAG_LENGTH),
        default=list,
        # Also for processes of the release before, which know no tags.
        db_default=[],
        blank=True,
        editable=False,
        verbose_name=_("tags"),
    )
    # The priced basket as it was computed: each figure with its reason.
    pricing = models.JSONField(default=dict, editable=False, verbose_name=_("pricing"))
    placed_at = models.DateTimeField(_("placed"), db_default=Now())
    expires_at = models.DateTimeField(_("held until"), null=True, blank=True)
    paid_at = models.DateTimeField(_("paid"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, blank=True)
    completed_at = models.DateTimeField(_("completed"), null=True, blank=True)

    objects = OrderQuerySet.as_manager()
    transitions = ORDER_TRANSITIONS

    class Meta(Entity.Meta):
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        constraints = [
            known_values("status", OrderStatus, "order_status_known"),
            known_values("payment_status", PaymentStatus, "order_payment_status_known"),
            known_values("fulfilment_status", FulfilmentStatus, "order_fulfilment_status_known"),
            models.CheckConstraint(
                condition=Q(
                    prices_include_tax=True,
                    total=F("subtotal") - F("discount_total") + F("shipping_total"),
                )
                | Q(
                    prices_include_tax=False,
                    total=F("subtotal")
                    - F("discount_total")
                    + F("shipping_total")
                    + F("tax_total"),
                ),
                name="order_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(
                    subtotal__gte=0,
                    discount_total__gte=0,
                    shipping_total__gte=0,
                    tax_total__gte=0,
                    total__gte=0,
                ),
                name="order_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(credit_total__gte=0), name="order_credit_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(number__regex=r"^PED-[0-9]{8}-[0-9]{4,}$"), name="order_number_shape"
            ),
            models.CheckConstraint(condition=Q(tags__len__lte=MAX_TAGS), name="order_tags_few"),
            whole_amounts(
                ["subtotal", "discount_total", "shipping_total", "tax_total", "total"],
                "order_whole_amounts",
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "status"], name="order_customer_status"),
            models.Index(fields=["status", "created_at"], name="order_status_time"),
            models.Index(fields=["payment_status", "created_at"], name="order_payment_time"),
            models.Index(fields=["-placed_at", "-id"], name="order_newest"),
            models.Index(fields=["paid_at"], name="order_paid_time"),
            models.Index(fields=["expires_at"], name="order_expiry", condition=Q(status="pending")),
            models.Index(fields=["email"], name="order_email"),
            models.Index(
                fields=["placed_from"],
                name="order_open_place",
                condition=Q(status="pending") & ~Q(placed_from=""),
            ),
            GinIndex(fields=["marks"], name="order_marks"),
            GinIndex(fields=["tags"], name="order_tags"),
            # The tags in use are those of the latest orders that have any.
            models.Index(fields=["-placed_at"], name="order_tagged", condition=~Q(tags=[])),
            searched("number", "order_number_searched"),
            searched("email", "order_email_searched"),
        ]
        triggers = [
            *Entity.Meta.triggers,
            transition_trigger("status", ORDER_TRANSITIONS),
            transition_trigger("payment_status", PAYMENT_STATUS_TRANSITIONS),
            transition_trigger("fulfilment_status", FULFILMENT_TRANSITIONS),
            has_a_line(pgtrigger.Insert),
        ]

    @property
    def document_name(self) -> StrOrPromise:
        """What the customer's document is called; empty without one."""
        document = DOCUMENTS.get(self.document_type)
        return document.label if document else ""

    @property
    def delivery_country(self) -> str:
        """Where it goes, as its addresses say; empty if it has none."""
        found = (a.country for a in self.addresses.all() if a.kind == AddressKind.SHIPPING)
        return str(next(found, ""))

    def __str__(self) -> str:
        return self.number

    @property
    def awaits_rest(self) -> bool:
        """Not paid in full yet, and not given up: some pay at the door."""
        return self.paid_at is None and self.status not in CALLED_OFF

    @property
    def rest_total(self) -> Decimal:
        """What store credit did not pay of it when it was placed."""
        rest: Decimal = max(self.total - self.credit_total, ZERO)
        return rest

    @property
    def may_ship(self) -> bool:
        """A sale that is paid, or to be collected at the door, as `to_ship` finds them."""
        if self.status not in TO_FULFIL:
            return False
        awaits_cash = self.collects_on_delivery and self.payment_status in AWAITS_MONEY
        return self.payment_status in PAID_FOR or awaits_cash

    @property
    def awaits_confirmation(self) -> bool:
        """Cash on delivery that the buyer has not confirmed yet."""
        return self.collects_on_delivery and self.status == OrderStatus.PENDING

    @property
    def owes_difference(self) -> bool:
        """A sale that was paid, then changed: the rest is due before it may leave."""
        is_sale = self.status in TO_FULFIL
        is_open = self.payment_status == PaymentStatus.PARTIALLY_PAID
        return is_sale and is_open and not self.collects_on_delivery

    @property
    def is_to_come(self) -> bool:
        """Something of it is still promised for a day."""
        over = (FulfilmentStatus.DELIVERED, FulfilmentStatus.RETURNED, FulfilmentStatus.LOST)
        is_on = self.status in UNDER_WAY
        return is_on and self.promised_to is not None and self.fulfilment_status not in over


class OrderDay(models.Model):
    """The sequence value that is number 0001 of a day: numbers start again without a lock."""

    day = models.DateField(primary_key=True)
    first_value = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.day}: {self.first_value}"


class AddressKind(models.TextChoices):
    SHIPPING = "shipping", _("delivery")
    BILLING = "billing", _("billing")


class OrderAddress(Entity):
    """A frozen copy of where the order goes, or of whom the bill names."""

    order = models.ForeignKey(
        Order,
        on_delete=models.CASCADE,
        db_index=False,
        related_name="addresses",
        verbose_name=_("order"),
    )
    kind = models.CharField(_("kind"), max_length=10, choices=AddressKind.choices)
    recipient = models.CharField(_("recipient"), max_length=200)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    street = models.CharField(_("street and number"), max_length=255)
    district = models.CharField(_("district"), max_length=100, blank=True)
    city = models.CharField(_("city"), max_length=100)
    region = models.CharField(_("state or region"), max_length=100, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=20, blank=True)
    country = CountryField(_("country"))
    ubigeo = models.CharField(_("ubigeo"), max_length=6, blank=True)
    reference = models.CharField(_("reference"), max_length=255, blank=True)

    class Meta(Entity.Meta):
        verbose_name = _("order address")
        verbose_name_plural = _("order addresses")
        constraints = [
            models.UniqueConstraint(fields=["order", "kind"], name="order_address_once"),
            known_values("kind", AddressKind, "order_address_kind_known"),
        ]
        indexes = [
            GinIndex(OpClass(RECIPIENT, name="gin_trgm_ops"), name="order_recipient_trigrams")
        ]

    def __str__(self) -> str:
        parts = (self.recipient, self.street, self.district, self.city)
        return ", ".join(dict.fromkeys(part for part in parts if part))
