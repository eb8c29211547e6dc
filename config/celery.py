"""The Celery app: its queues, and what a worker does when it starts."""

import os

from celery import Celery
from celery.signals import setup_logging, worker_init
from django.conf import settings
from kombu import Exchange, Queue

from config.schedule import ROUTES, SCHEDULE, TASKS

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("vitrina", task_cls="audit.context:TracedTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# With a routing key of its own each: Celery would give them all one.
app.conf.task_queues = [Queue(name, Exchange(name), routing_key=name) for name in TASKS]
app.conf.task_routes = ROUTES
app.conf.task_default_queue = "clock"
# A worker that is to serve a queue of another name does not start.
app.conf.task_create_missing_queues = False


@setup_logging.connect
def leave_the_log_alone(**_: object) -> None:
    """Keep Celery from replacing our logging, which adds context and redacts."""


@worker_init.connect
def check_fitness(**_: object) -> None:
    """Refuse to start with an unfit configuration, such as mails that go into files."""
    from core.web.checks import refuse_unfit  # noqa: PLC0415 - the settings import this module

    refuse_unfit()


@worker_init.connect
def watch(**_: object) -> None:
    """Alert the owner about unhealthy servers."""
    from backoffice.monitoring import alerts  # noqa: PLC0415 - the settings import this module

    alerts.start()


@worker_init.connect
def collect_traces(**_: object) -> None:
    """Send traces, if a collector is configured."""
    if settings.OTEL_EXPORTER_OTLP_ENDPOINT:
        from core.observability import tracing  # noqa: PLC0415 - large, and most shops have none

        tracing.begin("worker")


app.conf.beat_scheduler = "config.clock:Clock"
app.conf.beat_schedule = SCHEDULE
