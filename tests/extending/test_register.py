"""What a package may add to promotions and to the home page, and what is refused."""

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.permissions import Role
from promotions import kinds
from promotions.basket import PriceLine, PriceSettings, Rule
from promotions.engine import price
from promotions.models import Promotion
from storefront import parts
from storefront.models import HomeBlock
from tests.accounts.factories import signed_in
from tests.promotions.test_write_promotions import ADD, typed

KEY = UUID(int=1)


@pytest.fixture(autouse=True)
def _forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test registers is gone after it."""
    monkeypatch.setattr(kinds, "_kinds", {})
    monkeypatch.setattr(parts, "_parts", {})


def priced(effect: str) -> Decimal:
    """What 2 units for 10.00 each cost under a rule of this effect, of 50."""
    line = PriceLine(
        key="a",
        variant_id=KEY,
        product_id=KEY,
        seller_id=KEY,
        list_price=Decimal(10),
        price=Decimal(10),
        quantity=2,
    )
    rule = Rule(id=KEY, name="Regla", effect=effect, value=Decimal(50))
    return price([line], [rule], settings=PriceSettings()).total


@pytest.mark.parametrize("taken", ["3.333", "-4", "25"])
def test_a_kind_takes_off_what_it_says_in_whole_cents_and_never_too_much(taken: str) -> None:
    kinds.register("shop.some", "some", lambda rule, lines, left: {"a": Decimal(taken)})

    assert priced("shop.some") == {"3.333": Decimal("16.67"), "-4": 20, "25": 0}[taken]


def test_a_kind_whose_package_is_gone_takes_nothing_off() -> None:
    assert priced("shop.gone") == Decimal(20)


@pytest.mark.parametrize("code", ["percentage", "Shop.some", "shop.some thing", "shop." + "x" * 20])
def test_codes_that_could_be_ours_or_do_not_fit_are_refused(code: str) -> None:
    with pytest.raises(ValueError, match="not of the form"):
        kinds.register(code, "some", lambda rule, lines, left: {})
    with pytest.raises(ValueError, match="not of the form"):
        parts.register(code, "some", "some.html", list)


@pytest.mark.django_db
def test_staff_choose_a_kind_and_are_told_what_it_needs(client: Client, settings: Any) -> None:
    settings.DEMO = True
    signed_in(client, Role.CATALOGUE)
    kinds.register("shop.some", "Algo nuevo", lambda rule, lines, left: {}, needs=["value"])

    page = client.get(reverse(ADD)).content.decode()
    refused = client.post(reverse(ADD), typed(effect="shop.some", value="0"))
    client.post(reverse(ADD), typed(effect="shop.some", value="5"))

    assert "Algo nuevo" in page
    assert list(refused.context["adminform"].form.errors) == ["value"]
    assert Promotion.objects.get().effect == "shop.some"


@pytest.mark.django_db
def test_the_database_takes_no_other_words() -> None:
    with pytest.raises(IntegrityError, match="promotion_effect_known"), transaction.atomic():
        Promotion.objects.create(name="Nada", effect="nothing", value=Decimal(5))
    with pytest.raises(IntegrityError, match="home_block_kind_known"):
        HomeBlock.objects.create(kind="nothing")


@pytest.mark.django_db
def test_staff_choose_only_what_a_package_has_registered() -> None:
    block = HomeBlock(kind="shop.part")
    with pytest.raises(ValidationError):
        block.full_clean()

    parts.register("shop.part", "Algo", "storefront/_shelf.html", list)

    block.full_clean()
    assert str(block) == "Algo"


@pytest.mark.django_db
def test_a_part_with_nothing_to_show_is_left_out(client: Client) -> None:
    parts.register("shop.part", "Algo vacío", "storefront/_shelf.html", list)
    HomeBlock.objects.create(kind="shop.part")

    assert "Algo vacío" not in client.get("/").content.decode()
