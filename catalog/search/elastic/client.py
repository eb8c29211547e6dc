"""The Elasticsearch client of this process."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from elasticsearch import ApiError, Elasticsearch, TransportError

from catalog.search.base import EngineAway
from core.connections.clients import Shared

# Shoppers wait no longer; then PostgreSQL is asked.
_SECONDS = 1.0
_SECONDS_OF_WORKERS = 60.0


def for_shoppers() -> Elasticsearch:
    """Short timeout, no retries."""
    return _client(settings.SEARCH_URL)


def for_workers() -> Elasticsearch:
    """Long timeout."""
    return for_shoppers().options(request_timeout=_SECONDS_OF_WORKERS)


@Shared
def _client(url: str) -> Elasticsearch:
    # Trust system certificates and SSL_CERT_FILE: many clusters have their own CA.
    context = ssl.create_default_context() if url.startswith("https:") else None
    return Elasticsearch(
        url, ssl_context=context, request_timeout=_SECONDS, max_retries=0, retry_on_timeout=False
    )


@contextmanager
def engine_errors() -> Iterator[None]:
    """:raises EngineAway: for all errors of Elasticsearch and of the connection"""
    try:
        yield
    except ApiError as error:
        raise EngineAway(f"{error.status_code} {error.message}") from error
    except TransportError as error:
        raise EngineAway(str(error.message)) from error
