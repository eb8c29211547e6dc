"""
When each task runs, by the queue that it waits in: seconds between two runs, or times of the day.

Each kind of work has a queue, so that none waits behind another (docs/operations.md, "Workers").
The tests fail for a task that is missing here.
"""

from celery.schedules import crontab

TASKS: dict[str, dict[str, float | crontab]] = {
    # What moves money or waits for it.
    "money": {
        "payments.tasks.process_webhooks": 5.0,
        "payments.tasks.poll_open": 60.0,
        "payments.tasks.expire_due": 60.0,
        "payments.tasks.submit_refunds": 60.0,
        "payments.tasks.write_off_credits": crontab(hour=4, minute=20),
        "payments.tasks.drain_log": 10.0,
        "invoicing.tasks.ask_about_submissions": 300.0,
    },
    # Work that follows from committed changes.
    "news": {"outbox.tasks.deliver_due": 10.0},
    # What the hour changes: holds, prices, drops, parcels, and the cached pages that show them.
    "clock": {
        "cart.tasks.close_expired": 600.0,
        "catalog.tasks.apply_scheduled_prices": 15.0,
        "core.tasks.know_holidays": 60.0,
        "inventory.tasks.release_expired": 60.0,
        "inventory.tasks.tell_who_waits": 60.0,
        "pagecache.tasks.invalidate_changed": 2.0,
        "shipping.tasks.plan_unplanned": 300.0,
        "shipping.tasks.book_parcels": 60.0,
        "shipping.tasks.track_parcels": 900.0,
        "storefront.tasks.invalidate_timed_pages": 10.0,
        "waitingroom.tasks.send_drop_reminders": 30.0,
    },
    "search": {
        "catalog.tasks.refresh_stale_search": 5.0,
        "catalog.tasks.push_search_documents": 5.0,
        "catalog.tasks.store_search_counts": 60.0,
        "catalog.tasks.count_search_words": 3600.0,
    },
    "mail": {
        "core.tasks.send_mails": 15.0,
        "cart.tasks.remind_of_carts": 600.0,
        "orders.tasks.remind_of_payments": 60.0,
        "reviews.tasks.ask_for_reviews": crontab(hour=10, minute=5),
    },
    "pictures": {
        "backoffice.tasks.fetch_pictures": 10.0,
        "catalog.tasks.make_missing_renditions": 15.0,
        "catalog.tasks.make_missing_covers": 60.0,
        "storefront.tasks.draw_icons": 60.0,
        "storefront.tasks.make_missing_banners": 60.0,
    },
    # What staff and sellers have asked for, with thousands of rows.
    "bulk": {
        "backoffice.tasks.work_off_sheets": 3.0,
        "backoffice.tasks.work_off_bulk_actions": 3.0,
        "storefront.tasks.write_feeds": crontab(minute=7),
    },
    # What adds up, compares and tidies, mostly at night.
    "reports": {
        "audit.tasks.tend": crontab(hour=4, minute=50),
        # Before the night's changes, so that the backup still holds what they delete.
        "backoffice.tasks.back_up": crontab(hour=2, minute=45),
        "backoffice.tasks.forget_old_bulk_actions": crontab(hour=4, minute=35),
        "backoffice.tasks.forget_old_month_files": crontab(hour=4, minute=37),
        "backoffice.tasks.forget_old_sheets": crontab(hour=4, minute=30),
        "backoffice.tasks.mail_week": crontab(day_of_week=1, hour=8, minute=5),
        "backoffice.tasks.work_off_books_checks": 10.0,
        "backoffice.tasks.work_off_month_files": 5.0,
        "orders.tasks.check_stock": crontab(hour=3, minute=40),
        "orders.tasks.count_bought_together": crontab(hour=4, minute=40),
        # After the hour's orders were completed, and what the providers knew was written down.
        "payments.tasks.check_orders": crontab(hour=4, minute=0),
        "payments.tasks.forget_idempotency_keys": crontab(hour=4, minute=10),
        "payments.tasks.reconcile": crontab(hour=3, minute=20),
        "payouts.tasks.make_statements": crontab(day_of_month=1, hour=4, minute=30),
        "payouts.tasks.note_sales": crontab(minute=2),
        "privacy.tasks.purge": crontab(hour=5, minute=0),
        "shipping.tasks.complete_finished": crontab(hour=3, minute=50),
    },
}

# By this task the worker of each queue reports that it is at work.
HEARTBEAT, _HEARTBEAT_SECONDS = "backoffice.tasks.beat", 30.0

ROUTES = {task: {"queue": name} for name, tasks in TASKS.items() for task in tasks} | {
    HEARTBEAT: {"queue": "clock"}
}
SCHEDULE = {
    task: {"task": task, "schedule": when}
    for tasks in TASKS.values()
    for task, when in tasks.items()
} | {
    f"heartbeat of {name}": {
        "task": HEARTBEAT,
        "args": (name,),
        "schedule": _HEARTBEAT_SECONDS,
        "options": {"queue": name},
    }
    for name in TASKS
}
