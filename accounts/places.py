"""Where something goes, as far as shipping, tax and stock need to know."""

from dataclasses import dataclass, fields

from accounts.districts import District


@dataclass(frozen=True, kw_only=True)
class Place:
    """All of an address but its street."""

    country: str
    region: str = ""
    city: str = ""
    district: str = ""
    ubigeo: str = ""
    postal_code: str = ""

    @classmethod
    def of(cls, row: object) -> "Place":
        """The place of a row or value that has the fields of an address, or some of them."""
        return cls(**{each.name: str(getattr(row, each.name, "")) for each in fields(cls)})

    @classmethod
    def in_peru(cls, district: District) -> "Place":
        return cls(
            country="PE",
            region=district.department,
            city=district.province,
            district=district.name,
            ubigeo=district.ubigeo,
        )
