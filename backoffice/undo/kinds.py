"""How a row of each kind is given back what it held, by the service that changes such rows."""

from collections.abc import Callable, Collection
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import Model
from django.utils.translation import gettext as _

from accounts.models import User
from audit.selectors import last_hand
from backoffice.models import Undoable, UndoableRow, UndoKind
from catalog import services as catalog
from catalog.exceptions import PriceHasMoved
from catalog.models import Variant
from catalog.services import Prices
from checkout import edit_reversal
from checkout.exceptions import OrderHasChanged
from core.exceptions import DomainError
from inventory import services as inventory
from inventory.exceptions import ShelfHasMoved
from inventory.models import Movement
from orders.models import Order, OrderEvent

PutBack = Callable[[Undoable, UndoableRow, User], object]


class Stays(DomainError):
    """The row was changed since, by this person where that is known."""

    def __init__(self, by: str = "") -> None:
        super().__init__(_("It was changed since, and is kept."))
        self.by = by

    @property
    def told(self) -> str:
        """With the name, where a list has no place of its own for it."""
        return f"{self} ({self.by})" if self.by else str(self)


def _prices(undoable: Undoable, row: UndoableRow, _user: User) -> None:
    """Prices that were right once need no second look."""
    try:
        before, after = _prices_of(row.before), _prices_of(row.after)
        catalog.set_prices(UUID(row.key), before, seen=after, confirmed=True)
    except PriceHasMoved as error:
        variant = Variant.objects.select_related("product").get(pk=row.key)
        who = _who(variant, ["price_modifier", "sale_price"], undoable)
        raise Stays(who or _who(variant.product, ["base_price"], undoable)) from error


def _stock(undoable: Undoable, row: UndoableRow, user: User) -> None:
    """By a movement the other way: the ledger keeps both."""
    variant_id, _bar, warehouse_id = row.key.partition("|")
    place = {"variant_id": UUID(variant_id), "warehouse_id": UUID(warehouse_id)}
    note = _("Undo: %(what)s") % {"what": undoable.title}
    try:
        # Goods of another seller were marked as consigned when they were put there.
        inventory.set_on_hand(
            UUID(variant_id),
            UUID(warehouse_id),
            units=row.before,
            seen=row.after,
            note=note,
            actor_id=user.pk,
            consigned=True,
        )
    except ShelfHasMoved as error:
        since = Movement.objects.filter(**place, created_at__gte=undoable.created_at)
        latest = since.select_related("actor").order_by("-pk").first()
        who = latest.actor or latest.get_kind_display() if latest else ""
        raise Stays(str(who)) from error


def _active(undoable: Undoable, row: UndoableRow, _user: User) -> None:
    model: Any = apps.get_model(undoable.rows)
    known = model._default_manager.filter(pk=row.key)
    if not catalog.set_active(known.filter(is_active=row.after), is_active=row.before):
        raise Stays(_who(known.get(), ["is_active"], undoable))


def _order(undoable: Undoable, row: UndoableRow, user: User) -> None:
    order = Order.objects.get(pk=row.key)
    try:
        edit_reversal.take_back(order.pk, row.before, row.after, actor_id=user.pk)
    except OrderHasChanged as error:
        events = OrderEvent.objects.filter(order=order, created_at__gt=undoable.created_at)
        latest = events.exclude(actor=None).select_related("actor").order_by("-pk").first()
        raise Stays(str(latest.actor) if latest else "") from error


def _prices_of(kept: list[str | None]) -> Prices:
    list_price, sale_price = kept
    return Prices(Decimal(str(list_price)), None if sale_price is None else Decimal(sale_price))


def _who(row: Model, columns: Collection[str], undoable: Undoable) -> str:
    return last_hand(row, columns, undoable.created_at)


PUT_BACK: dict[UndoKind, PutBack] = {
    UndoKind.PRICES: _prices,
    UndoKind.STOCK: _stock,
    UndoKind.ACTIVE: _active,
    UndoKind.ORDER: _order,
}
