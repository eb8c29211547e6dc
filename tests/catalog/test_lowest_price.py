import re
from datetime import timedelta
from decimal import Decimal

import pytest
from constance import config
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone
from django.utils.html import strip_tags

from catalog.models import Availability, PriceHistory
from catalog.selectors import lowest_before
from catalog.services import set_availability
from storefront import selectors
from tests.catalog.factories import VariantFactory

PAST = [(60, 55), (100, 41), (70, 20), (90, 15), (80, 10)]  # a price, and days ago it began


@pytest.fixture
def offer(db):
    variant = VariantFactory.create(sale_price=Decimal(80))
    variant.price_history.all().delete()
    ends = [began for _price, began in PAST[1:]] + [None]
    for (price, began), ended in zip(PAST, ends, strict=True):
        times = [ago and timezone.now() - timedelta(days=ago) for ago in (began, ended)]
        PriceHistory.objects.create(
            variant=variant, price=price, list_price=100, period=DateTimeTZRange(*times)
        )
    return variant


@pytest.mark.django_db
@pytest.mark.parametrize(("days", "lowest"), [(30, 70), (4, 90), (365, 60), (0, None)])
def test_the_lowest_price_is_that_of_the_days_before_the_offer_began(offer, days, lowest):
    assert lowest_before(offer, days) == lowest


@pytest.mark.django_db
def test_the_products_page_tells_it_and_no_card_does(offer, client):
    set_availability(offer.pk, Availability.IN_STOCK)

    shelf = said(client, f"/en/c/{offer.product.category.slug}/")
    page = said(client, f"/en/p/{offer.product.slug}/")

    assert offer.product.name in client.get(f"/en/c/{offer.product.category.slug}/").text
    assert (shelf, page) == (set(), {"Lowest price of the 30 days before: S/ 70.00"})


@pytest.mark.django_db
def test_it_is_not_said_twice_where_it_is_the_struck_price(offer, client):
    PriceHistory.objects.filter(price__in=[70, 90]).update(price=100)

    assert said(client, f"/en/p/{offer.product.slug}/") == set()


@pytest.mark.django_db
def test_a_page_names_the_days_that_its_frame_knows(offer, client, monkeypatch):
    """Another process has made the frame, with days that this one has not heard of yet."""
    config.LOWEST_PRICE_DAYS = 30
    frame = selectors.frame()
    frame = frame._replace(shop=frame.shop._replace(lowest_price_days=365))
    monkeypatch.setattr(selectors, "frame", lambda: frame)

    page = said(client, f"/en/p/{offer.product.slug}/")

    assert page == {"Lowest price of the 365 days before: S/ 60.00"}


def said(client, address):
    text = " ".join(strip_tags(client.get(address).content.decode()).split())
    return set(re.findall(r"Lowest price of the .*?: S/ [\d.]+", text))
