"""
Where tables are long, what is asked often reads few rows of them: none is read from end to end.

PostgreSQL tells how it ran each statement, those of triggers and prepared ones too
(`tests/plans.py`). How often it is asked is held by tests/test_page_budgets.py.
"""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from backoffice.dashboard import page
from core.admin import filters
from core.admin import lists as admin_lists
from inventory import services as inventory
from inventory.models import Warehouse
from outbox.models import Message
from outbox.tasks import deliver_due
from pagecache.models import Change
from payments import webhooks
from payments.models import WebhookEvent, WebhookStatus
from tests.accounts.factories import UserFactory
from tests.backoffice.factories import MODELS, page_of
from tests.checkout.factories import fill_cart, form_data, open_shop
from tests.inventory.factories import stocked
from tests.many_rows import fill, key
from tests.payments.factories import knock
from tests.plans import watched
from tests.secrets import SECRET

pytestmark = pytest.mark.django_db
MANY = 5_000
MAX_READ = 1_000
QUARTER = timedelta(minutes=15)
# What people write by hand, or there is one of for each day or country. All others grow.
FEW = {
    *("accounts.Seller", "accounts.SellerMember", "accounts.ChangedRole", "catalog.Brand"),
    *("catalog.Family", "catalog.Category", "catalog.Collection", "catalog.Kit"),
    *("catalog.KitItem", "catalog.SynonymGroup", "catalog.SearchBoost", "inventory.Warehouse"),
    *("purchasing.Supplier", "purchasing.DropshipWarehouse", "invoicing.Series"),
    *("shipping.Carrier", "shipping.Zone", "shipping.ShippingMethod", "shipping.ShippingRate"),
    *("payments.PaymentMethod", "promotions.Promotion", "promotions.TaxRate"),
    *("storefront.Banner", "storefront.Page", "storefront.MenuItem", "storefront.HomeBlock"),
    *(
        "storefront.Story",
        "storefront.Hotspot",
        "storefront.Logo",
        "waitingroom.WaitingRoom",
        "backoffice.SavedList",
        "backoffice.Backup",
    ),
    "till.Till",
    *("orders.OrderDay", "purchasing.PurchaseYear", "complaints.ComplaintYear"),
}

# Lists of the back office that read a table whole when they are opened, and why they may.
READ_WHOLE = {
    "catalog.Category": "counts the products on each shelf",
    "catalog.Collection": "counts the products in each",
    "reviews.Review": "puts first what somebody has complained about or what waits",
    "accounts.CustomerAccount": "passes over the staff, who are few",
    "complaints.Complaint": "puts first what has to be answered soonest; there are few",
    "invoicing.Submission": "has the rows of a page put in order once more",
    "purchasing.PurchaseOrder": "names the suppliers that have been asked; there are few orders",
    "purchasing.SupplierTask": "names the suppliers that have been asked",
    "accounts.Impersonation": "names the years in which somebody has looked; there are few",
    "backoffice.BulkAction": "old ones are deleted",
    "backoffice.BooksCheck": "adds up what is open; finance looks at it once a month",
    "catalog.SheetImport": "old ones are deleted",
    "waitingroom.DropReminder": "those of a drop that is over are deleted",
}


def rows_of(label: str) -> int:
    """What a shopper would be offered is left to `open_shop`."""
    if label not in FEW:
        return MANY
    return 0 if label.startswith(("shipping.", "payments.", "promotions.")) else 1


def fill_long_tables() -> None:
    """All goods are the house's, and all news has been tried and waits for its next turn."""
    fill(rows_of)
    later = timezone.now() + QUARTER
    WebhookEvent.objects.update(status=WebhookStatus.RECEIVED, attempts=1, due_at=later)
    # A worker takes as many of these at once as there are.
    Change.objects.all().delete()
    Message.objects.update(delivered_at=None, given_up_at=None, attempts=1, due_at=later)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("DELETE FROM accounts_seller WHERE NOT is_house")
        cursor.execute(f"UPDATE accounts_seller SET id = {key('accounts_seller', '1')}")
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("ANALYZE payments_webhookevent, outbox_message")


def buy(client: Client) -> None:
    """Put something into the cart, and order it; look at the order."""
    fill_cart(client, stocked(9).sku)
    assert client.get("/cart/").status_code == 200
    assert client.get("/checkout/").status_code == 200
    answer = client.post("/checkout/", form_data(email="ana@example.com"))
    assert answer.status_code == 302, answer.content.decode()
    assert client.get(answer["Location"]).status_code == 200


def buy_again() -> None:
    """As somebody whom the shop knows."""
    client = Client()
    client.force_login(UserFactory.create(email="rosa@example.com"))
    buy(client)


def move_units() -> None:
    variant, order = stocked(50), uuid4()
    [warehouse] = Warehouse.objects.filter(stock_levels__variant=variant)
    inventory.receive({(variant.pk, warehouse.pk): 10}, note="a test")
    inventory.adjust({(variant.pk, warehouse.pk): -2}, note="a test")
    inventory.reserve({variant.pk: 3}, reference=order, until=timezone.now() + QUARTER)
    inventory.release(reference=order)


def bring_news() -> None:
    """A provider tells something of a payment, and the worker asks what it was."""
    news = {"id": uuid4().hex, "type": "payment.captured", "payment": "pay_1"}
    assert knock(json.dumps(news).encode()).status_code == 200
    event = webhooks.claim()
    assert event
    webhooks.work_off(event)


def look_for_news() -> None:
    """A worker comes and nothing is due, as it is every few seconds."""
    deliver_due()
    assert webhooks.claim() is None
    assert deliver_due() == 0


def lists() -> Iterator[tuple[str, Callable[[], object]]]:
    """Each of the back office, as it is opened."""
    client = Client()
    client.force_login(
        UserFactory.create(email="boss@example.com", is_staff=True, is_superuser=True)
    )
    # The menu beside each list counts what waits, and keeps it for a while.
    client.get(reverse("admin:index"))
    for model in MODELS:
        if model._meta.label not in READ_WHOLE:
            address = page_of(model, "changelist")
            yield address, partial(client.get, address, follow=True)


def too_much(act: Callable[[], object]) -> list[str]:
    """What it reads of tables that grow, where that is more than a page could show."""
    few = {apps.get_model(label)._meta.db_table for label in FEW}
    with watched() as reads:
        act()
    return [str(read) for read in reads if read.table not in few and read.rows > MAX_READ]


def test_what_is_asked_often_reads_few_rows(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.DEMO, settings.SIMULATOR_SECRET = True, SECRET
    settings.SIMULATOR_API_BASE = "http://127.0.0.1:9"
    monkeypatch.setattr(admin_lists, "MAX_COUNTED", 300)
    monkeypatch.setattr(admin_lists, "MAX_LISTED", 300)
    monkeypatch.setattr(filters, "LATEST", 300)
    monkeypatch.setattr(page, "WAITING_SECONDS", 600)
    fill_long_tables()
    open_shop()
    scenes: dict[str, Callable[[], object]] = {
        "a guest buys": partial(buy, Client()),
        "a customer buys": buy_again,
        "units are moved": move_units,
        "a provider tells": bring_news,
        "a worker looks for news": look_for_news,
        **dict(lists()),
    }

    found = {name: reads for name, act in scenes.items() if (reads := too_much(act))}

    assert found == {}, "\n".join(f"{name}: {read}" for name in found for read in found[name])
