"""A product's rating is what its approved reviews add up to, whatever changes them."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from decimal import Decimal
from typing import Any, ClassVar

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.models import User
from catalog.models import Product
from core.ids import uuid7
from reviews import services
from reviews.exceptions import VoteRefused
from reviews.models import HelpfulVote, Review, ReviewStatus
from reviews.services import Opinion
from tests.accounts.factories import UserFactory
from tests.concurrency import at_once
from tests.reviews.factories import ReviewFactory, shown_product

PEOPLE, PRODUCTS = 5, 3


def sql(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def rating_of(product: Product) -> tuple[Decimal, int]:
    return Product.objects.values_list("rating_average", "rating_count").get(pk=product.pk)


def what_reviews_say(product: Product) -> tuple[Decimal, int]:
    """Counted here, with none of the shop's own sums."""
    ratings = [
        r.rating
        for r in Review.objects.all()
        if r.product_id == product.pk and r.status == "approved"
    ]
    mean = Decimal(sum(ratings)) / len(ratings) if ratings else Decimal(0)
    return mean.quantize(Decimal("0.01"), rounding="ROUND_HALF_UP"), len(ratings)


def write_everywhere(user: User, rating: int, products: Iterable[Product]) -> None:
    """Of products that the user has reviewed already, nothing happens."""
    rows = [
        Review(id=uuid7(), user=user, product=each, rating=rating, status=ReviewStatus.APPROVED)
        for each in products
    ]
    Review.objects.bulk_create(rows, ignore_conflicts=True)


def vote(user: User, review: Review) -> None:
    with suppress(VoteRefused):
        services.vote(user, review.pk)


def save(review: Review, rating: int) -> None:
    review.rating = rating
    review.save()


# What services, the admin and raw SQL do, each to the oldest review of a product where it has one.
OF_A_REVIEW: dict[str, Callable[[User, Review, int], object]] = {
    "approve": lambda user, review, _: services.approve(review.pk, actor_id=user.pk),
    "reject": lambda user, review, _: services.reject(review.pk, "No.", actor_id=user.pk),
    "withdraw": lambda _, review, __: (
        review.user and services.withdraw(review.user, review.product_id)
    ),
    "vote": lambda user, review, _: vote(user, review),
    "save": lambda _, review, stars: save(review, stars),
}
OF_ALL: dict[str, Callable[[User, Product, int], object]] = {
    "write": lambda user, product, stars: services.write(user, product.pk, Opinion(rating=stars)),
    "bulk": lambda user, _, stars: write_everywhere(user, stars, Product.objects.all()),
    "change": lambda *_: sql("UPDATE reviews_review SET rating = 6 - rating, status = 'approved'"),
    "erase": lambda _, __, stars: sql(
        "WITH gone AS (SELECT id FROM reviews_review WHERE rating = %s), "
        "votes AS (DELETE FROM reviews_helpfulvote WHERE review_id IN (SELECT id FROM gone)) "
        "DELETE FROM reviews_review WHERE id IN (SELECT id FROM gone)",
        stars,
    ),
    "move": lambda _, product, __: sql(
        "UPDATE reviews_review SET product_id = %s WHERE id IN (SELECT DISTINCT ON (user_id) id "
        "FROM reviews_review r WHERE NOT EXISTS (SELECT FROM reviews_review o "
        "WHERE o.user_id = r.user_id AND o.product_id = %s))",
        product.pk,
        product.pk,
    ),
    "lie": lambda *_: sql("UPDATE catalog_product SET rating_average = 0, rating_count = 0"),
}


class EveryChange(TestCase):
    people: ClassVar[list[User]]
    products: ClassVar[list[Product]]
    step = st.tuples(
        st.sampled_from([*OF_ALL, *OF_A_REVIEW]),
        st.integers(0, PEOPLE - 1),
        st.integers(0, PRODUCTS - 1),
        st.integers(1, 5),
    )

    @classmethod
    def setUpTestData(cls) -> None:
        cls.people = UserFactory.create_batch(PEOPLE)
        cls.products = [shown_product() for _ in range(PRODUCTS)]

    @settings(max_examples=20)
    @given(st.lists(step, min_size=5, max_size=12))
    def test_leaves_ratings_and_votes_right(self, steps: list[tuple[str, int, int, int]]) -> None:
        for name, person, number, stars in steps:
            user, product = self.people[person], self.products[number]
            review = Review.objects.filter(product=product).order_by("pk").first()
            if name in OF_ALL:
                OF_ALL[name](user, product, stars)
            elif review:
                OF_A_REVIEW[name](user, review, stars)

            rated = [rating_of(each) for each in self.products]
            assert rated == [what_reviews_say(each) for each in self.products]
        for review in Review.objects.all():
            assert review.helpful_count == review.votes.count()


@pytest.mark.django_db
def test_figures_of_a_file_hold_until_somebody_writes_and_not_after() -> None:
    product = shown_product(rating_average=Decimal("4.5"), rating_count=12)
    Product.objects.filter(pk=product.pk).update(rating_average=Decimal("4.60"), rating_count=13)
    before = rating_of(product)

    ReviewFactory.create(product=product, rating=2)
    Product.objects.filter(pk=product.pk).update(rating_average=Decimal("4.7"), rating_count=14)

    assert before == (Decimal("4.60"), 13)
    assert rating_of(product) == (Decimal("2.00"), 1)


@pytest.mark.django_db(transaction=True)
def test_reviews_and_votes_that_come_at_once_all_count() -> None:
    one, two = shown_product(), shown_product()
    praised = ReviewFactory.create(product=one, rating=1)
    people = iter(UserFactory.create_batch(8))

    def act() -> None:
        user = next(people)
        write_everywhere(user, 5, (one, two) if user.pk.int % 2 else (two, one))
        services.vote(user, praised.pk)
        services.vote(user, praised.pk)

    at_once(act)

    assert rating_of(one) == (Decimal("4.56"), 9)
    assert rating_of(two) == (Decimal("5.00"), 8)
    praised.refresh_from_db()
    assert praised.helpful_count == HelpfulVote.objects.count() == 8
