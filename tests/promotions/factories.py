from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from promotions.models import Coupon, Promotion, PromotionTrigger


class PromotionFactory(DjangoModelFactory[Promotion]):
    """Ten percent off everything, by itself."""

    class Meta:
        model = Promotion

    name = factory.Sequence(lambda n: f"Promoción {n}")
    value = Decimal(10)


class CouponFactory(DjangoModelFactory[Coupon]):
    """A code for ten percent off everything."""

    class Meta:
        model = Coupon

    promotion = factory.SubFactory(PromotionFactory, trigger=PromotionTrigger.COUPON)
    code = factory.Sequence(lambda n: f"CODIGO{n}")
