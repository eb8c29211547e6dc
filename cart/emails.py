"""What those who left their cart lying are told of it, once."""

from constance import config
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import User
from cart import abandoned, store
from cart.models import Cart, CartReminder
from cart.store import StoredCart
from catalog.selectors import sale_refusals, variants_for_sale
from core import mail


def send_reminders() -> int:
    """
    Write to all whose cart has lain long enough; gives how many. None while the setting is 0.

    :raises ServiceUnavailable: if the carts are out of reach; the next run goes on
    """
    if not config.ABANDONED_CART_HOURS:
        return 0
    abandoned.forget_old()
    return sum(_remind(cart) for cart in abandoned.due(timezone.now()))


def _remind(cart: Cart) -> bool:
    stored = store.read(cart.pk)
    with transaction.atomic():
        reminder = abandoned.note(cart.pk, stored.lines)
        if reminder is None or cart.user is None:
            return False
        return _send(reminder, cart.user, stored)


def _send(reminder: CartReminder, user: User, stored: StoredCart) -> bool:
    """Nobody is told of what cannot be bought."""
    language = user.customer.language or settings.LANGUAGE_CODE
    with translation.override(language):
        things = _things(stored)
        context = {
            "things": things,
            "name": user.first_name,
            "link": mail.absolute(
                reverse("storefront:cart-left", args=[abandoned.token_of(reminder)])
            ),
            "leave_link": mail.absolute(
                reverse("storefront:cart-reminders-leave", args=[abandoned.leave_token_of(user)])
            ),
        }
    if not things:
        return False
    mail.queue("cart/email/reminder", to=user.email, language=language, context=context)
    return True


def _things(stored: StoredCart) -> list[tuple[int, str]]:
    """Units and name of what lies in the cart and can be bought. 2 queries."""
    variants = variants_for_sale(stored.quantities())
    refused = sale_refusals(list(variants.values()), timezone.now())
    return [
        (quantity, variants[key].product.name)
        for key, quantity in stored.quantities().items()
        if key in variants and key not in refused
    ]
