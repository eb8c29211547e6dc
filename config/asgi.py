"""The application that the web server runs: the store behind its front (docs/decisions/0033)."""

from config import environment as env
from config.wsgi import application as store
from config.wsgi import pages
from core.web.front import Front

__all__ = ["application"]

# Addresses that must answer when every other thread waits for the database.
WATCHES = ("/readyz", "/metrics")
# Of each web process; each may keep a connection to the database.
THREADS = env.number("WEB_THREADS", default=6, most=64) or 1
application = Front(store, threads=THREADS, pages=pages, watches=WATCHES)
