"""The one client of Elasticsearch in this process."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from elasticsearch import ApiError, Elasticsearch, TransportError

from catalog.search.base import EngineAway
from core.connections.clients import Shared

# A shopper waits no longer than this; PostgreSQL answers then.
_SECONDS = 1.0
_SECONDS_OF_WORKERS = 60.0


def for_shoppers() -> Elasticsearch:
    """Gives up soon and tries once."""
    return _client(settings.SEARCH_URL)


def for_workers() -> Elasticsearch:
    """Waits for what takes long."""
    return for_shoppers().options(request_timeout=_SECONDS_OF_WORKERS)


@Shared
def _client(url: str) -> Elasticsearch:
    # By the certificates of the machine, or of SSL_CERT_FILE: many clusters sign their own.
    context = ssl.create_default_context() if url.startswith("https:") else None
    return Elasticsearch(
        url, ssl_context=context, request_timeout=_SECONDS, max_retries=0, retry_on_timeout=False
    )


@contextmanager
def said_plainly() -> Iterator[None]:
    """:raises EngineAway: with the reason, whatever Elasticsearch or the way to it complains of"""
    try:
        yield
    except ApiError as error:
        raise EngineAway(f"{error.status_code} {error.message}") from error
    except TransportError as error:
        raise EngineAway(str(error.message)) from error
