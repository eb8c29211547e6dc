"""The link by which an order is paid, as it goes by mail and by chat."""

from decimal import Decimal
from urllib.parse import quote

from constance import config
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.formats import money
from core.mail.message import absolute
from orders import selectors
from orders.models import Order


def payment_link(order: Order) -> str:
    """The full address of the page where the order is paid, in its language, for its bearer."""
    with translation.override(order.language):
        return absolute(selectors.pay_link(order))


def payment_text(order: Order, amount: Decimal) -> str:
    """What staff write into a chat so that the customer pays this much, in his language."""
    with translation.override(order.language):
        words = {
            "store": config.STORE_NAME,
            "number": order.number,
            "amount": money(amount, order.currency),
            "link": absolute(selectors.pay_link(order)),
        }
        text = _("Hello, this is %(store)s. Pay your order %(number)s (%(amount)s) here: %(link)s")
        sentences = [text % words]
        if order.expires_at:
            until = date_format(timezone.localtime(order.expires_at), "SHORT_DATETIME_FORMAT")
            sentences.append(_("We keep the products for you until %(until)s.") % {"until": until})
        return "\n".join(sentences)


def whatsapp_link(phone: str, text: str = "") -> str:
    """Opens a chat with this number where the text stands ready; empty without a number."""
    digits = "".join(letter for letter in phone if letter.isdigit())
    if not digits:
        return ""
    chat = f"https://wa.me/{digits}"
    return f"{chat}?text={quote(text)}" if text else chat
