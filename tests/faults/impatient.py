"""The shop's application as the web server runs it, but for how long a visitor waits for it."""

from config.asgi import application
from core.web import front
from tests.faults.slow import REFUSED_AFTER

__all__ = ["application"]

front.BUSY_AFTER = REFUSED_AFTER
