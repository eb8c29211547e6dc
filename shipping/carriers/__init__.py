"""Carriers with an API. A carrier's own data formats stay inside its package."""

from shipping.carriers.base import find, register
