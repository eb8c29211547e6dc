"""How to reach the shop, as far as staff have set it."""

from typing import NamedTuple
from urllib.parse import quote, urlencode

from constance import config
from django.conf import settings
from django.utils.text import get_text_list
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from catalog.models import Product, Variant
from core.formats import map_link
from core.mail.message import absolute
from orders.links import whatsapp_link
from storefront.addresses import address


class Channel(NamedTuple):
    """One way to reach the shop. `value` is what people read, `url` what a press opens."""

    kind: str
    icon: str
    label: str
    value: str
    url: str

    def about(self, subject: str, text: str) -> "Channel":
        """The same channel with the message begun; a phone has none to begin."""
        if self.kind == "whatsapp":
            return self._replace(url=whatsapp_link(self.value, text))
        if self.kind == "email":
            words = urlencode({"subject": subject, "body": text}, quote_via=quote)
            return self._replace(url=f"{self.url}?{words}")
        return self


class Contact(NamedTuple):
    """The channels and the place that are set, as plain values; false without any."""

    channels: tuple[Channel, ...] = ()
    address: str = ""
    map_url: str = ""
    hours: str = ""

    def __bool__(self) -> bool:
        return bool(self.channels or self.address)

    @property
    def email(self) -> str:
        """Where mail is read; empty without an address."""
        return next((each.value for each in self.channels if each.kind == "email"), "")

    @property
    def sentence(self) -> str:
        """ "By WhatsApp, phone or e-mail", from the configured channels; empty without any."""
        words = {"whatsapp": _("WhatsApp"), "phone": _("phone"), "email": _("e-mail")}
        names = [words[channel.kind] for channel in self.channels]
        return _("By %(channels)s") % {"channels": get_text_list(names, _("or"))} if names else ""

    def about(self, subject: str, text: str) -> tuple[Channel, ...]:
        """The channels with a prefilled message where the channel allows one."""
        return tuple(channel.about(subject, text) for channel in self.channels)

    def to_write(self, subject: str, text: str) -> Channel | None:
        """The first channel that carries a message, with it; None without any."""
        written = (each for each in self.channels if each.kind != "phone")
        first = next(written, None)
        return first and first.about(subject, text)


def contact() -> Contact:
    """The contact settings in the current language. No query while the settings are fresh."""
    chat, number, to = config.CONTACT_WHATSAPP, config.CONTACT_PHONE, config.CONTACT_EMAIL
    dialled = "".join(letter for letter in number if letter in "+0123456789")
    mail = f"mailto:{quote(to, safe='@+')}"
    found = (
        Channel("whatsapp", "message-circle", _("WhatsApp"), chat, whatsapp_link(chat)),
        Channel("phone", "phone", _("Phone"), number, f"tel:{dialled}"),
        Channel("email", "mail", _("E-mail"), to, mail),
    )
    is_first = get_language() == settings.LANGUAGE_CODE
    place = config.CONTACT_ADDRESS
    return Contact(
        tuple(channel for channel in found if channel.value),
        address=place,
        map_url=(config.CONTACT_MAP or map_link(place)) if place else "",
        hours=config.CONTACT_HOURS if is_first else config.CONTACT_HOURS_OTHER,
    )


def share_link(product: Product) -> str:
    """Opens WhatsApp with the product's name and address, for whomever the shopper chooses."""
    link = absolute(address("storefront:product", product.slug))
    text = urlencode({"text": f"{product.name} {link}"}, quote_via=quote)
    return f"https://api.whatsapp.com/send?{text}"


def ask_about(product: Product, variant: Variant) -> Channel | None:
    """Where a question about the product is written; it begins with what the product is called."""
    link = f"{address('storefront:product', product.slug)}?v={quote(variant.sku)}"
    names = {"name": product.name, "sku": variant.sku, "link": absolute(link)}
    return contact().to_write(
        _("Question about %(name)s") % names,
        _("Hello, I have a question about %(name)s (SKU %(sku)s): %(link)s") % names,
    )
