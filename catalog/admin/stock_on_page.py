"""What the app that keeps the stock puts on a product's page and into the list of products."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol
from uuid import UUID

from django.http import HttpRequest


@dataclass(frozen=True)
class Place:
    """A warehouse of the product's seller."""

    key: UUID
    name: str


@dataclass(frozen=True)
class Shelf:
    """Units of a variant in one place, and those of them that can be sold."""

    on_hand: int = 0
    free: int = 0


@dataclass(frozen=True)
class NewUnits:
    """What somebody counted, and what the page showed before."""

    variant: UUID
    place: UUID
    units: int
    seen: int = 0


class StockOnPage(Protocol):
    def places(self, seller_id: UUID) -> list[Place]:
        """The seller's own warehouses in order. 1 query."""

    def shelves(self, product_id: UUID) -> Mapping[tuple[UUID, UUID], Shelf]:
        """The product's stock by variant and place. 1 query."""

    def free_units(self, products: Collection[UUID]) -> Mapping[UUID, int]:
        """Units of each product that can be sold now. 1 query."""

    def may_correct(self, request: HttpRequest) -> bool:
        """Whether the person may type units; others see them."""

    def correct(self, changes: Sequence[NewUnits], *, note: str, actor_id: UUID) -> list[str]:
        """Write movements that lead to these units; returns the refusals."""


class NoStock:
    """A catalogue without an app that keeps stock."""

    def places(self, seller_id: UUID) -> list[Place]:
        return []

    def shelves(self, product_id: UUID) -> Mapping[tuple[UUID, UUID], Shelf]:
        return {}

    def free_units(self, products: Collection[UUID]) -> Mapping[UUID, int]:
        return {}

    def may_correct(self, request: HttpRequest) -> bool:
        return False

    def correct(self, changes: Sequence[NewUnits], *, note: str, actor_id: UUID) -> list[str]:
        return []


class HasStock:
    """Pages that show stock; the app above this one says how, once."""

    stock: ClassVar[StockOnPage] = NoStock()

    @classmethod
    def keep_stock_by(cls, stock: StockOnPage) -> None:
        HasStock.stock = stock
