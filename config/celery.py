"""The Celery app and its queues."""

import os

from celery import Celery
from celery.schedules import crontab
from celery.signals import setup_logging, worker_init
from django.conf import settings
from kombu import Exchange, Queue

from config.schedule import SCHEDULE

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("vitrina", task_cls="audit.context:TracedTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# One queue for each kind of work, so that none waits behind another: docs/operations.md, "Workers".
# A task that is missing here fails the tests.
QUEUES: dict[str, tuple[str, ...]] = {
    # What moves money or waits for it.
    "money": (
        "payments.tasks.process_webhooks",
        "payments.tasks.poll_open",
        "payments.tasks.expire_due",
        "payments.tasks.submit_refunds",
        "payments.tasks.write_off_credits",
        "payments.tasks.drain_log",
        "invoicing.tasks.ask_about_submissions",
    ),
    # What follows from what has been committed.
    "news": ("outbox.tasks.deliver_due",),
    # What the hour changes: holds, prices, drops, parcels, and what kept pages show of it.
    "clock": (
        "backoffice.tasks.beat",
        "cart.tasks.close_expired",
        "catalog.tasks.apply_scheduled_prices",
        "core.tasks.know_holidays",
        "inventory.tasks.release_expired",
        "inventory.tasks.tell_who_waits",
        "pagecache.tasks.tell_changes",
        "shipping.tasks.plan_unplanned",
        "shipping.tasks.book_parcels",
        "shipping.tasks.follow_parcels",
        "storefront.tasks.tell_what_the_clock_changes",
        "waitingroom.tasks.tell_of_drops",
    ),
    "search": (
        "catalog.tasks.refresh_stale_search",
        "catalog.tasks.push_search_documents",
        "catalog.tasks.write_searches_down",
        "catalog.tasks.count_search_words",
    ),
    "mail": (
        "core.tasks.send_mails",
        "cart.tasks.remind_of_carts",
        "orders.tasks.remind_of_payments",
        "reviews.tasks.ask_for_reviews",
    ),
    "pictures": (
        "backoffice.tasks.fetch_pictures",
        "catalog.tasks.make_missing_renditions",
        "catalog.tasks.make_missing_covers",
        "storefront.tasks.make_missing_banners",
    ),
    # What staff and sellers have asked for, with thousands of rows.
    "bulk": (
        "backoffice.tasks.work_off_sheets",
        "backoffice.tasks.work_off_bulk_actions",
        "storefront.tasks.write_feeds",
    ),
    # What adds up, compares and tidies, mostly at night.
    "reports": (
        "audit.tasks.tend",
        "backoffice.tasks.back_up",
        "backoffice.tasks.forget_old_bulk_actions",
        "backoffice.tasks.forget_old_sheets",
        "backoffice.tasks.work_off_books_checks",
        "orders.tasks.check_stock",
        "orders.tasks.count_bought_together",
        "payments.tasks.check_orders",
        "payments.tasks.forget_idempotency_keys",
        "payments.tasks.reconcile",
        "payouts.tasks.make_statements",
        "payouts.tasks.note_sales",
        "privacy.tasks.purge",
        "shipping.tasks.complete_finished",
    ),
}
# With a routing key of its own each: Celery would give them all one.
app.conf.task_queues = [Queue(name, Exchange(name), routing_key=name) for name in QUEUES]
app.conf.task_routes = {task: {"queue": name} for name, tasks in QUEUES.items() for task in tasks}
app.conf.task_default_queue = "clock"
# A worker that is to serve a queue of another name does not start.
app.conf.task_create_missing_queues = False


@setup_logging.connect
def leave_the_log_alone(**_: object) -> None:
    """Celery would set one of its own up over ours, which knows no orders and hides nothing."""


@worker_init.connect
def check_fitness(**_: object) -> None:
    """A worker would write mails of a public shop into files."""
    from core.web.checks import refuse_unfit  # noqa: PLC0415 - the settings import this module

    refuse_unfit()


@worker_init.connect
def watch(**_: object) -> None:
    """Have the owner told what is wrong with the servers."""
    from backoffice.monitoring import alerts  # noqa: PLC0415 - the settings import this module

    alerts.start()


@worker_init.connect
def collect_traces(**_: object) -> None:
    """Where somebody wants them."""
    if settings.OTEL_EXPORTER_OTLP_ENDPOINT:
        from core.observability import tracing  # noqa: PLC0415 - large, and most shops have none

        tracing.begin("worker")


app.conf.beat_scheduler = "config.clock:Clock"
app.conf.beat_schedule = {
    name: {
        "task": task,
        "schedule": crontab.from_string(when) if isinstance(when, str) else when,
    }
    for name, task, when in SCHEDULE
} | {
    f"show that {name} is worked off": {
        "task": "backoffice.tasks.beat",
        "args": (name,),
        "schedule": 30,
        "options": {"queue": name},
    }
    for name in QUEUES
}
