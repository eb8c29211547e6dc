"""What most tests of the checkout begin with."""

from typing import TYPE_CHECKING

import pytest
from django.test import Client

if TYPE_CHECKING:
    from catalog.models import Variant


@pytest.fixture
def variant(db: None) -> "Variant":
    """Five units for 100.00 each, in a shop that delivers in Peru and takes bank transfers."""
    from tests.checkout import factories  # noqa: PLC0415 - needs the settings

    return factories.shop_with_units(5)


@pytest.fixture
def buyer(client: Client, variant: "Variant") -> Client:
    """A guest with a unit of the variant in the cart."""
    client.post("/cart/add/", {"variant": variant.sku, "quantity": "1"})
    return client
