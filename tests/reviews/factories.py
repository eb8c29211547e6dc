from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from catalog.models import Product
from orders.amounts import NewLine
from reviews.models import ProductQuestion, QuestionStatus, Review, ReviewStatus
from tests.accounts.factories import UserFactory
from tests.catalog.factories import VariantFactory
from tests.inventory.factories import stocked
from tests.orders.factories import new_line


def shown_product(**fields: Any) -> Product:
    """A product that shoppers see."""
    product: Product = VariantFactory.create(
        **{f"product__{k}": v for k, v in fields.items()}
    ).product
    return product


class ReviewFactory(DjangoModelFactory[Review]):
    """An approved review, of five stars."""

    class Meta:
        model = Review

    product = factory.LazyFunction(shown_product)
    user = factory.SubFactory(UserFactory)
    rating = 5
    title = "Muy bueno"
    comment = "Llegó rápido."
    status = ReviewStatus.APPROVED


def line_of(product: Product) -> NewLine:
    """A unit of the product, which is on the shelf."""
    return new_line(stocked(9, variant=product.variants.get()))


class ProductQuestionFactory(DjangoModelFactory[ProductQuestion]):
    """A question on show, with its answer."""

    class Meta:
        model = ProductQuestion

    product = factory.LazyFunction(shown_product)
    name = "Ana"
    email = "ana@example.com"
    text = "¿Es resistente?"
    status = QuestionStatus.PUBLISHED
    answer = "Sí."
    answered_at = factory.Maybe("answer", factory.LazyFunction(timezone.now), None)
