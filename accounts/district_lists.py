"""Dependent selects for a Peruvian district: department, province, district."""

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.countries import PERU
from accounts.districts import all_districts, below

LISTS = {"department": _("Department"), "province": _("Province"), "ubigeo": _("District")}


def lists_of(values: Mapping[str, Any], country: str) -> list[dict[str, Any]]:
    """Selects of Peru's departments and of the levels below the choice; none elsewhere."""
    if country != PERU:
        return []
    found, prefix = [], ""
    for name, label in LISTS.items():
        options = below(prefix)
        chosen = str(values.get(name) or "")
        found.append({"name": name, "label": label, "options": options, "chosen": chosen})
        if chosen not in dict(options):
            break
        prefix = chosen
    return found


def is_choosing(values: Mapping[str, Any]) -> bool:
    """Whether a list is open that has not led to a district yet."""
    return bool(values.get("department")) and not values.get("district")


def with_chosen(values: Mapping[str, Any] | None) -> Any:
    """The submitted data with the district chosen in the selects written into its field."""
    district = all_districts().get(str(values.get("ubigeo") or "")) if values else None
    if values is None or district is None:
        return values
    copy: Any = values.copy() if isinstance(values, QueryDict) else dict(values)
    for name in LISTS:
        copy.pop(name, None)
    copy["district"] = str(district)
    copy["is_listed"] = "1"
    return copy
