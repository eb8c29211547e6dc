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
