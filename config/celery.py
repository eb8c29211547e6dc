"""The Celery app and the beat table."""

import os

from celery import Celery
from celery.schedules import crontab
from celery.signals import setup_logging, worker_init
from django.conf import settings
from kombu import Exchange, Queue

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
    "deliver what the outbox holds": {"task": "outbox.tasks.deliver_due", "schedule": 10.0},
    "send waiting mails": {"task": "core.tasks.send_mails", "schedule": 15.0},
    "release expired holds": {"task": "inventory.tasks.release_expired", "schedule": 60.0},
    "tell who waits": {"task": "inventory.tasks.tell_who_waits", "schedule": 60.0},
    "tell of drops": {"task": "waitingroom.tasks.tell_of_drops", "schedule": 30.0},
    "work off webhooks": {"task": "payments.tasks.process_webhooks", "schedule": 5.0},
    "ask about open payments": {"task": "payments.tasks.poll_open", "schedule": 60.0},
    "expire unpaid orders": {"task": "payments.tasks.expire_due", "schedule": 60.0},
    "send refunds": {"task": "payments.tasks.submit_refunds", "schedule": 60.0},
    "drain the gateway log": {"task": "payments.tasks.drain_log", "schedule": 10.0},
    # Before the night's changes, so that what they delete is kept once more.
    "back up": {"task": "backoffice.tasks.back_up", "schedule": crontab(hour=2, minute=45)},
    "compare with the providers": {
        "task": "payments.tasks.reconcile",
        "schedule": crontab(hour=3, minute=20),
    },
    "forget old idempotency keys": {
        "task": "payments.tasks.forget_idempotency_keys",
        "schedule": crontab(hour=4, minute=10),
    },
    "write off store credit that has run out": {
        "task": "payments.tasks.write_off_credits",
        "schedule": crontab(hour=4, minute=20),
    },
    "ask about fiscal documents": {
        "task": "invoicing.tasks.ask_about_submissions",
        "schedule": 300.0,
    },
    "remind of payments": {"task": "orders.tasks.remind_of_payments", "schedule": 60.0},
    "plan parcels": {"task": "shipping.tasks.plan_unplanned", "schedule": 300.0},
    "announce parcels": {"task": "shipping.tasks.book_parcels", "schedule": 60.0},
    "follow parcels": {"task": "shipping.tasks.follow_parcels", "schedule": 900.0},
    "know the holidays": {"task": "core.tasks.know_holidays", "schedule": 60.0},
    "complete orders": {
        "task": "shipping.tasks.complete_finished",
        "schedule": crontab(hour=3, minute=50),
    },
    "prove the stock": {"task": "orders.tasks.check_stock", "schedule": crontab(hour=3, minute=40)},
    # After the hour's orders were completed, and what the providers knew was written down.
    "prove the orders": {
        "task": "payments.tasks.check_orders",
        "schedule": crontab(hour=4, minute=0),
    },
    "find what has changed": {"task": "catalog.tasks.refresh_stale_search", "schedule": 5.0},
    "tell Elasticsearch": {"task": "catalog.tasks.push_search_documents", "schedule": 5.0},
    "write searches down": {"task": "catalog.tasks.write_searches_down", "schedule": 60.0},
    "learn the words of titles": {"task": "catalog.tasks.count_search_words", "schedule": 3600.0},
    "tell pages what has changed": {"task": "pagecache.tasks.tell_changes", "schedule": 2.0},
    "tell pages what the clock changes": {
        "task": "storefront.tasks.tell_what_the_clock_changes",
        "schedule": 10.0,
    },
    "begin and end prices": {"task": "catalog.tasks.apply_scheduled_prices", "schedule": 15.0},
    "copy new pictures": {"task": "catalog.tasks.make_missing_renditions", "schedule": 15.0},
    "copy new covers": {"task": "catalog.tasks.make_missing_covers", "schedule": 60.0},
    "copy new banners": {"task": "storefront.tasks.make_missing_banners", "schedule": 60.0},
    **{
        f"show that {name} is worked off": {
            "task": "backoffice.tasks.beat",
            "args": (name,),
            "schedule": 30.0,
            "options": {"queue": name},
        }
        for name in QUEUES
    },
    "work off spreadsheets": {"task": "backoffice.tasks.work_off_sheets", "schedule": 3.0},
    "work off bulk actions": {
        "task": "backoffice.tasks.work_off_bulk_actions",
        "schedule": 3.0,
    },
    "check the books": {"task": "backoffice.tasks.work_off_books_checks", "schedule": 10.0},
    "forget old bulk actions": {
        "task": "backoffice.tasks.forget_old_bulk_actions",
        "schedule": crontab(hour=4, minute=35),
    },
    "fetch pictures": {"task": "backoffice.tasks.fetch_pictures", "schedule": 10.0},
    "forget old spreadsheets": {
        "task": "backoffice.tasks.forget_old_sheets",
        "schedule": crontab(hour=4, minute=30),
    },
    "write product feeds": {"task": "storefront.tasks.write_feeds", "schedule": crontab(minute=7)},
    "note what sellers are owed": {
        "task": "payouts.tasks.note_sales",
        "schedule": crontab(minute=2),
    },
    "write the sellers' statements": {
        "task": "payouts.tasks.make_statements",
        "schedule": crontab(day_of_month=1, hour=4, minute=30),
    },
    "remind of carts": {"task": "cart.tasks.remind_of_carts", "schedule": 600.0},
    "learn what is bought together": {
        "task": "orders.tasks.count_bought_together",
        "schedule": crontab(hour=4, minute=40),
    },
    "ask for reviews": {
        "task": "reviews.tasks.ask_for_reviews",
        "schedule": crontab(hour=10, minute=5),
    },
    "tend the audit": {"task": "audit.tasks.tend", "schedule": crontab(hour=4, minute=50)},
    "delete what is past its days": {
        "task": "privacy.tasks.purge",
        "schedule": crontab(hour=5, minute=0),
    },
    "close expired carts": {"task": "cart.tasks.close_expired", "schedule": 600.0},
}
