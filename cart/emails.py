"""What those who left their cart lying are told of it, once."""

from constance import config
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation

from cart import abandoned, store
from cart.abandoned import Reader
from cart.models import Cart, CartReminder
from cart.store import StoredCart
from catalog.selectors import sale_refusals, variants_for_sale
from core.mail import message

Things = list[tuple[int, str]]


def send_reminders() -> int:
    """
    Write to all whose cart has lain long enough; gives how many. None while the setting is 0.

    :raises ServiceUnavailable: if the carts are out of reach; the next run goes on
    """
    abandoned.forget_old()
    if not config.ABANDONED_CART_HOURS:
        return 0
    return sum(_remind(cart) for cart in abandoned.due(timezone.now()))


def _remind(cart: Cart) -> bool:
    """Nobody is told of what cannot be bought."""
    stored = store.read(cart.pk)
    reader = abandoned.reader_of(cart)
    with translation.override(reader.language):
        things = _things(stored)
    with transaction.atomic():
        reminder = abandoned.note(cart, reader, stored.lines if things else {})
        if reminder:
            _send(reminder, reader, things)
    return reminder is not None


def _send(reminder: CartReminder, reader: Reader, things: Things) -> None:
    with translation.override(reader.language):
        back = reverse("storefront:cart-left", args=[abandoned.token_of(reminder)])
        out = reverse("storefront:cart-reminders-leave", args=[abandoned.leave_token_of(reader)])
    context = {
        "things": things,
        "name": reader.name,
        "link": message.absolute(back),
        "leave_link": message.absolute(out),
    }
    message.queue("cart/email/reminder", to=reader.email, language=reader.language, context=context)


def _things(stored: StoredCart) -> Things:
    """Units and name of what lies in the cart and can be bought. 2 queries."""
    variants = variants_for_sale(stored.quantities())
    refused = sale_refusals(list(variants.values()), timezone.now())
    return [
        (quantity, variants[key].product.name)
        for key, quantity in stored.quantities().items()
        if key in variants and key not in refused
    ]
