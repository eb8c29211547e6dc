"""What the frame and the home page show. Everything here is the same for every visitor."""

from datetime import datetime
from decimal import Decimal
from typing import NamedTuple
from urllib.parse import urljoin

from constance import config
from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse, translate_url
from django.utils.translation import get_language, gettext, override

from accounts import documents
from accounts.countries import PERU
from accounts.selectors import has_sellers
from cart import store
from cart.cookies import cart_id_of
from catalog.models import Collection, Family, Product
from core.brand.looks import Theme, current_theme
from core.brand.stationery import Sign, Signs
from core.caching.page import tag_name
from core.caching.values import cached
from core.exceptions import ServiceUnavailable
from payments.marks import Mark, all_marks
from payments.models import PaymentMethod
from promotions.models import Promotion
from promotions.selectors import tax_name
from shipping.selectors import free_from
from storefront import icons
from storefront.contact import Contact, contact
from storefront.models import Banner, Logo, MenuItem, MenuPlace

FRAME_SECONDS = 30


# By language.
_seen: dict[str | None, "Shop"] = {}


class LogoFile(NamedTuple):
    url: str
    width: int
    height: int


class Shop(NamedTuple):
    """The shop's own words and figures, as templates read them."""

    name: str
    description: str
    # The line at the top of every page; empty where the shop has written none.
    announcement: str
    legal_name: str
    tax_id: str
    tax_label: str
    theme: Theme
    currency: str
    prices_include_tax: bool
    tax_name: str
    return_days: int
    lowest_price_days: int
    hold_minutes: int
    cart_hours: int
    has_complaints_book: bool
    # Deliveries depend on the district: the header asks for it.
    asks_for_district: bool
    takes_sellers: bool
    has_sellers: bool
    contact: Contact
    og_image: str
    # The logos for light and dark grounds; without any, the shop's name is shown.
    logos: tuple[tuple[str, LogoFile], ...]
    # Of tabs and home screens, by width; none where the shop wears Vitrina's.
    icons: tuple[tuple[int, str], ...]
    payment_marks: tuple[Mark, ...]

    def icon(self, width: int) -> str:
        """The address of the icon of that width; empty without any."""
        return dict(self.icons).get(width, "")


class FamilyLink(NamedTuple):
    name: str
    url: str
    icon: str


class MenuLink(NamedTuple):
    label: str
    url: str
    is_offer: bool = False


class MenuGroup(NamedTuple):
    """Links under a title."""

    title: str
    items: tuple[MenuLink, ...]


class Menus(NamedTuple):
    main: tuple[MenuLink, ...]
    footer: tuple[MenuGroup, ...]


class Frame(NamedTuple):
    """What surrounds every page, as tuples: Python compares these by itself when it is drawn."""

    shop: Shop
    families: tuple[FamilyLink, ...]
    menus: Menus


def frame() -> Frame:
    """The frame in the current language. No query while cached, otherwise 6."""
    found = cached("around each page", _frame, FRAME_SECONDS)
    _seen[get_language()] = found.shop
    return found


def last_known_shop() -> Shop | None:
    """For error pages: the shop as this process last showed it. Asks no server."""
    return _seen.get(get_language())


def free_delivery() -> Decimal | None:
    """The least amount that makes a delivery free. No query while it is fresh, 2 otherwise."""
    return cached(
        "free delivery", lambda: free.amount if (free := free_from()) else None, FRAME_SECONDS
    )


def _frame() -> Frame:
    families = _families()
    # A family that staff also put into the menu is shown once.
    known = {family.url for family in families}
    menus = _menus()
    main = tuple(item for item in menus.main if item.url not in known)
    return Frame(_shop(), families, Menus(main, menus.footer))


def _shop() -> Shop:
    logo = Logo.objects.first()
    return Shop(
        name=config.STORE_NAME,
        description=_description(),
        announcement=_announcement(),
        legal_name=config.LEGAL_NAME,
        tax_id=config.TAX_ID,
        tax_label=documents.tax_number_name(config.COUNTRY),
        theme=current_theme(),
        currency=config.CURRENCY,
        prices_include_tax=config.PRICES_INCLUDE_TAX,
        tax_name=tax_name(config.COUNTRY),
        return_days=config.RETURN_DAYS,
        lowest_price_days=config.LOWEST_PRICE_DAYS,
        hold_minutes=config.RESERVATION_MINUTES,
        cart_hours=config.CART_HOURS,
        has_complaints_book=config.COMPLAINTS_BOOK,
        asks_for_district=config.COUNTRY == PERU,
        takes_sellers=config.MARKETPLACE,
        has_sellers=has_sellers(),
        contact=contact(),
        og_image=urljoin(settings.SITE_URL, static("img/og-default.png")),
        logos=_logos(logo),
        icons=tuple(icons.stored(logo).items()),
        payment_marks=all_marks(PaymentMethod.objects.filter(is_active=True).order_by("position")),
    )


def _logos(logo: Logo | None) -> tuple[tuple[str, LogoFile], ...]:
    """A file that is gone leaves the shop its name."""
    if logo is None:
        return ()
    files = {"light": logo.picture, "dark": logo.dark_picture or logo.picture}
    try:
        return tuple(
            (on, LogoFile(file.url, file.width, file.height)) for on, file in files.items()
        )
    except (OSError, ValueError):
        return ()


def logo_files() -> Signs | None:
    """The logo for mails and papers; None where the shop has none. 1 query."""
    logo = Logo.objects.first()
    if logo is None:
        return None
    try:
        light, dark = (
            Sign(str(file.name), file.width, file.height)
            for file in (logo.picture, logo.dark_picture or logo.picture)
        )
    except (OSError, ValueError):
        return None
    return Signs(light, dark)


def _description() -> str:
    """The shop's own sentence; a general one where it has none in this language."""
    is_first = get_language() == settings.LANGUAGE_CODE
    own = config.STORE_DESCRIPTION if is_first else config.STORE_DESCRIPTION_OTHER
    return (
        str(own)
        if own or is_first
        else gettext(
            "%(shop)s: quality products delivered to your door on a date you know, "
            "with secure payment and easy returns."
        )
        % {"shop": config.STORE_NAME}
    )


def _announcement() -> str:
    is_first = get_language() == settings.LANGUAGE_CODE
    return str(config.ANNOUNCEMENT if is_first else config.ANNOUNCEMENT_OTHER)


def _families() -> tuple[FamilyLink, ...]:
    rows = Family.objects.filter(is_active=True).order_by("position", "pk")
    return tuple(
        FamilyLink(
            name=family.name,
            url=reverse("storefront:family", args=[family.slug]),
            icon=family.icon or "layout-grid",
        )
        for family in rows
    )


def in_this_language(url: str) -> str:
    """An address that staff typed; the shop's own in the current language."""
    if not url.startswith("/"):
        return url
    language = get_language() or settings.LANGUAGE_CODE
    with override(settings.LANGUAGE_CODE):
        return translate_url(url, language)


def _menus() -> Menus:
    rows = MenuItem.objects.open().select_related("page", "category", "collection")
    links: dict[str, list[MenuLink]] = {place.value: [] for place in MenuPlace}
    for item in rows.order_by("position", "pk"):
        links[item.place].append(MenuLink(item.label, _target(item)))
    usual = (
        MenuLink(gettext("Kits"), reverse("storefront:kits")),
        MenuLink(gettext("Drops"), reverse("storefront:drops"), is_offer=True),
    )
    footer = tuple(links[MenuPlace.FOOTER])
    return Menus(
        main=tuple(links[MenuPlace.HEADER]) or usual,
        footer=(MenuGroup(gettext("Help"), footer),) if footer else (),
    )


def _target(item: MenuItem) -> str:
    if item.page:
        return reverse("storefront:page", args=[item.page.slug])
    if item.category:
        return reverse("storefront:category", args=[item.category.slug])
    if item.collection:
        return reverse("storefront:drop", args=[item.collection.slug])
    return in_this_language(item.target_url)


def cart_count(request: HttpRequest) -> int:
    """How many units lie in the visitor's cart; 0 while carts are out of reach. No query."""
    try:
        return store.read(cart_id_of(request)).count
    except ServiceUnavailable:
        return 0


def changed_by_time(since: datetime, until: datetime) -> set[str]:
    """The cache tags of what began or ended in that time without a change of a row. 4 queries."""
    moments = Q(starts_at__gt=since, starts_at__lte=until) | Q(
        ends_at__gt=since, ends_at__lte=until
    )
    parts: set[str] = set()
    if Banner.objects.filter(moments).exists():
        parts.add("home")
    if Collection.objects.filter(moments).exists():
        parts.update(("home", "collections"))
    if Promotion.objects.filter(moments).exists():
        parts.add("kits")
    released = Product.objects.filter(published_at__gt=since, published_at__lte=until)
    for category, seller, brand in released.values_list("category", "seller", "variants__brand"):
        parts |= {"shelves", "kits", tag_name("category", category), tag_name("seller", seller)}
        parts.add(tag_name("brand", brand))
    return parts
