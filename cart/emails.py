"""The reminder of an abandoned cart, sent once."""

from constance import config
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation

from cart import abandoned, store
from cart.abandoned import Recipient
from cart.models import Cart, CartReminder
from cart.store import StoredCart
from catalog.selectors import sale_refusals, variants_for_sale
from core.mail import message

Items = list[tuple[int, str]]


def send_reminders() -> int:
    """
    Send the reminders that are due and return their number; none while the setting is 0.

    :raises ServiceUnavailable: if Redis is unavailable; the next run continues
    """
    abandoned.delete_old()
    if not config.ABANDONED_CART_HOURS:
        return 0
    return sum(_remind(cart) for cart in abandoned.due_carts(timezone.now()))


def _remind(cart: Cart) -> bool:
    stored = store.read(cart.pk)
    recipient = abandoned.recipient_of(cart)
    with translation.override(recipient.language):
        things = _available_items(stored)
    with transaction.atomic():
        reminder = abandoned.record_reminder(cart, recipient, stored.lines if things else {})
        if reminder:
            _send(reminder, recipient, things)
    return reminder is not None


def _send(reminder: CartReminder, recipient: Recipient, things: Items) -> None:
    with translation.override(recipient.language):
        back = reverse("storefront:cart-left", args=[abandoned.reminder_token(reminder)])
        out = reverse(
            "storefront:cart-reminders-leave", args=[abandoned.unsubscribe_token(recipient)]
        )
    context = {
        "things": things,
        "name": recipient.name,
        "link": message.absolute(back),
        "leave_link": message.absolute(out),
    }
    message.queue(
        "cart/email/reminder", to=recipient.email, language=recipient.language, context=context
    )


def _available_items(stored: StoredCart) -> Items:
    """Units and name of the products in the cart that can be bought. 2 queries."""
    variants = variants_for_sale(stored.quantities())
    refused = sale_refusals(list(variants.values()), timezone.now())
    return [
        (quantity, variants[key].product.name)
        for key, quantity in stored.quantities().items()
        if key in variants and key not in refused
    ]
