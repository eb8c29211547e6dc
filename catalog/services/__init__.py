"""Changes of the catalogue: prices, variants, pictures, categories, counters."""

from catalog.services.categories import (
    families_left_empty,
    merge_brands,
    merge_categories,
    move_categories,
)
from catalog.services.collections import add_products, arrange, find_products
from catalog.services.counters import (
    add_sold,
    count_search_words,
    refresh_search,
    refresh_stale_search,
    set_availability,
    set_costs,
)
from catalog.services.prices import (
    Prices,
    PriceStep,
    PriceStepKind,
    check_prices,
    locked_with_product,
    price_doubt,
    set_prices,
)
from catalog.services.products import (
    add_pictures,
    duplicate,
    free_sku,
    pause_sales,
    set_active,
    with_products_locked,
)
from catalog.services.schedule import (
    apply_scheduled_prices,
    end_scheduled_price,
    schedule_price,
    schedule_step,
)
from catalog.services.variants import Option, OptionValue, create_variants, plan_variants
