"""Random baskets for the pricer."""

from decimal import Decimal
from uuid import UUID, uuid5

from hypothesis import strategies as st

from core.money import WHOLE_CURRENCIES
from promotions.basket import KitRule, PriceLine, PriceSettings, Rule, ShippingOffer, Tier

SPACE = UUID("3f1a2c44-0d5e-4f5b-9a53-0a6ad9d3c1f0")
SHELF = [uuid5(SPACE, str(number)) for number in range(6)]
FEW_IDS = st.frozensets(st.sampled_from(SHELF), max_size=3)
KIT = "kit-1"


def amounts(top: int) -> st.SearchStrategy[Decimal]:
    return st.integers(0, top * 100).map(lambda cents: Decimal(cents) / 100)


@st.composite
def lines(draw: st.DrawFn) -> list[PriceLine]:
    count = draw(st.integers(0, 6))
    return [
        PriceLine(
            key=f"line-{number}",
            variant_id=SHELF[number % len(SHELF)],
            product_id=draw(st.sampled_from(SHELF)),
            seller_id=draw(st.sampled_from(SHELF)),
            brand_id=draw(st.none() | st.sampled_from(SHELF)),
            category_ids=draw(FEW_IDS),
            collection_ids=draw(FEW_IDS),
            list_price=Decimal(9000),
            price=draw(amounts(8999)),
            quantity=draw(st.integers(1, 12)),
            tax_rate=draw(st.sampled_from([Decimal(0), Decimal("0.18"), Decimal("0.105")])),
            kit=draw(st.sampled_from(["", KIT])),
        )
        for number in range(count)
    ]


@st.composite
def rules(draw: st.DrawFn, number: int = 0) -> Rule:
    effect = draw(st.sampled_from(["percentage", "fixed", "free_shipping", "buy_x_get_y", "tiers"]))
    return Rule(
        id=uuid5(SPACE, f"rule {number}"),
        name=f"rule {number}",
        effect=effect,
        scope=draw(
            st.sampled_from(["order", "product", "category", "brand", "seller", "collection"])
        ),
        value=draw(amounts(100 if effect == "percentage" else 20000)),
        buy_quantity=draw(st.integers(1, 3)),
        free_quantity=draw(st.integers(1, 2)),
        tiers=(
            Tier(quantity=3, percent=Decimal(10)),
            Tier(quantity=6, percent=draw(amounts(100))),
        ),
        targets=draw(FEW_IDS),
        minimum_purchase=draw(amounts(500)),
        priority=draw(st.integers(-1, 1)),
        exclusive_group=draw(st.sampled_from(["", "", "summer"])),
    )


agreements = st.lists(st.builds(Rule.agreed, amounts(300), st.just("as agreed")), max_size=1)


@st.composite
def rule_lists(draw: st.DrawFn) -> list[Rule]:
    found = [draw(rules(number)) for number in range(draw(st.integers(0, 4)))]
    return [*found, *draw(agreements)]


kits = st.lists(
    st.builds(
        KitRule,
        key=st.just(KIT),
        name=st.just("kit"),
        percent=amounts(100),
        required=st.dictionaries(st.sampled_from(SHELF), st.integers(1, 3), min_size=1, max_size=2),
    ),
    max_size=1,
)
offers = st.none() | st.builds(
    ShippingOffer, code=st.just("olva"), name=st.just("Olva"), price=amounts(90)
)
settings = st.builds(
    PriceSettings,
    currency=st.sampled_from(["PEN", "CLP"]),
    prices_include_tax=st.booleans(),
    rounds_tax_per_line=st.booleans(),
    shipping_tax_rate=st.sampled_from([Decimal(0), Decimal("0.18")]),
)


def is_whole(amount: Decimal, currency: str) -> bool:
    """Whether the currency has such an amount at all."""
    unit = Decimal(1) if currency in WHOLE_CURRENCIES else Decimal("0.01")
    return amount % unit == 0
