from django.apps import AppConfig

from acme_vitrina import promotion
from payments import gateways
from promotions import kinds
from shipping import carriers
from storefront import parts


class AcmeConfig(AppConfig):
    """All that the package adds, made known as the shop starts."""

    name = "acme_vitrina"
    verbose_name = "Acme"

    def ready(self) -> None:
        # By name: they are imported when somebody first pays by Acme, or sends by Veloz.
        gateways.register("acme", "acme_vitrina.gateway.configured")
        carriers.register("veloz", "acme_vitrina.carrier.configured")
        kinds.register("acme.second", promotion.LABEL, promotion.take_off, needs=["value"])
        parts.register(
            "acme.voices",
            "What customers say",
            "acme_vitrina/_voices.html",
            "acme_vitrina.voices.newest",
        )
