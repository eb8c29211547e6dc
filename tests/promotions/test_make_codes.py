"""Coupons by the batch: as many as were asked for, none twice, on a list that one can print."""

import csv
import random
import re
from io import StringIO

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.permissions import Role
from promotions import batches, selectors
from promotions.batches import ALPHABET, Batch
from promotions.exceptions import BatchRefused, CouponNotForTheseProducts
from promotions.models import Coupon, PromotionTrigger
from tests.accounts.factories import signed_in
from tests.concurrency import at_once
from tests.promotions.factories import CouponFactory, PromotionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def promotion():
    return PromotionFactory.create(trigger=PromotionTrigger.COUPON)


@pytest.fixture
def manager(client, settings):
    settings.DEMO = True
    return signed_in(client, Role.CATALOGUE)


def address(name, promotion):
    return reverse(f"admin:promotions_promotion_{name}", args=[promotion.pk])


def typed(**fields):
    return {"title": "Feria", "number": "5", "start": "feria-", "length": "8", **fields}


def test_ten_thousand_codes_are_made_in_few_statements(
    promotion, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(7):
        batches.make(promotion.pk, Batch(name="Feria", number=10_000, prefix="feria-"))

    codes = set(Coupon.objects.values_list("code", flat=True))
    assert len(codes) == 10_000
    assert all(re.fullmatch(f"FERIA-[{ALPHABET}]{{10}}", code) for code in codes)
    assert not set("01IO") & set(ALPHABET)


def test_a_code_that_there_is_already_is_made_again(promotion) -> None:
    dice = random.Random(3)
    again = random.Random(3)
    taken = "".join(again.choices(ALPHABET, k=8))
    CouponFactory.create(code=taken.lower())

    batches.make(promotion.pk, Batch(name="Feria", number=3, length=8), source=dice)

    assert Coupon.objects.filter(batch="Feria").count() == 3
    assert Coupon.objects.count() == 4


def test_a_batch_is_made_once_and_only_for_a_promotion_with_codes(promotion) -> None:
    batch = Batch(name="Feria", number=2)
    batches.make(promotion.pk, batch)

    for refused in (promotion, PromotionFactory.create()):
        with pytest.raises(BatchRefused):
            batches.make(refused.pk, batch)

    assert Coupon.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_double_click_makes_one_batch(promotion) -> None:
    def press() -> bool:
        try:
            batches.make(promotion.pk, Batch(name="Feria", number=50))
        except BatchRefused:
            return False
        return True

    assert sum(at_once(press)) == 1
    assert Coupon.objects.count() == 50


def test_each_code_of_a_batch_works_as_often_as_was_said(client, manager, promotion) -> None:
    response = client.post(address("batch", promotion), typed(max_uses="2"), follow=True)

    assert response.status_code == 200
    coupon = Coupon.objects.order_by("code").first()
    assert coupon
    assert (coupon.max_uses, Coupon.objects.count()) == (2, 5)
    with pytest.raises(CouponNotForTheseProducts):  # known, but there is nothing to lower
        selectors.rules_for([], coupon_code=coupon.code.lower())


@pytest.mark.parametrize(
    "fields",
    [
        {"title": ""},
        {"number": "0"},
        {"number": "10001"},
        {"length": "7"},
        {"start": "ñandú "},
        {"max_uses": "0"},
    ],
)
def test_a_batch_that_cannot_be_is_asked_for_again(client, manager, promotion, fields) -> None:
    response = client.post(address("batch", promotion), typed(**fields))

    assert response.status_code == 422
    assert list(response.context["form"].errors) == list(fields)
    assert not Coupon.objects.exists()


def test_the_page_of_a_promotion_names_its_batches_and_not_their_codes(
    client, manager, promotion
) -> None:
    CouponFactory.create(promotion=promotion, code="VERANO")
    batches.make(promotion.pk, Batch(name="Feria", number=200))

    page = client.get(address("change", promotion)).content.decode()

    assert f"{address('coupons', promotion)}?batch=Feria" in page
    assert "VERANO" in page
    assert 'name="coupons-TOTAL_FORMS" value="1"' in page


def test_the_file_has_the_codes_of_this_promotion_and_batch_alone(
    client, manager, promotion
) -> None:
    CouponFactory.create()
    CouponFactory.create(promotion=promotion, code="VERANO")
    batches.make(promotion.pk, Batch(name="Feria", number=3))

    response = client.get(address("coupons", promotion), {"batch": "Feria"})
    rows = list(csv.DictReader(StringIO(response.content.decode())))

    assert "attachment" in response["Content-Disposition"]
    made = Coupon.objects.filter(batch="Feria").order_by("code")
    assert [row["code"] for row in rows] == [coupon.code for coupon in made]
    assert {row["max_uses"] for row in rows} == {"1"}


@pytest.mark.parametrize(
    ("role", "may_make", "may_download"),
    [
        (Role.CATALOGUE, 200, 200),
        (Role.FINANCE, 403, 200),
        (Role.WAREHOUSE, 403, 403),
        (Role.SELLER, 403, 403),
    ],
)
def test_codes_are_made_and_read_by_who_has_the_right(
    client, settings, promotion, role, may_make, may_download
) -> None:
    settings.DEMO = True
    signed_in(client, role)

    assert client.get(address("batch", promotion)).status_code == may_make
    assert client.get(address("coupons", promotion)).status_code == may_download
