from django.db.models import Exists, OuterRef, QuerySet

from catalog.models import Kit, KitItem, Product


def shown_kits() -> QuerySet[Kit]:
    """The kits of which shoppers may see all that they cannot leave out. No query of its own."""
    needed = KitItem.objects.filter(kit=OuterRef("pk"), is_optional=False)
    # Of each item by its key: there are few kits, and many products.
    hidden = needed.filter(~Exists(Product.objects.published().filter(pk=OuterRef("product"))))
    return Kit.objects.filter(~Exists(hidden), is_active=True)
