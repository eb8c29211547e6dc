"""Distance between a delivery address and a warehouse, by their addresses."""

import unicodedata

from accounts.places import Place
from inventory.models import Warehouse

# Department, province and district: the first 2, 4 and all 6 digits.
_UBIGEO_DIGITS = (2, 4, 6)


def distance(destination: Place, warehouse: Warehouse) -> int:
    """
    0 in the same district, 1 in the same province or city, 2 in the same region, 3 in the same
    country, 4 abroad. By ubigeo where both have one, else by the names.
    """
    if destination.country != warehouse.country:
        return 4
    if destination.ubigeo and warehouse.ubigeo:
        pairs = [(destination.ubigeo[:n], warehouse.ubigeo[:n]) for n in _UBIGEO_DIGITS]
    else:
        pairs = [
            (_plain(destination.region), _plain(warehouse.region)),
            (_plain(destination.city), _plain(warehouse.city)),
            (_plain(destination.district), _plain(warehouse.district)),
        ]
    shared = 0
    for wanted, there in pairs:
        if not wanted or wanted != there:
            break
        shared += 1
    return 3 - shared


def _plain(name: str) -> str:
    """Without accents, case and extra spaces."""
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return " ".join(letters.lower().split())
