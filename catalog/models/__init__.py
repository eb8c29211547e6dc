from catalog.models.brand import Brand
from catalog.models.bundle import BundleComponent
from catalog.models.category import Category, Family
from catalog.models.collection import Collection, CollectionProduct, CollectionType
from catalog.models.facet import BRAND_KEY, ProductFacet
from catalog.models.image import ProductImage
from catalog.models.kit import Kit, KitItem
from catalog.models.price import (
    PriceHistory,
    ScheduledPrice,
    ScheduledPriceKind,
    ScheduledPriceStatus,
)
from catalog.models.product import Availability, Product, ProductKind
from catalog.models.redirect import SlugRedirect, SlugRedirectKind
from catalog.models.search import SearchEntry, SearchStem, SearchWord
from catalog.models.search_log import SearchChoice, SearchCount
from catalog.models.search_rules import SearchBoost, SearchRedirect, SynonymGroup
from catalog.models.sheet import (
    FetchStatus,
    PictureFetch,
    RowOutcome,
    SheetImport,
    SheetKind,
    SheetRow,
    SheetStatus,
)
from catalog.models.stale import StaleDocument, StaleSearchEntry
from catalog.models.variant import Variant, VariantOption
