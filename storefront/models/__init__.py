from storefront.models.frame import (
    HomeBlock,
    HomeBlockKind,
    Logo,
    MenuItem,
    MenuPlace,
    Page,
    PageKind,
    home_block_kinds,
)
from storefront.models.sections import (
    Banner,
    Hotspot,
    Scheme,
    Story,
    TextPlace,
)

__all__ = [
    "Banner",
    "HomeBlock",
    "HomeBlockKind",
    "Hotspot",
    "Logo",
    "MenuItem",
    "MenuPlace",
    "Page",
    "PageKind",
    "Scheme",
    "Story",
    "TextPlace",
    "home_block_kinds",
]
