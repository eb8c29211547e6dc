"""Signed links to one order: its page, its parcels and its payment."""

from datetime import timedelta
from decimal import Decimal
from urllib.parse import quote

from constance import config
from django.core.signing import BadSignature, TimestampSigner
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.formats import money
from core.mail.message import absolute
from orders.models import Order
from orders.selectors import whole

LINK_LIFETIME = timedelta(days=90)
_signer = TimestampSigner(salt="orders.link")


def by_token(number: str, token: str) -> Order:
    """
    The order that a signed link opens, whole. Five queries.

    :raises Order.DoesNotExist: if the token is false or too old, or there is no such order
    """
    try:
        signed = _signer.unsign(token.replace(".", ":"), max_age=LINK_LIFETIME)
    except BadSignature:
        raise Order.DoesNotExist from None
    if signed != number:
        raise Order.DoesNotExist
    return whole(Order.objects.all()).get(number=number)


def token_for(order: Order) -> str:
    """Proof that its bearer may see this one order, for some months."""
    return _signer.sign(order.number).replace(":", ".")


def order_link(order: Order) -> str:
    """The path of the order's page; the token in it opens it."""
    return f"{reverse('storefront:order', args=[order.number])}?token={token_for(order)}"


def tracking_link(order: Order) -> str:
    """The path of the page that shows where the parcels are; the token in it opens it."""
    return f"{reverse('storefront:tracking', args=[order.number])}?token={token_for(order)}"


def pay_link(order: Order) -> str:
    """The path of the page where the order is paid; the token in it opens it."""
    return f"{reverse('checkout:pay', args=[order.number])}?token={token_for(order)}"


def payment_link(order: Order) -> str:
    """The full address of the page where the order is paid, in its language, for its bearer."""
    with translation.override(order.language):
        return absolute(pay_link(order))


def payment_text(order: Order, amount: Decimal) -> str:
    """What staff write into a chat so that the customer pays this much, in their language."""
    with translation.override(order.language):
        words = {
            "store": config.STORE_NAME,
            "number": order.number,
            "amount": money(amount, order.currency),
            "link": absolute(pay_link(order)),
        }
        text = _("Hello, this is %(store)s. Pay your order %(number)s (%(amount)s) here: %(link)s")
        sentences = [text % words]
        if order.expires_at:
            until = date_format(timezone.localtime(order.expires_at), "SHORT_DATETIME_FORMAT")
            sentences.append(_("We keep the products for you until %(until)s.") % {"until": until})
        return "\n".join(sentences)


def whatsapp_link(phone: str, text: str = "") -> str:
    """Opens a chat with this number and the text filled in; empty without a number."""
    digits = "".join(letter for letter in phone if letter.isdigit())
    if not digits:
        return ""
    chat = f"https://wa.me/{digits}"
    return f"{chat}?text={quote(text)}" if text else chat
