"""The hold's statement: through the service, and as fast as bare connections can send it."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import uuid4

import psycopg
from django.db import connection
from django.utils import timezone

from catalog.models import Variant
from inventory import services as inventory
from inventory.origins import Holder
from inventory.services.single_statement import RESERVE, reserve_values

THREADS = 8


def by_service(variant: Variant, seconds: float) -> float:
    """Holds a second on this variant."""

    def hold() -> None:
        until = timezone.now() + timedelta(minutes=15)
        inventory.reserve({variant.pk: 1}, reference=uuid4(), until=until)

    return _rate(lambda: hold, seconds)


def bare(variant: Variant, seconds: float) -> float:
    """How often a second psycopg sends the same statement, planned once by each connection."""

    def start() -> Callable[[], object]:
        sender = psycopg.connect(**_address(), autocommit=True)

        def send() -> object:
            until = timezone.now() + timedelta(minutes=15)
            holder = Holder(reference=uuid4(), kind="cart", until=until, longest=timedelta(hours=1))
            values = {**reserve_values(variant.pk, 1, holder), "commits": "off"}
            return sender.execute(RESERVE, values, prepare=True).fetchone()

        return send

    return _rate(start, seconds)


def _address() -> dict[str, Any]:
    known = connection.get_connection_params()
    return {
        name: known[name]
        for name in ("dbname", "user", "password", "host", "port")
        if known.get(name)
    }


def _rate(start: Callable[[], Callable[[], object]], seconds: float) -> float:
    """How often a second the threads together do what each has started."""

    def repeat(_thread: int) -> int:
        act, done = start(), 0
        until = time.perf_counter() + seconds
        while time.perf_counter() < until:
            act()
            done += 1
        connection.close()
        return done

    began = time.perf_counter()
    with ThreadPoolExecutor(THREADS) as pool:
        done = sum(pool.map(repeat, range(THREADS)))
    return done / (time.perf_counter() - began)
