"""Promotions in the back office: what no shop can mean is refused beside the field."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.permissions import Role
from promotions.models import Coupon, Promotion, PromotionEffect, PromotionTrigger
from tests.accounts.factories import signed_in
from tests.promotions.factories import CouponFactory, PromotionFactory

pytestmark = pytest.mark.django_db
ADD = "admin:promotions_promotion_add"
NOW = timezone.now()


@pytest.fixture(autouse=True)
def manager(client, settings):
    """Somebody of the catalogue, signed in."""
    settings.DEMO = True
    return signed_in(client, Role.CATALOGUE)


def typed(*codes, existing=0, **fields):
    """A form for ten percent off, with these fields and codes."""
    form = {
        "name_es": "Rebajas",
        "trigger": "automatic",
        "effect": "percentage",
        "scope": "order",
        "value": "10",
        "minimum_purchase": "0",
        "priority": "0",
        "is_active": "on",
        "coupons-TOTAL_FORMS": len(codes),
        "coupons-INITIAL_FORMS": existing,
    }
    for number, code in enumerate(codes):
        form |= {f"coupons-{number}-{name}": value for name, value in code.items()}
    return form | fields


def day(name, moment):
    return {f"{name}_0": f"{moment:%d/%m/%Y}", f"{name}_1": f"{moment:%H:%M}"}


def test_what_no_shop_can_mean_is_refused_beside_the_field(client, subtests):
    for field, fields in [
        ("value", {"value": "150"}),
        ("value", {"value": "0"}),
        ("value", {"value": ""}),
        ("value", {"value": "-5", "effect": "fixed"}),
        ("free_quantity", {"effect": "buy_x_get_y", "buy_quantity": "2"}),
        ("tiers", {"effect": "tiers"}),
        ("tiers", {"effect": "tiers", "tiers": "3 150"}),
        ("tiers", {"effect": "tiers", "tiers": "3 nan"}),
        ("tiers", {"effect": "tiers", "tiers": '[{"quantity": 3}]'}),
        ("tiers", {"effect": "tiers", "tiers": "3 10\n3 20"}),
        ("minimum_purchase", {"minimum_purchase": "-1"}),
        ("brands", {"scope": "brand"}),
        ("trigger", {"trigger": "kit"}),
        ("ends_at", day("starts_at", NOW) | day("ends_at", NOW - timedelta(days=1))),
    ]:
        with subtests.test(str(fields)):
            response = client.post(reverse(ADD), typed(**fields))

            errors = response.context["adminform"].form.errors
            assert list(errors) == [field]
            assert len(errors[field]) == 1
            assert not Promotion.objects.exists()


@pytest.mark.parametrize(
    "fields",
    [
        {"value": 150},
        {"value": 0},
        {"value": None},
        {"starts_at": NOW, "ends_at": NOW - timedelta(days=1)},
        {"effect": PromotionEffect.BUY_X_GET_Y},
        {"minimum_purchase": -1},
        {"tiers": [{"quantity": 3, "percent": 150}]},
        {"tiers": [{"quantity": "3", "percent": 10}]},
        {"tiers": [{"quantity": 3, "percent": 10}, {"percent": 10}]},
        {"tiers": {"quantity": 3, "percent": 10}},
        {"tiers": "3 10"},
        {"tiers": [3]},
    ],
)
def test_the_database_refuses_it_too(fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        PromotionFactory.create(**fields)


def test_raw_sql_cannot_write_a_step_that_the_pricer_could_not_read():
    promotion = PromotionFactory.create()
    stray = json.dumps([{"units": 3, "percent": 10}])

    with pytest.raises(IntegrityError), connection.cursor() as cursor:
        cursor.execute("UPDATE promotions_promotion SET tiers = %s", [stray])

    assert promotion.tiers == []


def test_steps_are_typed_one_to_a_line(client):
    form = typed(effect="tiers", value="", tiers="5 15 %\n\n3 7,5")

    client.post(reverse(ADD), form)

    promotion = Promotion.objects.get()
    assert promotion.tiers == [{"quantity": 3, "percent": 7.5}, {"quantity": 5, "percent": 15}]
    page = client.get(reverse("admin:promotions_promotion_change", args=[promotion.pk]))
    assert "3 7.5\n5 15</textarea>" in page.content.decode()


def test_codes_are_written_in_capitals_with_their_promotion(client):
    client.post(reverse(ADD), typed({"code": "verano", "is_active": "on"}, trigger="coupon"))

    assert Coupon.objects.get().code == "VERANO"


def test_a_promotion_says_what_it_is_for_in_each_language(client):
    told = {"description_es": "Cierre de temporada", "description_en": "End of season"}

    client.post(reverse(ADD), typed(**told))

    assert list(Promotion.objects.values(*told)) == [told]


@pytest.mark.parametrize(
    ("trigger", "codes"),
    [
        (PromotionTrigger.AUTOMATIC, [{"code": "VERANO"}]),
        (PromotionTrigger.COUPON, [{"code": "VERANO"}, {"code": "verano"}]),
        (PromotionTrigger.COUPON, [{"code": "no vale"}]),
        (PromotionTrigger.COUPON, [{"code": "otra"}]),
    ],
)
def test_codes_that_could_not_work_are_refused_in_words(client, trigger, codes):
    CouponFactory.create(code="OTRA")

    response = client.post(reverse(ADD), typed(*codes, trigger=trigger))

    page = response.content.decode()
    assert response.status_code == 200
    assert "errorlist" in page
    assert "coupon_" not in response.context["errors"].as_text()
    assert Coupon.objects.count() == 1


def test_a_limit_below_the_count_is_refused_and_the_count_stays(client):
    coupon = CouponFactory.create(uses=3, promotion__uses=3)
    promotion = coupon.promotion
    address = reverse("admin:promotions_promotion_change", args=[promotion.pk])
    code = {"id": coupon.pk, "promotion": promotion.pk, "code": coupon.code, "max_uses": "2"}
    form = typed(code, existing=1, trigger="coupon")

    refused = client.post(address, form | {"max_uses": "2"})
    taken = client.post(address, form | {"max_uses": "5", "coupons-0-max_uses": "4"})

    assert "max_uses" in refused.context["adminform"].form.errors
    assert taken.status_code == 302
    coupon.refresh_from_db()
    promotion.refresh_from_db()
    assert (coupon.max_uses, coupon.uses) == (4, 3)
    assert (promotion.max_uses, promotion.uses, promotion.value) == (5, 3, Decimal(10))
