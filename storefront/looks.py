"""What goes with a product: the others of its kits, and of the stories that show it."""

from uuid import UUID

from catalog.models import KitItem, Product
from storefront.models import Hotspot


def look_of(product: Product) -> list[UUID]:
    """The products that staff have put together with this one, the oldest first. 1 query."""
    kits = KitItem.objects.filter(kit__is_active=True, kit__items__product=product)
    spots = Hotspot.objects.filter(story__is_active=True, story__hotspots__product=product)
    others = kits.order_by().values_list("product").union(spots.order_by().values_list("product"))
    return sorted({key for (key,) in others} - {product.pk})
