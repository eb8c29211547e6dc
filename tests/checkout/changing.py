"""Orders to be changed, and the two steps of changing them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils import timezone

from accounts.models import User
from catalog.models import Variant
from checkout import editing
from checkout.editing import Change
from core.money import quantize
from inventory import services as inventory
from inventory.models import ReferenceKind
from orders.amounts import NewLine
from orders.models import Order
from payments.services.settle import settle_order
from tests.accounts.factories import UserFactory
from tests.invoicing.factories import money_in
from tests.orders.factories import new_line, place

RATE = Decimal("0.18")


def ordered(units: Mapping[Variant, int], **fields: Any) -> Order:
    """A pending order that holds its units."""
    until = timezone.now() + timedelta(minutes=30)
    lines = [_taxed(new_line(variant, quantity)) for variant, quantity in units.items()]
    tax = sum((line.tax for line in lines), Decimal(0))
    order = place(*lines, expires_at=until, tax_total=tax, **fields)
    inventory.reserve(
        {variant.pk: quantity for variant, quantity in units.items()},
        reference=order.pk,
        until=until,
        reference_kind=ReferenceKind.ORDER,
    )
    return order


def _taxed(line: NewLine) -> NewLine:
    """With the usual tax in its price."""
    tax = quantize(line.total - line.total / (1 + RATE))
    return replace(line, tax_rate=RATE, tax=tax)


def bought(units: Mapping[Variant, int], **fields: Any) -> Order:
    """The same, paid."""
    order = ordered(units, **fields)
    money_in(order)
    settle_order(order.pk)
    order.refresh_from_db()
    return order


def wish(
    order: Order,
    quantities: Mapping[Variant, int] | None = None,
    added: Mapping[Variant, int] | None = None,
    **more: Any,
) -> Change:
    """So many units of the variants that are ordered, and so many more of others."""
    keys = {line.variant_id: str(line.pk) for line in order.lines.all()}
    return Change(
        quantities={keys[variant.pk]: n for variant, n in (quantities or {}).items()},
        added={variant.pk: n for variant, n in (added or {}).items()},
        **more,
    )


def change(order: Order, wanted: Change, actor: User | None = None) -> Order:
    """Look at the preview, then do it."""
    actor = actor or UserFactory.create()
    order.refresh_from_db()
    seen = editing.preview(order, wanted).version
    editing.apply(order.pk, wanted, seen=seen, actor_id=UUID(str(actor.pk)))
    order.refresh_from_db()
    return order
