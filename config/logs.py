"""
Structured logs: one JSON object a line, with the ids of request, order and payment.

Never a local variable, no address of a person, no link that is a key.
"""

from collections.abc import MutableMapping
from typing import Any

import structlog

from core.redaction import hidden


def hide(_logger: Any, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Whatever a library has put into its text: of an error, of a refused statement."""
    if line.get("logger") in NAME_ADDRESSES:  # addresses of signed links are keys
        line["event"] = str(line["event"]).partition(": ")[0]
    for name, value in line.items():
        if isinstance(value, str):
            line[name] = hidden(value)
    return line


SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso"),
]
QUIET = (
    *("celery.app.trace", "celery.beat", "celery.worker.strategy"),
    "constance.migrations",
    "fontTools",
    "stripe",
)
# These say again what we say: of each refused request, and of an Elasticsearch that is away.
REPEATS = ("django.request", "elastic_transport")
NAME_ADDRESSES = ("django.request", "django.security.csrf")


def configure() -> dict[str, Any]:
    """Set structlog up; gives Django's LOGGING."""
    structlog.configure(
        processors=[*SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": SHARED,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.format_exc_info,
                    hide,
                    structlog.processors.JSONRenderer(),
                ],
            }
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["console"], "level": "INFO"},
        "loggers": {
            **{name: {"level": "WARNING"} for name in QUIET},
            **{name: {"level": "ERROR"} for name in REPEATS},
        },
    }
