"""What the shop has of each payment provider: its keys, its mode, and whether it answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from payments.gateways import find, keys
from payments.gateways.base import GatewayRefused, GatewayUnavailable
from payments.gateways.simulator import is_allowed
from payments.models import PaymentMethod

NAMES = {
    "conekta": "Conekta",
    "mercadopago": "Mercado Pago",
    "paypal": "PayPal",
    "simulator": "Vitrina Pay",
    "stripe": "Stripe",
}
# A short list: the question is whether the keys are taken.
_ASKED = timedelta(minutes=10)


@dataclass(frozen=True, kw_only=True)
class ProviderState:
    """`missing` and `wrong` are names of variables of the environment; their values stay secret."""

    code: str
    missing: list[str]
    wrong: list[str]
    is_off: bool
    is_test: bool
    active_methods: int

    @property
    def name(self) -> str:
        return NAMES.get(self.code, self.code)

    @property
    def is_ready(self) -> bool:
        return not (self.is_off or self.missing or self.wrong)


@dataclass(frozen=True)
class Answer:
    """What came of asking a provider, in words."""

    is_well: bool
    text: str


def states() -> list[ProviderState]:
    """Every provider that the shop could use. 1 query."""
    active = dict(
        PaymentMethod.objects.values_list("gateway").annotate(
            number=Count("pk", filter=Q(is_active=True))
        )
    )
    found = [_state(code, given, active) for code, given in settings.GATEWAY_SETTINGS.items()]
    if is_allowed():
        found.append(
            ProviderState(
                code="simulator",
                missing=[],
                wrong=[],
                is_off=find("simulator") is None,
                is_test=True,
                active_methods=active.get("simulator", 0),
            )
        )
    return sorted(found, key=lambda state: (state.is_off, state.name))


def ask(code: str) -> Answer:
    """
    Ask the provider for the payments of the last minutes: it reads, and moves no money.

    Not to be called within a transaction: it waits for an answer over the network.
    """
    gateway = find(code)
    if gateway is None:
        return Answer(is_well=False, text=_("Its keys are not complete: nothing was asked."))
    try:
        next(iter(gateway.changed_since(timezone.now() - _ASKED)), None)
    except GatewayRefused as error:
        text = _("It answers, and refuses these keys: %(reason)s") % {"reason": error}
        return Answer(is_well=False, text=text)
    except GatewayUnavailable as error:
        text = _("It does not answer now: %(reason)s") % {"reason": error}
        return Answer(is_well=False, text=text)
    return Answer(is_well=True, text=_("It answers, and takes these keys."))


def _state(code: str, given: Mapping[str, str], active: Mapping[str, int]) -> ProviderState:
    missing, wrong = keys.missing(code), keys.malformed(code)
    is_off = not any(value for name, value in given.items() if name not in keys.OPTIONAL)
    return ProviderState(
        code=code,
        missing=missing,
        wrong=wrong,
        is_off=is_off,
        is_test=not is_off and _is_test(given),
        active_methods=active.get(code, 0),
    )


def _is_test(given: Mapping[str, str]) -> bool:
    """Providers say it in the key itself, in a mode or by another host."""
    secret = given.get("SECRET_KEY", "") + given.get("ACCESS_TOKEN", "")
    hosts = ("sandbox", "127.0.0.1", "localhost")
    return (
        "_test_" in secret
        or secret.startswith("TEST-")
        or given.get("MODE") == "test"
        or any(host in given.get("API_BASE", "") for host in hosts)
    )
