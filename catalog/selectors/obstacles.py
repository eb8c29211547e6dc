"""Reasons why a product cannot be bought, for its page in the admin."""

from collections.abc import Iterator

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import Seller, SellerStatus
from catalog.models import Availability, Product


def obstacles(product: Product) -> list[str]:
    """What staff have to do before shoppers can buy it; empty if they can. At most 5 queries."""
    return [*_about_variants(product), *_about_product(product)]


def _about_variants(product: Product) -> Iterator[str]:
    active = list(product.variants.values_list("is_active", flat=True))
    if not active:
        yield _("It has no variant: add one below, or make them of options.")
    elif not any(active):
        yield _("None of its variants is active.")
    elif product.availability == Availability.SOLD_OUT:
        yield _("No units are in stock: receive some, or correct the stock from the list.")


def _about_product(product: Product) -> Iterator[str]:
    if not product.is_active:
        yield _("It is not active.")
    if not (product.category.is_active and product.category.family.is_active):
        yield _("Its category is not active.")
    if product.published_at and product.published_at > timezone.now():
        day = date_format(timezone.localtime(product.published_at), "DATETIME_FORMAT")
        yield _("It is published on %(day)s.") % {"day": day}
    if product.sales_paused:
        yield _("Its sale is paused.")
    if not Seller.objects.filter(pk=product.seller_id, status=SellerStatus.APPROVED).exists():
        yield _("Its seller is not approved.")
