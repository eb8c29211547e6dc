"""The fit of sizes, photos of customers and the word of a rating on the product's page."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.models import User
from catalog.models import Product, VariantOption
from reviews import services
from reviews.models import Fit, Review
from reviews.services import Opinion
from tests.accounts.factories import UserFactory
from tests.reviews.factories import ReviewFactory, shown_product
from tests.reviews.test_write import photos

pytestmark = pytest.mark.django_db
WRITE = "/p/polo-lima/review/"


@pytest.fixture
def product() -> Product:
    return shown_product(slug="polo-lima")


@pytest.fixture
def sized(product: Product) -> Product:
    VariantOption.objects.create(
        variant=product.variants.get(), name="Talla", value="M", key="size", value_key="m"
    )
    return product


@pytest.fixture
def shopper(client: Client) -> User:
    user: User = UserFactory.create()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return user


@pytest.mark.usefixtures("shopper")
def test_the_fit_is_asked_where_there_are_sizes(client: Client, sized: Product) -> None:
    page = client.get(WRITE).text
    client.post(WRITE, {"rating": "4", "fit": "large"})

    assert 'name="fit"' in page
    assert Review.objects.get().fit == Fit.LARGE


@pytest.mark.usefixtures("shopper")
def test_without_sizes_nobody_is_asked(client: Client, product: Product) -> None:
    page = client.get(WRITE).text
    client.post(WRITE, {"rating": "4", "fit": "large"})

    assert 'name="fit"' not in page
    assert Review.objects.get().fit == ""


def test_the_page_sums_up_the_fit_and_says_the_rating_in_words(
    client: Client, sized: Product
) -> None:
    for fit, rating in [("true", 5), ("true", 4), ("small", 3), ("", 4)]:
        ReviewFactory.create(product=sized, fit=fit, rating=rating)

    html = client.get("/p/polo-lima/reviews/").text

    assert [html.count(f"{percent} %") for percent in (67, 33, 0)] == [1, 1, 1]
    assert "Bueno" in html


def test_one_opinion_on_the_fit_is_no_summary(client: Client, sized: Product) -> None:
    ReviewFactory.create(product=sized, fit="small")

    assert 'class="fit"' not in client.get("/p/polo-lima/reviews/").text


def test_photos_of_all_reviews_are_one_strip_once_they_are_shown(
    client: Client, product: Product, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    first, second = UserFactory.create(), UserFactory.create()
    for user in (first, second):
        services.write(user, product.pk, Opinion(rating=5, photos=photos(2)))
    hidden = client.get("/p/polo-lima/reviews/").text
    for review in Review.objects.all():
        services.approve(review.pk, actor_id=first.pk)

    shown = client.get("/p/polo-lima/reviews/").text

    assert "gallery--photos" not in hidden
    strip = shown[shown.index("gallery--photos") :].split("</ul>")[0]
    assert strip.count("<img") == 4


def test_the_database_knows_the_fits() -> None:
    review = ReviewFactory.create()

    with pytest.raises(IntegrityError), transaction.atomic():
        Review.objects.filter(pk=review.pk).update(fit="tight")
