"""The migrations of orders, and one more."""

from pathlib import Path

ORDERS = Path(__file__).resolve().parents[3] / "orders" / "migrations"
__path__.append(str(ORDERS))
