"""Adds the lines of an earlier order or cart to the cart."""

from collections.abc import Mapping
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cart import services
from cart.selectors import components_of, stock_units
from cart.services import Owner
from cart.store import LineKey, StoredCart, read
from catalog.models import Kit
from catalog.selectors import variants_for_sale
from core.exceptions import DomainError, ServiceUnavailable
from inventory.exceptions import OutOfStock
from inventory.selectors import available_quantities


def refill(owner: Owner, wanted: Mapping[LineKey, int]) -> list[str]:
    """
    Bring the cart's lines up to these quantities, as far as they can be bought. Twice is once.

    Gives a sentence for each thing that could not be had, or not as often as wanted.

    :raises ServiceUnavailable: if the carts are out of reach
    """
    cart = read(owner.cart_id)
    names = _names(wanted)
    notes = [
        _note(names[key.variant_id], problem)
        for key, quantity in wanted.items()
        if not key.kit and (problem := _bring_up(owner, cart, key.variant_id, quantity))
    ]
    kits = {key.kit for key in wanted if key.kit} - {key.kit for key in cart.lines}
    for kit in Kit.objects.filter(pk__in=kits).order_by("pk"):
        chosen = [key.variant_id for key in wanted if key.kit == str(kit.pk)]
        try:
            services.add_kit(owner, kit.slug, chosen)
        except ServiceUnavailable:
            raise
        except DomainError as refusal:
            notes.append(_note(kit.name, str(refusal)))
    return notes


def _bring_up(owner: Owner, cart: StoredCart, variant_id: UUID, quantity: int) -> str:
    """Add what the line lacks; gives why that was not possible, empty if it was."""
    missing = quantity - cart.quantity(LineKey(variant_id))
    if missing <= 0:
        return ""
    try:
        services.add(owner, variant_id, missing)
    except ServiceUnavailable:
        raise
    except OutOfStock as refusal:
        return _bring_what_is_left(owner, variant_id, missing) or str(refusal)
    except DomainError as refusal:
        return str(refusal)
    return ""


def _bring_what_is_left(owner: Owner, variant_id: UUID, missing: int) -> str:
    """Add the last units, if there are some; gives a sentence that says how many."""
    parts = stock_units({variant_id: 1}, components_of(variants_for_sale([variant_id]).values()))
    free = available_quantities(list(parts))
    left = min(free.get(part, 0) // each for part, each in parts.items())
    if not 0 < left < missing:
        return ""
    try:
        services.add(owner, variant_id, left)
    except ServiceUnavailable:
        raise
    except DomainError:
        return ""
    return ngettext("Only %s unit was left.", "Only %s units were left.", left) % left


def _names(wanted: Mapping[LineKey, int]) -> dict[UUID, str]:
    variants = variants_for_sale({key.variant_id for key in wanted})
    gone = dict.fromkeys((key.variant_id for key in wanted), _("A product that is no longer sold"))
    return gone | {key: variant.product.name for key, variant in variants.items()}


def _note(name: str, problem: str) -> str:
    return f"{name}: {problem}"
