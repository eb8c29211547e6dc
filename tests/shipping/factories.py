"""Ways of delivery with a table of rates."""

from decimal import Decimal

import factory

from shipping.models import Carrier, ShippingMethod, ShippingRate, Zone


class ZoneFactory(factory.django.DjangoModelFactory[Zone]):
    class Meta:
        model = Zone

    name = factory.Sequence(lambda number: f"Zone {number}")
    country = "PE"


class CarrierFactory(factory.django.DjangoModelFactory[Carrier]):
    class Meta:
        model = Carrier

    code = factory.Sequence(lambda number: f"carrier-{number}")
    name = factory.Sequence(lambda number: f"Carrier {number}")


class ShippingMethodFactory(factory.django.DjangoModelFactory[ShippingMethod]):
    class Meta:
        model = ShippingMethod

    code = factory.Sequence(lambda number: f"method-{number}")
    name = factory.Sequence(lambda number: f"Method {number}")
    position = factory.Sequence(lambda number: number)


class ShippingRateFactory(factory.django.DjangoModelFactory[ShippingRate]):
    class Meta:
        model = ShippingRate

    method = factory.SubFactory(ShippingMethodFactory)
    zone = factory.SubFactory(ZoneFactory)
    price = Decimal("10.00")
