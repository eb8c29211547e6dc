"""Changes to the same goods at the same moment wait for each other, and nothing is lost."""

from decimal import Decimal
from uuid import UUID

import pytest
from django.db.models import QuerySet

from accounts.models import SellerStatus
from catalog.models import Brand, Product, Variant
from catalog.services import (
    Prices,
    add_sold,
    merge_brands,
    pause_sales,
    refresh_search,
    refresh_stale_search,
    set_active,
    set_prices,
)
from sellers.services import resume, suspend
from tests.accounts.factories import SellerFactory, house
from tests.catalog.factories import BrandFactory
from tests.catalog.lines import line, load
from tests.concurrency import at_once

GOODS = 12


class Staff:
    """What is done to a seller's goods, each by somebody else; `number` is the round."""

    def __init__(self) -> None:
        house()
        self.seller = SellerFactory.create(status=SellerStatus.APPROVED, slug="norte")
        self.brand = BrandFactory.create()
        self._rows = [line(f"goods-{number}", seller="norte") for number in range(GOODS)]
        load(*self._rows)

    @property
    def products(self) -> QuerySet[Product]:
        return Product.objects.filter(seller=self.seller)

    @property
    def variants(self) -> QuerySet[Variant]:
        return Variant.objects.filter(product__seller=self.seller)

    def switch_variants(self, number: int) -> None:
        set_active(self.variants, is_active=bool(number % 2))

    def switch_products(self, number: int) -> None:
        set_active(self.products, is_active=bool(number % 2))

    def pause(self, number: int) -> None:
        pause_sales(self.products, is_paused=not number % 2)

    def stop_the_seller(self, number: int) -> None:
        (resume if number % 2 else suspend)(self.seller.pk)

    def sell(self, _number: int) -> None:
        add_sold(dict.fromkeys(self._keys(), 1))

    def reprice(self, number: int) -> None:
        for key in self._keys():
            set_prices(key, Prices(Decimal(20 + number)), confirmed=True)

    def read_a_file_and_join_its_brands(self, number: int) -> None:
        names = [f"Norte {number}", f"Sur {number}"]
        lines = [{**row, "brand": names[place % 2]} for place, row in enumerate(self._rows)]
        load(*(reversed(lines) if number % 2 else lines))
        brands = Brand.objects.filter(name__in=names).values_list("pk", flat=True)
        merge_brands(list(brands), into=self.brand.pk)

    def write_search_again(self, number: int) -> None:
        keys = list(self.products.values_list("pk", flat=True))
        refresh_search(keys[::-1] if number % 2 else keys)
        refresh_stale_search()

    def _keys(self) -> list[UUID]:
        return list(self.variants.order_by("-pk").values_list("pk", flat=True))


@pytest.mark.parametrize(
    "rounds", [pytest.param(20, id="long", marks=pytest.mark.soak), pytest.param(6, id="short")]
)
@pytest.mark.django_db(transaction=True)
def test_many_who_change_the_same_goods_wait_for_each_other(rounds: int) -> None:
    """Rows locked in two orders: the race meets itself within few rounds."""
    staff = Staff()
    turns = iter(
        [
            *(staff.switch_variants, staff.switch_products, staff.pause, staff.stop_the_seller),
            *(staff.sell, staff.reprice, staff.read_a_file_and_join_its_brands),
            *(staff.write_search_again, staff.write_search_again),
        ]
    )

    def work() -> None:
        step = next(turns)
        for number in range(rounds):
            step(number)

    at_once(work, times=9)

    assert set(staff.variants.values_list("units_sold", flat=True)) == {rounds}
    assert set(staff.variants.values_list("brand", flat=True)) == {staff.brand.pk}
    assert not staff.products.filter(sales_paused=True).exists()


@pytest.mark.django_db(transaction=True)
def test_two_files_with_the_same_new_goods_take_turns() -> None:
    house()
    load(line("whose shelf they share"))
    rows = [line(f"goods-{number}") for number in range(GOODS)]
    turns = iter([rows, rows[::-1], rows, rows[::-1]])

    at_once(lambda: load(*next(turns)), times=4)

    assert Product.objects.count() == Variant.objects.count() == GOODS + 1
