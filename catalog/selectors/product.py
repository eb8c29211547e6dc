from catalog.selectors.types import ProductPage


def product_page(slug: str, sku: str | None = None) -> ProductPage | None:
    """All that a product's page shows; None if there is no such product on show. At most 10 queries."""
    raise NotImplementedError
