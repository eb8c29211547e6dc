"""A shop with a package of somebody else: its provider, carrier, promotion and part of the page."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from catalog.models import Variant
from config.processes import Supervisor
from config.run import free_port, start_web
from orders.models import Order
from orders.states import PaymentStatus
from payments.models import MethodType
from promotions.models import Promotion
from reviews.models import Review, ReviewStatus
from shipping.models import ShippingMethod
from shipping.services import packing
from storefront.models import HomeBlock
from tests import servers
from tests.accounts.factories import UserFactory
from tests.checkout.factories import form_data, open_shop
from tests.faults.visitor import Visitor
from tests.inventory.factories import stocked
from tests.payments.factories import PaymentMethodFactory
from tests.payments.test_example_gateway import SECRET, Acme
from tests.providers.server import ProviderServer
from tests.shipping.factories import CarrierFactory
from tests.shipping.test_example_carrier import TOKEN, Veloz

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.whole_shop,
    pytest.mark.empties_tables,
]
ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Shop:
    """A shop that knows the package by variables alone, and the two companies."""

    url: str
    environment: dict[str, str]
    acme: Any
    veloz: Any

    def work(self, *tasks: str) -> None:
        """What the worker would do, in a process with these variables."""
        modules = {task.rpartition(".")[0] for task in tasks}
        steps = [f"import {module}" for module in sorted(modules)] + [f"{task}()" for task in tasks]
        subprocess.run(
            [sys.executable, "manage.py", "shell", "--no-imports", "--command", "\n".join(steps)],
            cwd=ROOT,
            env=self.environment,
            check=True,
        )


@pytest.fixture
def shop(tmp_path: Path, transactional_db: None) -> Iterator[Shop]:
    with (
        ProviderServer(Acme()) as acme,
        ProviderServer(Veloz()) as veloz,
        Supervisor(tmp_path) as supervisor,
    ):
        port = free_port("127.0.0.1", 0)
        url = f"http://127.0.0.1:{port}"
        environment = {
            **os.environ,
            "DATABASE_URL": servers.database_url(),
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "SITE_URL": url,
            "PYTHONPATH": str(ROOT / "examples" / "acme"),
            "EXTRA_APPS": "acme_vitrina",
            "PAYMENT_PAGES": acme.url,
            "ACME_API_BASE": acme.url,
            "ACME_SECRET": SECRET,
            "VELOZ_API_BASE": veloz.url,
            "VELOZ_TOKEN": TOKEN,
        }
        start_web(supervisor, "127.0.0.1", port, environment)
        yield Shop(url, environment, acme, veloz)


@pytest.fixture
def variant() -> Variant:
    """Goods for 100.00, and what staff have chosen of the package in the back office."""
    open_shop()
    PaymentMethodFactory.create(code="acme", gateway="acme", type=MethodType.WALLET)
    veloz = CarrierFactory.create(integration="veloz")
    ShippingMethod.objects.update(carrier=veloz)
    Promotion.objects.create(name="La segunda a mitad", effect="acme.second", value=Decimal(50))
    HomeBlock.objects.create(kind="acme.voices", title_es="Lo que dicen", position=1)
    variant = stocked(5)
    Review.objects.create(
        product=variant.product,
        user=UserFactory.create(),
        rating=5,
        comment="Llegó en dos días",
        status=ReviewStatus.APPROVED,
    )
    return variant


def test_a_shop_buys_by_what_a_package_brings_and_may_lead_to_its_page(
    shop: Shop, variant: Variant
) -> None:
    visitor = Visitor(shop.url)

    with urlopen(f"{shop.url}/", timeout=20) as answer:
        policy = answer.headers["Content-Security-Policy"]
    home = visitor.get("/")
    visitor.post("/cart/add/", {"variant": variant.sku, "quantity": "2"})
    cart = visitor.get("/cart/")
    visitor.get("/checkout/")
    seen = '{"goods": "1000.00", "delivery": {"olva": "10.00"}}'
    sent = visitor.post("/checkout/", form_data(payment="acme", seen=seen))
    order = Order.objects.get()
    payment = order.payments.get()
    shop.acme.provider.pay(payment.gateway_id)
    knock = shop.acme.provider.knock({"id": "evt_1", "payment": payment.gateway_id})
    rung = visitor.bring("/webhooks/acme/", knock.body, **dict(knock.headers))
    shop.work("payments.tasks.process_webhooks", "outbox.tasks.deliver_due")
    parcel = order.shipments.get()
    parcel.carrier = ShippingMethod.objects.get().carrier
    parcel.save(update_fields=["carrier"])
    packing.pack(parcel.pk)
    shop.work("shipping.tasks.book_parcels")

    assert shop.acme.url in policy.partition("form-action")[2].partition(";")[0]
    assert "Lo que dicen" in home.text
    assert "Llegó en dos días" in home.text
    assert "La segunda a mitad" in cart.text
    assert sent.location.startswith(shop.acme.url)
    assert rung.status == 200
    order.refresh_from_db()
    assert (order.discount_total, order.payment_status) == (variant.price / 2, PaymentStatus.PAID)
    parcel.refresh_from_db()
    assert parcel.tracking_number == "VZ-1"


def test_without_the_package_its_rows_do_no_harm(variant: Variant, client: Any) -> None:
    home = client.get("/")
    client.post("/cart/add/", {"variant": variant.sku, "quantity": "2"})
    cart = client.get("/cart/").content.decode()

    assert home.status_code == 200
    assert "Lo que dicen" not in home.content.decode()
    assert "La segunda a mitad" not in cart
