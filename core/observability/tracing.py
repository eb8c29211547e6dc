"""
Sends traces to an OpenTelemetry collector. Loaded only where OTEL_EXPORTER_OTLP_ENDPOINT names one.

Spans are requests, queries to the database, Redis and other servers, tasks and events. They contain
no addresses, values or persons: pages are named by URL pattern, statements have placeholders.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db.backends.signals import connection_created
from django.http import HttpRequest, HttpResponse
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.celery import CeleryInstrumentor
from opentelemetry.instrumentation.redis import RedisInstrumentor
from opentelemetry.instrumentation.urllib3 import URLLib3Instrumentor
from opentelemetry.propagate import extract, inject
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Span, SpanKind, Status, StatusCode

from core.observability import spans
from core.observability.redaction import hidden

_CARRIER = "traceparent"
_MAX = 1000
_SERVER_ERROR = 500
_tracer = trace.get_tracer("vitrina")


def begin(part: str) -> None:
    """Trace this process from now on; `part` is `web` or `worker`."""
    # The exporter reads its address and options from OTEL_… variables.
    provider = TracerProvider(resource=Resource.create({"service.name": f"vitrina-{part}"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
    CeleryInstrumentor().instrument()
    RedisInstrumentor().instrument()
    URLLib3Instrumentor().instrument(url_filter=lambda url: hidden(url.partition("?")[0]))
    connection_created.connect(_measure_statements)
    spans.take_over(_opened, _here)


@contextmanager
def _part(name: str, **options: Any) -> Iterator[Span]:
    """A failed span has the type of the error only: its text may name a person."""
    with _tracer.start_as_current_span(
        name, record_exception=False, set_status_on_exception=False, **options
    ) as span:
        try:
            yield span
        except Exception as error:
            span.set_status(Status(StatusCode.ERROR))
            span.set_attribute("error.type", type(error).__qualname__)
            raise


@contextmanager
def _opened(name: str, parent: str) -> Iterator[None]:
    with _part(name, context=extract({_CARRIER: parent}) if parent else None):
        yield


def _here() -> str:
    carrier: dict[str, str] = {}
    inject(carrier)
    return carrier.get(_CARRIER, "")


def _measure_statements(connection: Any, **_: object) -> None:
    """Insert the wrapper first, so that it does not see what the audit adds to statements."""
    if _statement not in connection.execute_wrappers:
        connection.execute_wrappers.insert(0, _statement)


def _statement(execute: Callable[..., Any], sql: Any, params: Any, many: Any, context: Any) -> Any:
    text = str(sql)
    told = {"db.system": "postgresql", "db.statement": text[:_MAX]}
    name = text.split(maxsplit=1)[0].upper() if text.strip() else "SQL"
    with _part(name, kind=SpanKind.CLIENT, attributes=told):
        return execute(sql, params, many, context)


class TracingMiddleware:
    """Each request starts a trace: trace headers of visitors are ignored."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        method = str(request.method)
        told = {"http.request.method": method}
        with _part(method, kind=SpanKind.SERVER, attributes=told) as span:
            response = self.get_response(request)
            if request.resolver_match:
                route = f"/{request.resolver_match.route}"
                span.update_name(f"{method} {route}")
                span.set_attribute("http.route", route)
            span.set_attribute("http.response.status_code", response.status_code)
            if response.status_code >= _SERVER_ERROR:
                span.set_status(Status(StatusCode.ERROR))
            return response
