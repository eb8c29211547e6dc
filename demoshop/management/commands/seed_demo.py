"""Fills the shop with the demo of the folder demo/. Running again finds rows by their names."""

import os
from contextlib import closing
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction
from django.utils import timezone, translation

from demoshop import catalogue, orders, people, prices, provider, renditions, shop, tills
from demoshop.source import DemoSource
from orders import co_purchases
from simulator.bank import Bank


class Command(BaseCommand):
    help = "Loads the demo shop: products, pictures, stock, customers and orders in every state."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--folder", type=Path, default=settings.BASE_DIR / "demo")
        parser.add_argument(
            "--without-copies",
            action="store_true",
            help="leave all smaller copies of the pictures to the worker",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        source = DemoSource(options["folder"], timezone.now(), self.stdout.write)
        with translation.override(settings.LANGUAGE_CODE), transaction.atomic():
            self._load(source)
            if not options["without_copies"]:
                renditions.make(source.say)
        if store := os.environ.get("SIMULATOR_STORE"):
            with closing(Bank(store)) as bank:
                bank.adopt(provider.documents())
        if source.missing:
            self.stdout.write(
                f"{len(source.missing)} pictures are not there: {source.missing[0]}, …"
            )

    def _load(self, source: DemoSource) -> None:
        shop.load_settings(source)
        shop.load_places(source)
        shop.load_suppliers(source)
        shelves = shop.load_shelves(source)
        shop.load_size_guides(source)
        catalogue.load_products(source)
        prices.load_past(source)
        prices.load_costs()
        catalogue.load_collections(source)
        catalogue.load_kits(source)
        shop.load_shipping(source)
        shop.load_payment_methods(source)
        shop.load_promotions(source, shelves)
        shop.load_pages(source)
        customers = people.load_customers(source)
        people.load_logins(source)
        people.load_reviews(source, customers)
        people.load_questions(source)
        orders.load_orders(source, customers)
        tills.load_till(source)
        people.verify_reviews()
        co_purchases.recount(source.now)
