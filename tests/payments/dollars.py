"""A provider that takes dollars alone, for shops that reckon in another currency."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

from payments import gateways
from payments.gateways.simulator import SimulatorGateway
from payments.models import PaymentMethod
from tests.payments.factories import PaymentMethodFactory


class DollarsOnly(SimulatorGateway):
    def accepts(self, currency: str) -> bool:
        return currency == "USD"


@contextmanager
def dollars_only() -> Iterator[PaymentMethod]:
    """The method `dollars`, while the simulator runs."""
    gateways.register(
        "dollars", lambda: DollarsOnly(settings.SIMULATOR_API_BASE, settings.SIMULATOR_SECRET)
    )
    try:
        yield PaymentMethodFactory.create(code="dollars", gateway="dollars")
    finally:
        gateways.register("dollars", lambda: None)
