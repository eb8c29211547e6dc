"""Payment providers behind one Protocol. Nothing of a provider's own shapes leaves this package."""

from payments.gateways.base import codes, find, get, register
from payments.gateways.manual import ManualGateway

register("conekta", "payments.gateways.conekta.configured")
register("manual", ManualGateway)
register("mercadopago", "payments.gateways.mercadopago.configured")
register("paypal", "payments.gateways.paypal.configured")
register("simulator", "payments.gateways.simulator.configured")
register("stripe", "payments.gateways.stripe.configured")
