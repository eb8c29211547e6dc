"""
Changes of the cart: units are held in PostgreSQL, then the line is written to Redis.

Each change, and `touch`, renews the cart's lines, row and holds together; the response renews the
cookie (cart.cookies).
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from uuid import UUID

from constance import config
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from cart import pricing, rows, selectors, store
from cart.exceptions import CartOrdered, CartRefusal, LineGone, NotForSale
from cart.kits import lines_of_set
from cart.merging import merge
from cart.models import Cart, CartStatus
from cart.store import Change, LineKey, StoredCart
from catalog.models import Kit, Variant
from catalog.selectors import cached_variants_for_sale, hold_minutes, running_drops, sale_refusals
from inventory import selectors as inventory_selectors
from inventory import services as inventory
from inventory.exceptions import OutOfStock
from inventory.origins import HoldOrigin
from orders import purchase_limits
from orders.buyer_fingerprint import Buyer, fingerprint_of
from orders.purchase_history import units_ordered
from waitingroom.services import check_turn

# A drop's queue limits buyers by itself, so its pass allows more from one address.
PASS_FACTOR = 5
Wanted = Mapping[LineKey, int]
Variants = Mapping[UUID, Variant]


@dataclass(frozen=True)
class Owner:
    """
    A cart's key, and the account if the shopper is signed in.

    `passes` are the drops whose waiting room has admitted the shopper, with the tickets' keys.
    `place` is the fingerprint of the client's address, for limits.
    """

    cart_id: UUID
    user: User | None = None
    passes: Mapping[UUID, str] = field(default_factory=dict)
    place: str = ""


def add(owner: Owner, variant_id: UUID, quantity: int, *, is_held: bool = False) -> StoredCart:
    """
    Put units of a variant into the cart and hold them for a while.

    With `is_held` the cart already holds them, even if they are sold out for others.

    :raises NotForSale: if it cannot be bought now
    :raises LimitReached: if the customer's purchase limit is exceeded
    :raises OutOfStock: if there are not enough units
    :raises ServiceUnavailable: if Redis is unavailable
    """
    return _add_units(owner, {LineKey(variant_id): quantity}, is_held=is_held)


def add_kit(owner: Owner, slug: str, variant_ids: Iterable[UUID]) -> StoredCart:
    """
    Put the chosen variant of each of the kit's items into the cart, all or none.

    :raises NotForSale: if the kit or a variant cannot be bought, or a required item is missing
    :raises LimitReached, OutOfStock, ServiceUnavailable: as `add`
    """
    _kit_id, wanted = lines_of_set(slug, variant_ids)
    return _add_units(owner, wanted)


def change_kit(owner: Owner, slug: str, variant_ids: Iterable[UUID], sets: int) -> StoredCart:
    """
    Put the kit into the cart as `add_kit`, that often, instead of its lines that are in it.

    :raises NotForSale, LimitReached, OutOfStock, ServiceUnavailable: as `add_kit`
    """
    kit_id, wanted = lines_of_set(slug, variant_ids)
    many = {key: sets * quantity for key, quantity in wanted.items()}
    return _add_units(owner, many, instead_of=kit_id)


def set_quantity(owner: Owner, key: LineKey, quantity: int) -> StoredCart:
    """
    Set a line's quantity; 0 removes it and releases its units.

    :raises LineGone: if the cart has no such line
    :raises NotForSale, LimitReached, OutOfStock, ServiceUnavailable: as `add`
    """

    def make(cart: StoredCart) -> StoredCart:
        if key not in cart.lines:
            raise LineGone(_("This product is no longer in your cart."))
        after = cart.with_quantity(key, quantity)
        variants = _variants(cart)
        if quantity > cart.quantity(key):
            _check_sellable(owner, after, [key], variants)
        _hold_units(owner, after, [key.variant_id], variants)
        return after

    return _change(owner, make, held=[key.variant_id])


def remove(owner: Owner, key: LineKey) -> StoredCart:
    """Remove a line and release its units. Idempotent."""

    def make(cart: StoredCart) -> StoredCart:
        after = cart.with_quantity(key, 0)
        _hold_units(owner, after, [key.variant_id], _variants(cart))
        return after

    return _change(owner, make, held=[key.variant_id])


def put_back(owner: Owner, key: LineKey, quantity: int) -> StoredCart:
    """
    Undo a removal: restore the line, in its kit if it was in one.

    :raises NotForSale: also if the kit is inactive or no longer has this product
    :raises LimitReached, OutOfStock, ServiceUnavailable: as `add`
    """
    if key.kit:
        kits = Kit.objects.filter(items__product__variants=key.variant_id, is_active=True)
        if key.kit not in map(str, kits.values_list("pk", flat=True)):
            raise NotForSale(_("This kit is no longer available."))
    return _add_units(owner, {key: quantity})


def set_coupon(owner: Owner, code: str) -> StoredCart:
    """
    Set the cart's coupon code; an empty one removes it.

    A guest's uses are counted when the order is placed: before that their e-mail is unknown.

    :raises DomainError: if the code is unknown, expired, used up or does not apply to this cart
    """
    code = code.strip().upper()
    if code:
        buyer = pricing.PricingContext(user=owner.user)
        selectors.check_coupon(store.read(owner.cart_id), code, buyer)
    return _change(owner, lambda cart: replace(cart, coupon=code))


def touch(owner: Owner) -> StoredCart:
    """
    Renew the cart's lines, its row and its holds.

    :raises CartOrdered: if it has become an order
    :raises ServiceUnavailable: if Redis is unavailable
    """
    return _change(owner, lambda cart: cart)


def hold_all(owner: Owner) -> StoredCart:
    """
    Hold every unit of the cart again, when the checkout begins.

    :raises OutOfStock: if some are gone; existing holds stay
    :raises CartOrdered, ServiceUnavailable: as `touch`
    """
    cart = touch(owner)
    if cart.lines:
        touched = [key.variant_id for key in cart.lines]
        _hold_units(owner, cart, touched, _variants(cart), is_renewal=True)
    return cart


def merge_on_login(
    visitor: UUID | None, user: User, place: str = ""
) -> tuple[UUID | None, list[str]]:
    """
    Merge the visitor's cart into the account's: quantities add up, capped by limit and stock.

    Returns the cart to use from now on, and sentences about capped products.

    :raises ServiceUnavailable: if Redis is unavailable
    """
    if visitor and rows.is_ordered(visitor):
        visitor = rows.next_cart(visitor)
    row = Cart.objects.filter(user=user, status=CartStatus.ACTIVE).first()
    if row is None or row.pk == visitor:
        if visitor:
            Cart.objects.filter(pk=visitor, status=CartStatus.ACTIVE).update(user=user)
        return visitor or (row.pk if row else None), []
    theirs = store.read(visitor)
    if visitor is None or not theirs.lines:
        return row.pk, []
    try:
        return row.pk, _merge_into(Owner(row.pk, user, place=place), visitor, theirs)
    except CartOrdered:
        return merge_on_login(visitor, user, place)


def close_expired(batch: int = 500) -> int:
    """Mark expired carts; returns their number."""
    due = Cart.objects.filter(status=CartStatus.ACTIVE, expires_at__lte=timezone.now())
    keys = due.order_by("expires_at").values("pk")[:batch]
    return Cart.objects.filter(pk__in=keys).update(status=CartStatus.EXPIRED)


def _change(owner: Owner, make: Change, *, held: Iterable[UUID] = ()) -> StoredCart:
    """
    Change the lines with the cart's row locked, and renew row, lines and holds.

    `held` are the variants that `make` itself holds.

    :raises CartOrdered: if it has become an order; units that it still held are released
    """
    until = rows.new_expiry()

    @contextmanager
    def guard(before: StoredCart, after: StoredCart) -> Iterator[None]:
        if before.lines or after.lines:
            with rows.renewed_row(owner.cart_id, owner.user, until):
                yield
        elif rows.is_ordered(owner.cart_id):
            raise CartOrdered(rows.next_cart(owner.cart_id))
        else:
            yield

    try:
        cart = store.change(owner.cart_id, make, until=until, guard=guard)
    except CartOrdered:
        inventory.release(reference=owner.cart_id)
        raise
    if cart.quantities().keys() - set(held):
        until = timezone.now() + _hold_time(_variants(cart).values())
        inventory.renew(reference=owner.cart_id, until=until)
    return cart


def _hold_time(variants: Iterable[Variant]) -> timedelta:
    return timedelta(minutes=hold_minutes(list(variants)) or config.RESERVATION_MINUTES)


def _add_units(
    owner: Owner, wanted: Wanted, *, is_held: bool = False, instead_of: str = ""
) -> StoredCart:
    """With `instead_of`, the lines of that kit are taken out in the same change."""

    def make(cart: StoredCart) -> StoredCart:
        known = wanted if is_held else cart.lines
        new = {key.variant_id for key in wanted} - {key.variant_id for key in known}
        if gone := inventory.known_sold_out(new):
            raise OutOfStock(gone)
        after = cart.without_kit(instead_of) if instead_of else cart
        taken_out = cart.lines.keys() - after.lines.keys()
        for key, quantity in wanted.items():
            after = after.with_quantity(key, after.quantity(key) + quantity)
        if len(after.lines) > store.MAX_LINES:
            raise CartRefusal(_("Your cart is full. Please order what is in it first."))
        variants = {**_variants(after), **(_variants(cart) if taken_out else {})}
        _check_sellable(owner, after, wanted, variants)
        touched = [key.variant_id for key in (*wanted, *taken_out)]
        _hold_units(owner, after, touched, variants)
        return after

    return _change(owner, make, held=[key.variant_id for key in wanted])


def _check_sellable(
    owner: Owner, cart: StoredCart, keys: Iterable[LineKey], variants: Variants
) -> None:
    wanted = {key.variant_id for key in keys}
    if wanted - variants.keys():
        raise NotForSale(_("This product is no longer available."))
    chosen = [variants[variant_id] for variant_id in wanted]
    now = timezone.now()
    for refusal in sale_refusals(chosen, now).values():
        raise NotForSale(refusal)
    for drops in running_drops(chosen, now).values():
        check_turn(drops, owner.passes, owner.cart_id, now)
    products = {variant.product_id for variant in chosen}
    purchase_limits.check(buyer_of(owner.user), cart.quantities(), variants, products)


def buyer_of(user: User | None) -> Buyer | None:
    """The buyer whose orders count towards limits; guests are unknown until they order."""
    if user is None:
        return None
    return Buyer(customer_id=user.pk, marks=fingerprint_of(email=user.email))


def _variants(*carts: StoredCart) -> Variants:
    return cached_variants_for_sale({key.variant_id for cart in carts for key in cart.lines})


def _hold_units(
    owner: Owner,
    cart: StoredCart,
    touched: Iterable[UUID],
    variants: Variants,
    *,
    is_renewal: bool = False,
    is_limited: bool = True,
) -> None:
    """
    Hold exactly the cart's units of these variants.

    Units from another cart of the shopper are exempt from the limits by place and account.
    """
    chosen = [variants[key] for key in set(touched) if key in variants]
    if not chosen:
        return
    components = selectors.components_of(variants.values())
    needed = selectors.stock_units(cart.quantities(), components)
    concerned = selectors.stock_units({variant.pk: 1 for variant in chosen}, components)
    if refused := sale_refusals(chosen, timezone.now()):
        # Variants that may not be sold now keep their holds but get no more.
        held = inventory_selectors.holds_of(owner.cart_id)
        for part in selectors.stock_units(dict.fromkeys(refused, 1), components):
            needed[part] = min(needed.get(part, 0), held[part].quantity if part in held else 0)
    inventory.reserve(
        {variant_id: needed.get(variant_id, 0) for variant_id in concerned},
        reference=owner.cart_id,
        until=timezone.now() + _hold_time(chosen),
        reference_kind="cart",
        is_renewal=is_renewal,
        origin=_origin(owner, is_limited=is_limited),
    )


def _origin(owner: Owner, *, is_limited: bool) -> HoldOrigin:
    """Programs on this machine have no place and no limit; a drop's pass allows more."""
    most = config.PLACE_UNITS_LIMIT * (PASS_FACTOR if owner.passes else 1)
    return HoldOrigin(
        place=owner.place,
        account=owner.user.pk if owner.user else None,
        most=most if most and owner.place and is_limited else None,
    )


def _merge_into(owner: Owner, visitor: UUID, theirs: StoredCart) -> list[str]:
    notes: list[str] = []

    def make(ours: StoredCart) -> StoredCart:
        notes.clear()
        variants = _variants(ours, theirs)
        caps = _caps(variants, owner.user)
        products = {key: variant.product_id for key, variant in variants.items()}
        joined, capped = merge(ours, theirs, products, caps)
        for product_id in capped:
            name = next(v.product.name for v in variants.values() if v.product_id == product_id)
            notes.append(_("“%s”: your cart has the maximum that you can buy.") % name)
        return joined

    joined = _change(owner, make)
    try:
        _move_holds(owner, visitor, joined)
    except OutOfStock:
        notes.append(_("Some units in your cart are no longer reserved."))
    store.delete(visitor)
    return notes


@transaction.atomic
def _move_holds(owner: Owner, visitor: UUID, joined: StoredCart) -> None:
    inventory.release(reference=visitor)
    Cart.objects.filter(pk=visitor, status=CartStatus.ACTIVE).update(status=CartStatus.MERGED)
    if joined.lines:
        touched = [key.variant_id for key in joined.lines]
        _hold_units(owner, joined, touched, _variants(joined), is_limited=False)


def _caps(variants: Variants, user: User | None) -> dict[UUID, int]:
    products = {v.product_id: v.product for v in variants.values()}
    buyer = buyer_of(user)
    left = {key: purchase_limits.limit_of(product) for key, product in products.items()}
    for row in units_ordered(buyer, products).values() if buyer else ():
        left[row.product_id] -= row.units
    return {key: max(0, units) for key, units in left.items()}
