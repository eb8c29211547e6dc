import logging

from django.contrib import messages
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.models import User
from cart import services, waiting_wishes
from cart.cookies import cart_id_of, use_cart
from core.exceptions import DomainError
from core.web.throttle import place_fingerprint
from waitingroom.services import move_passes
from waitingroom.tickets import passes_of

logger = logging.getLogger(__name__)


@receiver(user_logged_in)
def merge_carts(request: HttpRequest | None, user: User, **kwargs: object) -> None:
    """Join the visitor's cart with the account's. Signing in goes on when that fails."""
    if request is None:
        return
    visitor = cart_id_of(request)
    try:
        cart_id, notes = services.merge_on_login(visitor, user, place_fingerprint(request))
        if visitor and cart_id and cart_id != visitor:
            move_passes(passes_of(request), visitor, cart_id)
    except DomainError as refusal:
        logger.warning("The carts were not merged: %s", refusal)
        return
    if cart_id:
        use_cart(request, cart_id)
    for note in notes:
        messages.info(request, note)


@receiver(user_logged_in)
def save_wishes(request: HttpRequest | None, user: User, **kwargs: object) -> None:
    """What the visitor wanted to save for later is saved now, and said. No query without any."""
    if request is None:
        return
    try:
        names = waiting_wishes.save(request.session, user)
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return
    if names:
        text = _("Saved for later: %(names)s.") % {"names": ", ".join(names)}
        messages.success(request, text)
