from catalog.admin.bulk import BulkAdmin
from catalog.admin.categories import BrandAdmin, CategoryAdmin, FamilyAdmin
from catalog.admin.collections import CollectionAdmin, KitAdmin
from catalog.admin.prices import PriceHistoryAdmin, ScheduledPriceAdmin
from catalog.admin.products import ProductAdmin
from catalog.admin.search import SearchBoostAdmin, SynonymGroupAdmin
from catalog.admin.variants import VariantAdmin

__all__ = [
    "BrandAdmin",
    "BulkAdmin",
    "CategoryAdmin",
    "CollectionAdmin",
    "FamilyAdmin",
    "KitAdmin",
    "PriceHistoryAdmin",
    "ProductAdmin",
    "ScheduledPriceAdmin",
    "SearchBoostAdmin",
    "SynonymGroupAdmin",
    "VariantAdmin",
]
