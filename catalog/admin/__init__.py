from catalog.admin.collections import CollectionAdmin, KitAdmin
from catalog.admin.prices import PriceHistoryAdmin
from catalog.admin.products import ProductAdmin, VariantAdmin
from catalog.admin.search import SearchBoostAdmin, SynonymGroupAdmin
from catalog.admin.shelves import BrandAdmin, CategoryAdmin, FamilyAdmin

__all__ = [
    "BrandAdmin",
    "CategoryAdmin",
    "CollectionAdmin",
    "FamilyAdmin",
    "KitAdmin",
    "PriceHistoryAdmin",
    "ProductAdmin",
    "SearchBoostAdmin",
    "SynonymGroupAdmin",
    "VariantAdmin",
]
