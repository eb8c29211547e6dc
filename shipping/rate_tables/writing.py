"""Replace a table of rates as a whole."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet

from core.database.copy import copy_rows
from core.ids import uuid7
from shipping.models import ShippingMethod, ShippingRate, Zone
from shipping.rate_tables.entries import FIELDS, Entry


@dataclass(frozen=True, kw_only=True)
class Change:
    """What a table makes of the rates of the methods that it names."""

    methods: Sequence[str]
    kept: int
    removed: int
    added: int


def compare(entries: Sequence[Entry]) -> Change:
    """What `replace` would do, without doing it. 1 query."""
    stay, go = _sorted_out(_rates(entries), entries)
    return _change(entries, stay, go)


@transaction.atomic
def replace(entries: Sequence[Entry]) -> Change:
    """
    Give each method that is named these rates and no others; what is the same stays as it is.

    Methods that are not named keep theirs. 5 queries.
    """
    codes = {entry.method for entry in entries}
    locked = ShippingMethod.objects.filter(code__in=codes).order_by("pk")
    methods = {method.code: method for method in locked.select_for_update()}
    zones = {zone.name: zone for zone in Zone.objects.all()}
    stay, go = _sorted_out(_rates(entries), entries)
    ShippingRate.objects.filter(pk__in=[rate.pk for rate in go]).delete()
    copy_rows(
        [
            _rate(entry, methods[entry.method], zones[entry.zone])
            for entry in (Counter(entries) - stay).elements()
        ]
    )
    return _change(entries, stay, go)


def _rates(entries: Sequence[Entry]) -> QuerySet[ShippingRate]:
    codes = {entry.method for entry in entries}
    rates = ShippingRate.objects.filter(method__code__in=codes)
    return rates.select_related("method", "zone").order_by("pk")


def _sorted_out(
    rates: QuerySet[ShippingRate], entries: Sequence[Entry]
) -> tuple[Counter[Entry], list[ShippingRate]]:
    """Existing rows that are wanted, with their count; and those to delete."""
    wanted, stay, go = Counter(entries), Counter[Entry](), list[ShippingRate]()
    for rate in rates:
        entry = Entry.of(rate)
        if stay[entry] < wanted[entry]:
            stay[entry] += 1
        else:
            go.append(rate)
    return stay, go


def _change(entries: Sequence[Entry], stay: Counter[Entry], go: Sequence[ShippingRate]) -> Change:
    kept = stay.total()
    methods = sorted({entry.method for entry in entries})
    return Change(methods=methods, kept=kept, removed=len(go), added=len(entries) - kept)


def _rate(entry: Entry, method: ShippingMethod, zone: Zone) -> ShippingRate:
    fields = {field: getattr(entry, column) for column, field in FIELDS.items()}
    return ShippingRate(id=uuid7(), method=method, zone=zone, **fields)
