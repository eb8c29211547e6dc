"""Carriers that can be spoken with. Nothing of a carrier's own shapes leaves its package."""

from shipping.carriers.base import find, register

__all__ = ["find", "register"]
