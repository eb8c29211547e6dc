"""A carrier, Veloz: nothing in the shop knows its name. See docs/carriers.md."""

import os
from base64 import b64decode
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from shipping.carriers import http
from shipping.carriers.base import Booking, Consignment, Sighting


class VelozApi:
    """Takes parcels to every district of Peru, and says where they are."""

    def __init__(self, *, base: str, token: str) -> None:
        self._base = base
        self._token = token

    def book(self, consignment: Consignment) -> Booking:
        to = consignment.recipient
        made = self._call(
            "POST",
            "/guias",
            {
                "clave": consignment.key,
                "referencia": consignment.reference,
                "destinatario": to.name,
                "celular": to.phone,
                "direccion": f"{to.street} ({to.reference})" if to.reference else to.street,
                "ubigeo": to.ubigeo,
                "gramos": int(consignment.weight_kg * 1000),
                "valor": str(consignment.value),
                "cobrar": str(consignment.collect or 0),
            },
        )
        return Booking(
            tracking_number=made["guia"],
            label=b64decode(made["etiqueta"], validate=True),
            cost=Decimal(made["costo"]),
        )

    def track(self, tracking_number: str) -> Sequence[Sighting]:
        found = self._call("GET", f"/guias/{quote(tracking_number, safe='')}")
        return [
            Sighting(
                reference=each["id"],
                at=datetime.fromisoformat(each["fecha"]),
                place=each["lugar"],
                note=each["detalle"],
                is_delivered=each["estado"] == "ENTREGADO",
            )
            for each in found["eventos"]
        ]

    def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """`http.call` keeps the limits and the errors as the shop wants them."""
        headers = {"Authorization": f"Bearer {self._token}"}
        return http.call(method, self._base + path, headers=headers, body=body)


def configured() -> VelozApi | None:
    """None while there is no token: then nothing is announced, and staff type the numbers."""
    base, token = os.environ.get("VELOZ_API_BASE"), os.environ.get("VELOZ_TOKEN")
    return VelozApi(base=base, token=token) if base and token else None
