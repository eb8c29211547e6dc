from django.db.models import Exists, OuterRef, QuerySet

from catalog.models import Kit, KitItem, Product


def shown_kits() -> QuerySet[Kit]:
    """Kits whose required items are all visible to shoppers. No query of its own."""
    needed = KitItem.objects.filter(kit=OuterRef("pk"), is_optional=False)
    # A subquery for each item: there are few kits and many products.
    hidden = needed.filter(~Exists(Product.objects.published().filter(pk=OuterRef("product"))))
    return Kit.objects.filter(~Exists(hidden), is_active=True)
