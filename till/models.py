"""The tills of the shop's counters, their sessions, and every sale and movement of cash."""

from decimal import Decimal

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from core.database.models import Entity, append_only, known_values, undeletable, whole_amounts
from core.database.sql_files import read_sql
from core.fields import CurrencyField, MoneyField
from orders.models import Order
from shipping.models import MethodKind, ShippingMethod


class Till(Entity):
    """A drawer with cash at a counter where orders are handed over at once."""

    name = models.CharField(_("name"), max_length=50, unique=True)
    shop = models.ForeignKey(
        ShippingMethod,
        on_delete=models.PROTECT,
        limit_choices_to={"kind": MethodKind.PICKUP},
        related_name="+",
        verbose_name=_("shop"),
        help_text=_("The pickup whose warehouse the goods leave."),
    )
    is_active = models.BooleanField(_("active"), default=True)

    class Meta(Entity.Meta):
        verbose_name = _("till")
        verbose_name_plural = _("tills")

    def __str__(self) -> str:
        return self.name


class TillSession(Entity):
    """A person at a till, from the counted cash of the opening to that of the closing."""

    till = models.ForeignKey(
        Till, on_delete=models.PROTECT, related_name="sessions", verbose_name=_("till")
    )
    cashier = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name=_("cashier")
    )
    currency = CurrencyField(_("currency"))
    opening = MoneyField(_("cash at the opening"))
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    expected = MoneyField(_("cash by the entries"), null=True, blank=True)
    counted = MoneyField(_("cash counted"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=255, blank=True)

    class Meta(Entity.Meta):
        db_table = "till_session"
        verbose_name = _("till session")
        verbose_name_plural = _("till sessions")
        constraints = [
            models.UniqueConstraint(
                fields=["till"], condition=Q(closed_at=None), name="till_session_one_of_till"
            ),
            models.UniqueConstraint(
                fields=["cashier"], condition=Q(closed_at=None), name="till_session_one_of_person"
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, expected=None, counted=None)
                | Q(closed_at__isnull=False, expected__isnull=False, counted__gte=0),
                name="till_session_closed_is_counted",
            ),
            models.CheckConstraint(
                condition=Q(opening__gte=0), name="till_session_opening_not_negative"
            ),
            whole_amounts(["opening", "counted"], "till_session_whole_amounts"),
        ]
        triggers = [
            *Entity.Meta.triggers,
            *undeletable(),
            pgtrigger.Protect(
                name="closed_for_good",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.closed_at IS NOT NULL"),
            ),
            pgtrigger.Trigger(
                name="adds_up",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("NEW.closed_at IS NOT NULL"),
                func=read_sql("till", "session_closed_by_its_entries"),
            ),
        ]

    def __str__(self) -> str:
        return f"{timezone.localtime(self.created_at):%Y-%m-%d %H:%M}"

    @property
    def difference(self) -> Decimal | None:
        """What was counted beyond the entries; negative if cash is missing."""
        if self.counted is None or self.expected is None:
            return None
        found: Decimal = self.counted - self.expected
        return found


class EntryKind(models.TextChoices):
    SALE = "sale", _("sale")
    IN = "in", _("cash in")
    OUT = "out", _("cash out")


class Way(models.TextChoices):
    CASH = "cash", _("cash")
    CARD = "card", pgettext_lazy("at the counter", "card on the terminal")
    TRANSFER = "transfer", pgettext_lazy("at the counter", "transfer")


class TillEntry(Entity):
    """A sale, or cash that came or went with a reason: written once."""

    session = models.ForeignKey(
        TillSession, on_delete=models.PROTECT, related_name="entries", verbose_name=_("session")
    )
    # The form's: sent twice, it is written once.
    key = models.UUIDField(unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=5, choices=EntryKind.choices)
    way = models.CharField(_("paid by"), max_length=10, choices=Way.choices, default=Way.CASH)
    amount = MoneyField(_("amount"))
    tendered = MoneyField(_("received"), null=True, blank=True)
    order = models.OneToOneField(
        Order,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="till_entry",
        verbose_name=_("order"),
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta(Entity.Meta):
        db_table = "till_entry"
        verbose_name = _("till entry")
        verbose_name_plural = _("till entries")
        constraints = [
            known_values("kind", EntryKind, "till_entry_kind_known"),
            known_values("way", Way, "till_entry_way_known"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="till_entry_positive"),
            models.CheckConstraint(
                condition=Q(kind=EntryKind.SALE, order__isnull=False)
                | (~Q(kind=EntryKind.SALE) & Q(order=None, way=Way.CASH) & ~Q(reason="")),
                name="till_entry_order_or_reason",
            ),
            models.CheckConstraint(
                condition=Q(tendered=None)
                | Q(kind=EntryKind.SALE, way=Way.CASH, tendered__gte=F("amount")),
                name="till_entry_tendered_is_enough",
            ),
        ]
        triggers = [
            *append_only(),
            pgtrigger.Trigger(
                name="of_open_session",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=read_sql("till", "entry_of_open_session"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount}"

    @property
    def change(self) -> Decimal:
        """What went back over the counter."""
        received: Decimal = self.amount if self.tendered is None else self.tendered
        found: Decimal = received - self.amount
        return found
