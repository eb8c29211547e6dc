"""What a kit puts into the cart."""

from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import gettext as _

from cart.exceptions import NotForSale
from cart.store import LineKey
from catalog.models import Kit
from catalog.selectors import cached_variants_for_sale


def lines_of_set(slug: str, variant_ids: Iterable[UUID]) -> tuple[str, dict[LineKey, int]]:
    """
    The kit's key, and the lines of one set of it with the chosen variants. 2 queries.

    :raises NotForSale: if the kit or a variant cannot be bought, or a required item is missing
    """
    kit = Kit.objects.filter(slug=slug, is_active=True).prefetch_related("items").first()
    if kit is None:
        raise NotForSale(_("This kit is no longer available."))
    variants = cached_variants_for_sale(set(variant_ids))
    by_product = {variant.product_id: variant for variant in variants.values()}
    ordered = sorted(kit.items.all(), key=lambda item: (item.position, item.pk))
    items = {item.product_id: item for item in ordered}
    if by_product.keys() - items.keys():
        raise NotForSale(_("One of the chosen products is not part of this kit."))
    if len(by_product) < len(variants):
        raise NotForSale(_("Choose one option of each product in the kit."))
    if any(not item.is_optional and key not in by_product for key, item in items.items()):
        raise NotForSale(_("Choose an option for each required product of the kit."))
    key = str(kit.pk)
    return key, {
        LineKey(by_product[product_id].pk, key): item.quantity
        for product_id, item in items.items()
        if product_id in by_product
    }
