"""Peru's districts by their ubigeo, and the many ways in which shoppers write them."""

import csv
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

SOURCE = Path(__file__).parent / "data" / "ubigeo.csv"
# Most parcels go here: Lima and Callao, then the capital of each province.
METROPOLITAN = ("1501", "0701")


@dataclass(frozen=True)
class District:
    ubigeo: str
    department: str
    province: str
    name: str

    def __str__(self) -> str:
        return f"{self.name}, {self.province}, {self.department}"


def _plain(text: str) -> str:
    """Without accents, case and punctuation: as people type."""
    letters = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return " ".join("".join(c if c.isalnum() else " " for c in letters.lower()).split())


@cache
def all_districts() -> Mapping[str, District]:
    """Every district by its ubigeo, read once."""
    with SOURCE.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        return {row[0]: District(*row) for row in rows}


@cache
def below(prefix: str = "") -> Sequence[tuple[str, str]]:
    """The departments, or the children of a department or province, sorted by name."""
    length = len(prefix) + 2
    level = ("department", "province", "name")[len(prefix) // 2]
    found = {
        ubigeo[:length]: getattr(district, level)
        for ubigeo, district in all_districts().items()
        if ubigeo.startswith(prefix)
    }
    return sorted(found.items(), key=lambda item: _plain(item[1]))


@cache
def prefixes() -> frozenset[str]:
    """The digits of every department, province and district."""
    return frozenset(ubigeo[:length] for ubigeo in all_districts() for length in (2, 4, 6))


def name_of(prefix: str) -> str:
    """The department, province or district with these digits; the digits where there is none."""
    level = ("department", "province", "name")[max(len(prefix) // 2, 1) - 1]
    inside = (d for ubigeo, d in all_districts().items() if prefix and ubigeo.startswith(prefix))
    return str(getattr(next(inside, None), level, prefix))


def path_of(prefix: str) -> str:
    """The names down to a place, as `prefix_of` reads them: “Lima / Lima / Miraflores”."""
    lengths = range(2, len(prefix) + 1, 2)
    return " / ".join(name_of(prefix[:length]) for length in lengths)


def prefix_of(name: str) -> str:
    """
    The ubigeo digits of a place's name; a department wins over a province or district.

    Names of a department and what is below it are read as a path: “Lima / Lima”. An unknown or
    ambiguous name is returned unchanged.
    """
    if "/" in name:
        return _by_path().get(tuple(map(_plain, name.split("/"))), name)
    wanted = _plain(name)
    for length, level in ((2, "department"), (4, "province"), (6, "name")):
        found = {
            ubigeo[:length]
            for ubigeo, district in all_districts().items()
            if _plain(getattr(district, level)) == wanted
        }
        if found:
            return found.pop() if len(found) == 1 else name
    return name


@cache
def _by_path() -> Mapping[tuple[str, ...], str]:
    found: dict[tuple[str, ...], str] = {}
    for ubigeo, district in all_districts().items():
        path = tuple(map(_plain, (district.department, district.province, district.name)))
        found |= {path[:depth]: ubigeo[: 2 * depth] for depth in (1, 2, 3)}
    return found


@cache
def common_districts() -> Sequence[District]:
    """What the page offers before anybody types."""
    districts = all_districts().values()
    near = [d for d in districts if d.ubigeo.startswith(METROPOLITAN)]
    far = [d for d in districts if d.ubigeo.endswith("01") and d not in near]
    return sorted(near, key=str) + sorted(far, key=str)


@cache
def _by_text() -> Mapping[str, Sequence[District]]:
    names: dict[str, list[District]] = defaultdict(list)
    for district in all_districts().values():
        spellings = {
            district.ubigeo,
            _plain(district.name),
            _plain(f"{district.name} {district.province}"),
            _plain(f"{district.name} {district.department}"),
            _plain(str(district)),
        }
        for spelling in spellings:
            names[spelling].append(district)
    return names


def matching(text: str) -> Sequence[District]:
    """
    The districts that `text` can mean: one if it is clear, Lima's first where the name repeats.

    A whole name with its province beats the same words with a department.
    """
    wanted = _plain(text)
    found = _by_text().get(wanted, [])
    if len(found) > 1:
        by_province = [d for d in found if _plain(f"{d.name} {d.province}") == wanted]
        return by_province if len(by_province) == 1 else sorted(found, key=_near_first)
    return found


def suggest(text: str, limit: int = 12) -> Sequence[District]:
    """Districts for a field that is being typed into: names that begin so come first."""
    wanted = _plain(text)
    if not wanted:
        return []
    begins, contains = [], []
    for district in all_districts().values():
        plain = _plain(str(district))
        if plain.startswith(wanted):
            begins.append(district)
        elif f" {wanted}" in plain:
            contains.append(district)
    return [*sorted(begins, key=_near_first), *contains][:limit]


def _near_first(district: District) -> tuple[bool, str]:
    """Lima's districts first, then by the alphabet."""
    return (not district.ubigeo.startswith(METROPOLITAN), str(district))
