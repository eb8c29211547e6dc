"""The demo's offers have a past, so that its pages can say what they cost before."""

from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import timezone

from catalog.models import PriceHistory
from catalog.selectors import lowest_before
from demoshop.prices import load_costs, load_past
from demoshop.source import DemoSource
from tests.catalog.factories import VariantFactory

pytestmark = pytest.mark.django_db


def test_an_offer_has_cost_its_list_price_before_and_gets_one_past_only() -> None:
    offer = VariantFactory.create(sale_price=Decimal(80))
    plain = VariantFactory.create()
    source = DemoSource(Path(), timezone.now(), print)

    load_past(source)
    load_past(source)

    assert lowest_before(offer, 30) == Decimal("100.00")
    assert PriceHistory.objects.filter(variant=offer).count() == 2
    assert PriceHistory.objects.filter(variant=plain).count() == 1


def test_goods_have_cost_less_than_their_price_and_known_costs_stay() -> None:
    new, known = VariantFactory.create(), VariantFactory.create(cost=Decimal("12.34"))

    load_costs()
    new.refresh_from_db()
    known.refresh_from_db()

    assert 0 < new.cost < new.list_price
    assert known.cost == Decimal("12.34")
