"""Fills the shop with the demo of the folder demo/. Running again finds rows by their names."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction
from django.utils import timezone, translation

from demoshop import catalogue, orders, people, renditions, shop
from demoshop.source import DemoSource


class Command(BaseCommand):
    help = "Loads the demo shop: products, pictures, stock, customers and orders in every state."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--folder", type=Path, default=settings.BASE_DIR / "demo")

    def handle(self, *args: Any, **options: Any) -> None:
        source = DemoSource(options["folder"], timezone.now(), self.stdout.write)
        with translation.override(settings.LANGUAGE_CODE), transaction.atomic():
            self._load(source)
            renditions.make(source.say)
        if source.missing:
            self.stdout.write(
                f"{len(source.missing)} pictures are not there: {source.missing[0]}, …"
            )

    def _load(self, source: DemoSource) -> None:
        shop.load_settings(source)
        shop.load_places(source)
        shelves = shop.load_shelves(source)
        catalogue.load_products(source)
        catalogue.load_collections(source)
        catalogue.load_kits(source)
        shop.load_shipping(source)
        shop.load_payment_methods(source)
        shop.load_promotions(source, shelves)
        shop.load_pages(source)
        customers = people.load_customers(source)
        people.load_logins(source)
        people.load_reviews(source, customers)
        orders.load_orders(source, customers)
