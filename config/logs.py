"""
Structured logs: one JSON object a line, with the ids of request, order and payment.

Never a local variable, no address of a person, no link that is a key.
"""

import logging
import sys
import time
import traceback
from collections.abc import MutableMapping
from typing import Any

import structlog

from core.observability.redaction import hidden


def hide(_logger: Any, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Redact all texts: libraries put values into those of errors and statements."""
    if line.get("logger") in NAME_ADDRESSES:  # addresses of signed links are keys
        line["event"] = str(line["event"]).partition(": ")[0]
    for name, value in line.items():
        if isinstance(value, str):
            line[name] = hidden(value)
    return line


class Traces:
    """
    Writes an error's traceback, but the same one once a minute: an unavailable server causes many.

    Without the traceback `error` has the type of the error and the first line of its text.
    """

    def __init__(self) -> None:
        self._written_at: dict[int, float] = {}

    def __call__(
        self, _logger: Any, _method: str, line: MutableMapping[str, Any]
    ) -> MutableMapping[str, Any]:
        error = _error(line.pop("exc_info", None))
        if error is None:
            return line
        vars(error)[IS_LOGGED] = True
        if self._is_due(error):
            line["exception"] = "".join(traceback.format_exception(error)).rstrip()
        else:
            line["error"] = f"{type(error).__name__}: {error}".partition("\n")[0]
        return line

    def _is_due(self, error: BaseException) -> bool:
        frames = traceback.walk_tb(error.__traceback__)
        key = hash((type(error), *((frame.f_code, number) for frame, number in frames)))
        now = time.monotonic()
        if now - self._written_at.get(key, -TRACE_SECONDS) < TRACE_SECONDS:
            return False
        if len(self._written_at) >= MAX_TRACES:
            self._written_at.clear()
        self._written_at[key] = now
        return True


class Repeats(logging.Filter):
    """Drops Django's line about a failed request, which repeats ours."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = _error(record.exc_info)
        return record.name not in REPEATS or error is None or IS_LOGGED not in vars(error)


def _error(exc_info: Any) -> BaseException | None:
    """What a logging call may give: True, an error, or the tuple of `sys.exc_info`."""
    if exc_info is True:
        return sys.exception()
    found = exc_info[1] if isinstance(exc_info, tuple) else exc_info
    return found if isinstance(found, BaseException) else None


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
# These repeat our lines about refused requests and an unavailable Elasticsearch.
REPEATS = ("django.request", "elastic_transport")
IS_LOGGED = "_is_logged"
TRACE_SECONDS = 60
MAX_TRACES = 1_000
NAME_ADDRESSES = ("django.request", "django.security.csrf")


def configure() -> dict[str, Any]:
    """Set structlog up; gives Django's LOGGING."""
    logging.captureWarnings(capture=True)  # so that they are lines like all others
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
                    Traces(),
                    hide,
                    structlog.processors.JSONRenderer(),
                ],
            }
        },
        "filters": {"repeats": {"()": Repeats}},
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "formatter": "json",
                "filters": ["repeats"],
            }
        },
        "root": {"handlers": ["console"], "level": "INFO"},
        "loggers": {
            **{name: {"level": "WARNING"} for name in QUIET},
            **{name: {"level": "ERROR"} for name in REPEATS},
        },
    }
