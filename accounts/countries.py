"""How an address is written in each country: what its parts are called and which are needed."""

import csv
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

PERU = "PE"
SOURCE = Path(__file__).parent / "data" / "regions.csv"


@dataclass(frozen=True, kw_only=True)
class AddressFormat:
    """
    The parts of an address below the street. Without a label, a district is not asked for.

    `postal_code` is the pattern of the country's codes; without one, none is asked for.
    """

    region: StrOrPromise
    city: StrOrPromise
    district: StrOrPromise = ""
    postal_code: str = r"[0-9A-Z -]{2,12}"
    postal_code_example: str = "12345"
    needs_postal_code: bool = False


ANYWHERE = AddressFormat(region=_("State or region"), city=_("City"))
# Peru's districts are chosen by their ubigeo, and hardly anybody there knows a postal code.
FORMATS = {
    "PE": AddressFormat(
        region=_("Department"), city=_("Province"), district=_("District"), postal_code=""
    ),
    "MX": AddressFormat(
        region=_("State"),
        city=_("Municipality"),
        district=_("Colonia"),
        postal_code=r"[0-9]{5}",
        postal_code_example="06700",
        needs_postal_code=True,
    ),
    "CL": AddressFormat(
        region=_("Region"),
        city=_("Comuna"),
        postal_code=r"[0-9]{3}-?[0-9]{4}",
        postal_code_example="7500000",
    ),
    "CO": AddressFormat(
        region=_("Department"),
        city=_("Municipality"),
        district=_("Neighbourhood"),
        postal_code=r"[0-9]{6}",
        postal_code_example="110111",
    ),
    "AR": AddressFormat(
        region=_("Province"),
        city=_("Town"),
        postal_code=r"[A-Z]?[0-9]{4}([A-Z]{3})?",
        postal_code_example="C1425",
        needs_postal_code=True,
    ),
    "BR": AddressFormat(
        region=_("State"),
        city=_("City"),
        district=_("Neighbourhood"),
        postal_code=r"[0-9]{5}-?[0-9]{3}",
        postal_code_example="01310-100",
        needs_postal_code=True,
    ),
    "US": AddressFormat(
        region=_("State"),
        city=_("City"),
        postal_code=r"[0-9]{5}(-[0-9]{4})?",
        postal_code_example="94103",
        needs_postal_code=True,
    ),
    "ES": AddressFormat(
        region=_("Province"),
        city=_("Town"),
        postal_code=r"(0[1-9]|[1-4][0-9]|5[0-2])[0-9]{3}",
        postal_code_example="28013",
        needs_postal_code=True,
    ),
}


def format_of(country: str) -> AddressFormat:
    return FORMATS.get(country, ANYWHERE)


@cache
def _regions() -> Mapping[str, Sequence[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    with SOURCE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found[row["country"]].append(row["region"])
    return found


def regions_of(country: str) -> Sequence[str]:
    """The names of a country's regions; none where the shop does not know them."""
    return _regions().get(country, ())
