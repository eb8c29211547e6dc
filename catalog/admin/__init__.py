"""The catalogue's pages of the back office: each module registers its own."""

from catalog.admin import categories, collections, kits, prices, products, search, variants
from catalog.admin.bulk import BulkAdmin
