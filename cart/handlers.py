import logging

from django.contrib import messages
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.models import User
from cart import services
from cart.cookies import cart_id_of, use_cart
from core.exceptions import DomainError

logger = logging.getLogger(__name__)


@receiver(user_logged_in)
def merge_carts(request: HttpRequest | None, user: User, **kwargs: object) -> None:  # noqa: ARG001 - a receiver takes what is sent
    """Join the visitor's cart with the account's. Signing in goes on when that fails."""
    if request is None:
        return
    try:
        cart_id, notes = services.merge_on_login(cart_id_of(request), user)
    except DomainError as refusal:
        logger.warning("The carts were not merged: %s", refusal)
        return
    if cart_id:
        use_cart(request, cart_id)
    for note in notes:
        messages.info(request, note)
