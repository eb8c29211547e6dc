"""What the app that prices puts on a product's page: the taxes, and why a price is what it is."""

from collections.abc import Mapping, Sequence
from typing import ClassVar, Protocol
from uuid import UUID

from django import forms

from catalog.models import Variant
from core.admin.price_steps import PriceStep


class PricingOnPage(Protocol):
    def tax_classes(self) -> list[tuple[str, str]]:
        """The tax classes, each with its tax in words. 1 query."""

    def explain(self, variants: Sequence[Variant]) -> Mapping[UUID, list[PriceStep]]:
        """How the price of one unit of each comes about. A fixed number of queries."""


class NoPricing:
    """A catalogue without an app that prices."""

    def tax_classes(self) -> list[tuple[str, str]]:
        return [("standard", "standard")]

    def explain(self, variants: Sequence[Variant]) -> Mapping[UUID, list[PriceStep]]:
        return {}


class HasPricing:
    """Pages that explain prices; the app above this one says how, once."""

    pricing: ClassVar[PricingOnPage] = NoPricing()

    @classmethod
    def price_by(cls, pricing: PricingOnPage) -> None:
        HasPricing.pricing = pricing


class TaxClassField(forms.ChoiceField):
    """A tax class by the name and rate of its tax; one that a file brought in stays."""

    def offer(self, own: str) -> None:
        known = HasPricing.pricing.tax_classes()
        gone = [(own, own)] if own and own not in dict(known) else []
        self.choices = [*known, *gone]
