"""The Celery app and the beat table."""

import os

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("vitrina", task_cls="core.traces:TracedTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

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
    "show that tasks are worked off": {"task": "backoffice.tasks.beat", "schedule": 30.0},
    "work off spreadsheets": {"task": "backoffice.tasks.work_off_sheets", "schedule": 3.0},
    "work off bulk actions": {
        "task": "backoffice.tasks.work_off_bulk_actions",
        "schedule": 3.0,
    },
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
