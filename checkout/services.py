"""Placing an order: everything priced and checked again, written in one transaction."""

from contextlib import suppress
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import account_of_guest
from cart import rows, store
from cart.models import Cart, CartStatus
from cart.services import Owner
from checkout.exceptions import LinesNotOrderable
from checkout.places import BuyerDetails
from checkout.selectors import Attempt, new_order
from core.exceptions import ServiceUnavailable
from core.ids import uuid7
from core.observability import log_context
from inventory import services as inventory
from inventory.exceptions import OutOfStock
from orders import purchase_limits
from orders import services as orders
from orders.exceptions import DetailsRefused
from orders.models import Order
from orders.new_orders import NewOrder
from payments.exceptions import KeyReused
from payments.models import IdempotencyKey
from payments.services.credits import pay_with_credit
from payments.services.idempotency import claim
from payments.services.settle import settle_order
from promotions import services as promotions
from promotions.exceptions import CouponUsedByCustomer

SCOPE = "checkout"


def place_order(attempt: Attempt) -> Order:
    """
    Place the order of a cart, or return the order that this key or cart has already become.

    In one transaction; nothing is written when it raises:

    1. `cart.rows.lock`: changes of the cart wait; their additions go into the next cart.
    2. `payments.services.idempotency.claim`: a form sent twice gets the first order.
    3. `accounts.services.account_of_guest`: a guest gets an account without a password.
    4. `checkout.selectors.new_order`: the lines are read, priced and checked; one `NewOrder`.
    5. `orders.purchase_limits.check_new_order`: the buyer's other orders count as well.
    6. `orders.services.create`: the order's rows, and OrderPlaced for the outbox.
    7. `promotions.services.redeem`: its promotions and its coupon count as used.
    8. `inventory.services.move_holds`: the cart's units become the order's.
    9. `cart.rows.mark_ordered`: the cart ends.
    10. `payments.services.credits.pay_with_credit`: store credit, if the shopper uses it.

    After the commit the lines leave Redis, handlers of OrderPlaced run, and
    `payments.services.start.start_attempt` begins the payment.

    :raises CartEmpty: if there is nothing to order
    :raises LinesNotOrderable: if a product is not for sale or lacks units
    :raises FiguresChanged: if it costs more than the shopper has seen
    :raises CheckoutRefused: if the chosen delivery or payment is not available
    :raises KeyReused: if another form, or another buyer, has used this key
    :raises LimitReached, CouponRefused: if a purchase limit or the coupon forbids it
    :raises DetailsRefused: the same for guests, who learn nothing about the person they name
    :raises OpenOrdersLimitReached: if the buyer has too many unpaid orders
    :raises CreditTooLow: if the store credit was spent elsewhere at this moment
    :raises ServiceUnavailable: if Redis does not answer
    """
    try:
        order, is_new = _order_of_cart(attempt)
    except CouponUsedByCustomer:
        raise DetailsRefused from None
    log_context.add(order=order.number)
    if is_new:
        # The order is placed even if Redis fails: a remaining cart is known to be ordered.
        with suppress(ServiceUnavailable):
            store.delete(attempt.owner.cart_id)
    return order


@transaction.atomic
def _order_of_cart(attempt: Attempt) -> tuple[Order, bool]:
    """The order, and whether it is new."""
    owner = attempt.owner
    row = rows.lock(owner.cart_id, owner.user)
    earlier = row.order if row.status == CartStatus.ORDERED else None
    order_id = earlier or uuid7()
    answer = claim(
        f"{SCOPE}:{attempt.key}",
        scope=SCOPE,
        fingerprint=attempt.fingerprint,
        response={"order": str(order_id), "cart": str(owner.cart_id)},
    )
    if earlier or answer["order"] != str(order_id):
        order = Order.objects.get(pk=answer["order"])
        _check_owner(owner, order, answer)
        return order, False
    customer = owner.user or account_of(attempt.buyer)
    new = new_order(attempt, order_id, customer)
    order = write_order(new)
    rows.mark_ordered(owner.cart_id, order.pk, order.email)
    if new.credit_total:
        pay_with_credit(order.pk, new.credit_total)
        order.refresh_from_db()
    return order, True


def write_order(new: NewOrder, actor_id: UUID | None = None) -> Order:
    """
    Write the order, count its promotions as used and hold its units. Inside a transaction.

    :raises LimitReached, CouponRefused: if the customer may not have so many, or not the coupon
    :raises DetailsRefused: the same, where it is not sure that the customer is the one who asks
    :raises OpenOrdersLimitReached: if too much is ordered and not paid already
    :raises LinesNotOrderable: if units are missing
    """
    purchase_limits.check_new_order(new)
    order = orders.create(new, actor_id=actor_id)
    # Signed-in customers are counted by their account, not by an address that they type.
    email = new.email if new.by_guest else new.customer.email
    # People who give no name share an account: no limit counts them together.
    user = None if new.is_nameless else new.customer
    promotions.redeem(new.reasons, order=order, user=user, email=email)
    try:
        inventory.move_holds(
            cart=new.holder or order.pk,
            order=order.pk,
            quantities=new.stock_units,
            until=new.expires_at or new.placed_at,
            destination=new.destination,
            first=new.from_warehouse,
        )
    except OutOfStock as shortage:
        raise _shortage_of(new, shortage) from shortage
    if order.total <= 0:
        settle_order(order.pk)
    return order


def account_of(buyer: BuyerDetails) -> User:
    """
    The account of the typed e-mail, a new one without password if there is none.

    An account that exists is left as it is: nobody learns about it by typing its address.
    """
    return account_of_guest(
        buyer.email,
        first_name=buyer.first_name,
        last_name=buyer.last_name,
        language=buyer.language,
    )


def order_of_key(key: str, fingerprint: str, owner: Owner) -> tuple[Order, bool] | None:
    """
    The order already placed with this key, and whether it came from the same form.

    At most 2 queries.

    :raises KeyReused: if the order belongs to another buyer
    """
    answer = IdempotencyKey.objects.filter(key=f"{SCOPE}:{key}").first()
    if answer is None or not answer.response:
        return None
    order = Order.objects.filter(pk=answer.response["order"]).first()
    if order is None:
        return None
    _check_owner(owner, order, answer.response)
    return order, answer.fingerprint in ("", fingerprint)


def is_left_out(cart_id: UUID, order: Order) -> bool:
    """
    Whether something lies in this cart that an order, placed before, has not got. One query.

    False if the carts are out of reach: the order does not wait for them.
    """
    try:
        is_filled = bool(store.read(cart_id).lines)
    except ServiceUnavailable:
        return False
    return is_filled and not Cart.objects.filter(pk=cart_id, order=order.pk).exists()


def _check_owner(owner: Owner, order: Order, response: dict[str, str]) -> None:
    """A key may leak: only the account that ordered and the browser that did so get the order."""
    is_account = owner.user is not None and owner.user.pk == order.customer_id
    ordered = response.get("cart")
    if not is_account and not (ordered and rows.comes_after(owner.cart_id, UUID(ordered))):
        raise KeyReused(_("This form is too old. Please send it again."))


def _shortage_of(new: NewOrder, shortage: OutOfStock) -> LinesNotOrderable:
    """The refusal that names the products without enough units."""
    names = {line.name for line in new.lines if line.variant_id in shortage.variant_ids}
    if not names:
        return LinesNotOrderable(str(shortage), shortage.variant_ids)
    text = _("There are not enough units left of: %(names)s. Please change your cart.")
    return LinesNotOrderable(text % {"names": ", ".join(sorted(names))}, shortage.variant_ids)
