"""The interface of carriers with an API, and the registry that installed packages add to."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from django.utils.module_loading import import_string


class CarrierUnavailable(Exception):
    """No clear answer: the request may or may not have been carried out."""


class CarrierRefused(Exception):
    """The carrier declined for good. Staff read the text."""


@contextmanager
def understood() -> Iterator[None]:
    """
    Around a call of a carrier's package: any error of it means that there is no answer.

    :raises CarrierUnavailable: with the kind of error alone, for its text may name a person
    """
    try:
        yield
    except (CarrierUnavailable, CarrierRefused):
        raise
    except Exception as error:
        raise CarrierUnavailable(f"not understood: {type(error).__name__}") from error


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """Who gets the parcel, and where. In Peru the ubigeo names the district."""

    name: str
    phone: str
    street: str
    reference: str
    district: str
    city: str
    region: str
    postal_code: str
    country: str
    ubigeo: str


@dataclass(frozen=True, kw_only=True)
class Consignment:
    """
    A packed parcel for the carrier. The same `key` is the same parcel.

    `collect` is what it takes at the door for the shop; None where nothing is due there.
    """

    key: str
    reference: str
    order_number: str
    recipient: Recipient
    weight_kg: Decimal
    volume_cm3: Decimal
    value: Decimal
    collect: Decimal | None
    currency: str


@dataclass(frozen=True, kw_only=True)
class Booking:
    """A booked parcel: the carrier's number, and the label as a PDF."""

    tracking_number: str
    label: bytes = b""
    cost: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class Sighting:
    """Where the carrier has seen the parcel. `reference` is its own, another for each sighting."""

    reference: str
    at: datetime
    place: str = ""
    note: str = ""
    is_delivered: bool = False


class CarrierApi(Protocol):
    """
    One carrier.

    Both calls may raise CarrierUnavailable (nobody knows what happened; the same call is safe) or
    CarrierRefused (nothing happened). They are made by the worker, outside of any transaction.
    """

    def book(self, consignment: Consignment) -> Booking:
        """Announce a parcel. The same key announces nothing twice: it gets the same answer."""
        ...

    def track(self, tracking_number: str) -> Sequence[Sighting]:
        """All known sightings of the parcel."""
        ...


Factory = Callable[[], CarrierApi | None]
_factories: dict[str, Factory | str] = {}


def register(code: str, factory: Factory | str) -> None:
    """
    Make a carrier known; a dotted path is imported when it is first asked for.

    The factory gives None while the shop has no keys for it.
    """
    _factories[code] = factory


def find(code: str) -> CarrierApi | None:
    """The carrier ready for use, or None if it is unknown or not set up."""
    factory = _factories.get(code)
    if isinstance(factory, str):
        factory = _factories[code] = import_string(factory)
    return factory() if factory else None
