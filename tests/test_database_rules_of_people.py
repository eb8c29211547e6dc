"""What PostgreSQL refuses of what people write, no matter who asks."""

import pytest
from django.db import Error, transaction

from accounts.models import Address
from promotions.models import Coupon, Promotion
from reviews.models import Review
from tests.accounts.factories import UserFactory
from tests.catalog.factories import ProductFactory
from tests.test_database_rules import NOW, refused

pytestmark = pytest.mark.django_db


class TestPeopleAndPromotions:
    def test_one_account_for_an_address_in_any_case(self) -> None:
        UserFactory.create(email="ana@example.com")

        with pytest.raises(Error, match="user_email_once"), transaction.atomic():
            UserFactory.create(email="ANA@example.com")

    def test_two_default_addresses(self) -> None:
        home = {"recipient": "Ana", "street": "Av. Larco 1", "city": "Lima"}
        person = UserFactory.create()
        Address.objects.create(user=person, is_default_shipping=True, **home)

        with pytest.raises(Error, match="address_one_default_shipping"), transaction.atomic():
            Address.objects.create(user=person, is_default_shipping=True, **home)

    @pytest.mark.parametrize(
        ("change", "rule"),
        [
            ("value = 150", "promotion_percentage_range"),
            ("value = 0", "promotion_value_positive"),
            ("ends_at = starts_at - interval '1 day'", "promotion_ends_after_start"),
            ("uses = 4", "promotion_not_overused"),
        ],
    )
    def test_a_promotion_that_makes_no_sense(self, change: str, rule: str) -> None:
        Promotion.objects.create(name="10 %", value=10, starts_at=NOW, max_uses=3)

        refused(rule, f"UPDATE promotions_promotion SET {change}")

    def test_codes_ignore_case(self) -> None:
        promotion = Promotion.objects.create(name="10 %", value=10)
        Coupon.objects.create(promotion=promotion, code="HOLA10")

        with pytest.raises(Error, match="coupon_code_once"), transaction.atomic():
            Coupon.objects.create(promotion=promotion, code="hola10")

    def test_one_review_for_a_person_and_product(self) -> None:
        person, product = UserFactory.create(), ProductFactory.create()
        Review.objects.create(user=person, product=product, rating=5)

        with pytest.raises(Error, match="review_once"), transaction.atomic():
            Review.objects.create(user=person, product=product, rating=1)
        refused("review_rating_range", "UPDATE reviews_review SET rating = 6")
