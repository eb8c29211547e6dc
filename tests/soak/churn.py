"""
One worker of the soak: does things to stock at random until it is killed.

It works on the database that the environment names; Django is set up before it is imported.
"""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from random import Random
from uuid import UUID, uuid4

from django.db import connection
from django.utils import timezone

from accounts.places import Place
from core.exceptions import DomainError
from inventory import services
from inventory.models import (
    Movement,
    MovementKind,
    Reservation,
    StockCount,
    StockLevel,
    Transfer,
)
from inventory.states import CountStatus, TransferStatus

THREADS = 4
# Lima and Arequipa, where the two warehouses are.
UBIGEOS = ("150101", "040101")


class Worker:
    """Holds, sells, cancels, ships, receives; remembers nothing that a restart would lose."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.places = list(StockLevel.objects.values_list("variant_id", "warehouse_id"))
        self.actions: list[tuple[Callable[[], None], int]] = [
            (self.hold, 40),
            (self.change_hold, 10),
            (self.release, 5),
            (self.place, 20),
            (self.pay, 20),
            (self.cancel, 6),
            (self.ship, 10),
            (self.receive, 6),
            (self.adjust, 2),
            (self.count, 2),
            (self.transfer, 3),
            (self.arrive, 4),
            (self.write_off, 2),
            (self.give_back, 3),
            (self.expire, 2),
        ]

    def work(self, until: float) -> None:
        actions, weights = zip(*self.actions, strict=True)
        while time.monotonic() < until:
            [action] = self.random.choices(actions, weights)
            try:
                action()
            except DomainError:
                continue
        connection.close()

    def hold(self) -> None:
        chosen = self.random.sample(self.places, self.random.randint(1, 3))
        quantities = {variant: self.random.randint(1, 3) for variant, _ in chosen}
        seconds = self.random.choice([1, 2, 60])
        services.reserve(
            quantities, reference=uuid4(), until=timezone.now() + timedelta(seconds=seconds)
        )

    def change_hold(self) -> None:
        cart, quantities = self._held("cart")
        changed = {variant: self.random.randint(0, 4) for variant in quantities}
        services.reserve(changed, reference=cart, until=timezone.now() + timedelta(seconds=30))

    def release(self) -> None:
        services.release(reference=self._held("cart")[0])

    def place(self) -> None:
        cart, quantities = self._held("cart")
        until = timezone.now() + timedelta(minutes=5)
        services.move_holds(
            cart=cart,
            order=uuid4(),
            quantities=quantities,
            until=until,
            destination=Place(country="PE", ubigeo=self.random.choice(UBIGEOS)),
        )

    def pay(self) -> None:
        order, quantities = self._held("order")
        services.record_sale(order=order, quantities=quantities)

    def cancel(self) -> None:
        services.cancel_sale(order=self._sale().reference or uuid4())

    def ship(self) -> None:
        sale = self._sale()
        quantity = self.random.randint(1, -sale.quantity)
        services.dispatch(
            {(sale.variant_id, sale.warehouse_id): quantity}, order=sale.reference or uuid4()
        )

    def receive(self) -> None:
        services.receive({self._place(): self.random.randint(1, 6)}, note="soak")

    def adjust(self) -> None:
        services.adjust({self._place(): self.random.choice([-2, -1, 1, 2])}, note="soak")

    def write_off(self) -> None:
        services.write_off({self._place(): 1}, note="soak")

    def count(self) -> None:
        """Sheets stay open when a worker dies; anyone who finds one may post it."""
        open_sheets = StockCount.objects.filter(status=CountStatus.OPEN)
        if self.random.random() < 0.5 and (found := open_sheets.order_by("-pk").first()):
            services.post_count(found.pk)
            return
        variant, warehouse = self._place()
        sheet = services.open_count(warehouse, note="soak")
        for line in sheet.lines.filter(variant=variant):
            there = max(line.expected + self.random.randint(-2, 2), 0)
            services.record_count(sheet.pk, {variant: there})

    def transfer(self) -> None:
        variant, origin = self._place()
        others = [place for _, place in self.places if place != origin]
        transfer = services.draft_transfer(
            origin_id=origin,
            destination_id=self.random.choice(others),
            quantities={variant: self.random.randint(1, 4)},
        )
        services.dispatch_transfer(transfer.pk)

    def arrive(self) -> None:
        on_their_way = Transfer.objects.filter(status=TransferStatus.IN_TRANSIT).order_by("pk")
        for transfer in on_their_way[:1]:
            if self.random.random() < 0.1:
                services.close_transfer(transfer.pk)
            arrived = {
                line.variant_id: self.random.randint(line.received, line.quantity)
                for line in transfer.lines.all()
            }
            services.receive_transfer(transfer.pk, arrived)

    def give_back(self) -> None:
        services.restock({self._place(): 1}, note="soak")

    def expire(self) -> None:
        services.release_expired(batch=self.random.choice([1, 10, 100]))

    def _place(self) -> tuple[UUID, UUID]:
        return self.random.choice(self.places)

    def _held(self, kind: str) -> tuple[UUID, dict[UUID, int]]:
        """Somebody's holds, of those that others are after too."""
        rows = Reservation.objects.active().filter(reference_kind=kind).order_by("-created_at")[:40]
        chosen = self.random.choice(list(rows) or [None])
        if chosen is None:
            raise DomainError("Nothing is held.")
        units: dict[UUID, int] = {}
        for row in Reservation.objects.active().filter(reference=chosen.reference):
            units[row.variant_id] = units.get(row.variant_id, 0) + row.quantity
        return chosen.reference, units

    def _sale(self) -> Movement:
        rows = Movement.objects.filter(kind=MovementKind.SALE).order_by("-pk")[:200]
        chosen = self.random.choice(list(rows) or [None])
        if chosen is None:
            raise DomainError("Nothing is sold.")
        return chosen


def main(seed: int, seconds: float) -> None:
    """Any error but a refusal ends the worker with a traceback."""
    until = time.monotonic() + seconds
    with ThreadPoolExecutor(THREADS) as pool:
        for done in [pool.submit(Worker(seed * 100 + n).work, until) for n in range(THREADS)]:
            done.result()
