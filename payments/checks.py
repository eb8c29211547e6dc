"""System checks: no play money beside real money, and only settings that can work."""

from typing import Any

from constance import config
from django.conf import settings
from django.core.checks import WARNING, CheckMessage, Error, Tags, register
from django.db import DatabaseError

from payments import quotes
from payments.gateways import keys
from payments.gateways.simulator import is_allowed
from payments.models import PaymentMethod


@register(Tags.security)
def simulator_only_in_demo(**_kwargs: Any) -> list[CheckMessage]:
    if is_allowed() or not (settings.SIMULATOR_API_BASE or settings.SIMULATOR_SECRET):
        return []
    return [
        Error(
            "The payment simulator is set up, but this is no demo.",
            hint="Remove SIMULATOR_API_BASE and SIMULATOR_SECRET, or set DEMO=1.",
            id="payments.E001",
        )
    ]


@register(Tags.database)
def no_simulated_method_for_sale(**kwargs: Any) -> list[CheckMessage]:
    """Only where the database is asked for: `check --database default`, and `migrate`."""
    if is_allowed() or "default" not in (kwargs.get("databases") or ()):
        return []
    try:
        found = PaymentMethod.objects.filter(gateway="simulator", is_active=True).exists()
    except DatabaseError:
        return []  # the tables are still to be made
    if not found:
        return []
    return [
        Error(
            "A payment method that takes play money is active, but this is no demo.",
            hint="Switch the method off in the admin, or set DEMO=1.",
            id="payments.E002",
        )
    ]


@register(Tags.security, deploy=True)
def keys_that_work(**_kwargs: Any) -> list[CheckMessage]:
    """A provider whose keys are incomplete or malformed is hidden from shoppers: here is why."""
    return [
        CheckMessage(
            WARNING,
            fault,
            hint=f"Until it is right, nothing can be paid by {provider}: see .env.example.",
            id="payments.W001",
        )
        for provider in settings.GATEWAY_SETTINGS
        for fault in keys.faults(provider)
    ]


@register(Tags.security, deploy=True)
def rates_that_can_be_read(**_kwargs: Any) -> list[CheckMessage]:
    """One entry that is wrong hides every way to pay that needs a rate."""
    try:
        quotes.rates()
    except DatabaseError:
        return []  # there is no database to ask here
    except ValueError as error:
        hint = "Correct EXCHANGE_RATES in the shop's settings, in the back office."
        return [CheckMessage(WARNING, str(error), hint=hint, id="payments.W002")]
    return []


@register(Tags.security, deploy=True)
def methods_that_are_seen(**_kwargs: Any) -> list[CheckMessage]:
    """A way to pay that is switched on, and that shoppers are not shown all the same."""
    try:
        methods = list(PaymentMethod.objects.filter(is_active=True).order_by("position", "code"))
        return [
            CheckMessage(
                WARNING,
                f"The payment method “{method.code}” is hidden. {reason}",
                hint="Set up its provider or an exchange rate, or switch the method off.",
                id="payments.W003",
            )
            for method in methods
            for reason in quotes.why_hidden(method.gateway, method.currencies or [config.CURRENCY])
        ]
    except (DatabaseError, ValueError):
        return []  # without a database; missing rates are the check above
