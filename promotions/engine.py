"""The one pricer of the shop: pure, fed with data, asked by the cart and by the checkout."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from core.money import ZERO, allocate, quantize
from orders.amounts import Reason, merge_reasons, spread
from promotions import kinds
from promotions.basket import (
    KitRule,
    PricedBasket,
    PricedLine,
    PriceLine,
    PriceSettings,
    Rule,
    ShippingOffer,
)
from promotions.tax import taxes

Amounts = Mapping[str, Decimal]


def price(
    lines: Sequence[PriceLine],
    rules: Sequence[Rule] = (),
    *,
    kits: Sequence[KitRule] = (),
    coupon: Rule | None = None,
    shipping: ShippingOffer | None = None,
    settings: PriceSettings,
) -> PricedBasket:
    """
    Price a basket: the best automatic discount of each line, then the coupon, then what staff and
    customer have agreed on, then shipping and tax.

    A rule whose minimum is not reached has no effect. Of one exclusive group only one promotion
    takes effect; a coupon of the group as an automatic promotion counts where it is the better.
    The order of lines and rules changes nothing.
    """
    ordered = sorted(lines, key=lambda line: line.key)
    if coupon and coupon.exclusive_group:
        others = [rule for rule in rules if rule.exclusive_group != coupon.exclusive_group]
        if len(others) < len(rules):
            with_coupon = _price(ordered, others, kits, coupon, shipping, settings)
            without = _price(ordered, rules, kits, None, shipping, settings)
            better = with_coupon if with_coupon.total <= without.total else without
            return _in_order_of(lines, better)
    return _in_order_of(lines, _price(ordered, rules, kits, coupon, shipping, settings))


def _in_order_of(lines: Sequence[PriceLine], basket: PricedBasket) -> PricedBasket:
    by_key = {line.key: line for line in basket.lines}
    return replace(basket, lines=tuple(by_key[line.key] for line in lines))


def _price(
    lines: Sequence[PriceLine],
    rules: Sequence[Rule],
    kits: Sequence[KitRule],
    coupon: Rule | None,
    shipping: ShippingOffer | None,
    settings: PriceSettings,
) -> PricedBasket:
    full = {line.key: quantize(line.price, settings.currency) * line.quantity for line in lines}
    subtotal = sum(full.values(), ZERO)
    delivery = shipping.price if shipping else ZERO
    agreed = [rule for rule in rules if rule.is_agreed]
    reached = [r for r in rules if not r.is_agreed and subtotal >= r.minimum_purchase]
    active = _one_of_each_group(reached, lines, full, delivery, settings.currency)
    reasons = _best_automatic(lines, active, kits, full, settings.currency)
    if coupon and subtotal < coupon.minimum_purchase:
        coupon = None
    for rule in [*([coupon] if coupon else []), *agreed]:
        left = _left(full, reasons)
        for key, amount in _effect(rule, lines, left, settings.currency).items():
            if amount > 0:
                reasons[key].append(_reason(rule, amount))
    automatic = [rule for rule, _ in active]
    gifts = _shipping_reasons(automatic, coupon, lines, shipping, settings.currency)
    left = _left(full, reasons)
    goods = [(left[line.key], line.tax_rate) for line in lines]
    charged = ZERO if gifts else quantize(delivery, settings.currency)
    *on_lines, on_delivery = taxes([*goods, (charged, settings.shipping_tax_rate)], settings)
    priced = tuple(
        _priced_line(line, reasons[line.key], tax, settings.currency)
        for line, tax in zip(lines, on_lines, strict=True)
    )
    return _sum_up(priced, gifts, shipping, on_delivery, settings)


def _left(full: Amounts, reasons: Mapping[str, Sequence[Reason]]) -> dict[str, Decimal]:
    """The remaining amount of each line."""
    return {key: full[key] - sum((r.amount for r in reasons[key]), ZERO) for key in full}


def _best_automatic(
    lines: Sequence[PriceLine],
    rules: Sequence[tuple[Rule, Amounts]],
    kits: Sequence[KitRule],
    full: Amounts,
    currency: str,
) -> dict[str, list[Reason]]:
    """The highest discount of each line, from promotions and kits; ties go to the priority."""
    offers: list[tuple[int, str, Mapping[str, Reason]]] = []
    for rule, amounts in rules:
        offers.append(
            (rule.priority, str(rule.id), {k: _reason(rule, a) for k, a in amounts.items()})
        )
    for kit in kits:
        found = _kit_effect(kit, lines, full, currency)
        offers.append((0, kit.key, {k: Reason(name=kit.name, amount=a) for k, a in found.items()}))
    best: dict[str, list[Reason]] = {line.key: [] for line in lines}
    for _, _, reasons in sorted(offers, key=lambda offer: (-offer[0], offer[1])):
        for key, reason in reasons.items():
            if reason.amount > sum((r.amount for r in best[key]), ZERO):
                best[key] = [reason]
    return best


def _one_of_each_group(
    rules: Iterable[Rule],
    lines: Sequence[PriceLine],
    full: Amounts,
    delivery: Decimal,
    currency: str,
) -> list[tuple[Rule, Amounts]]:
    """Each rule with its effect; of an exclusive group only what gives most, delivery counted."""
    groups: dict[str, list[tuple[Rule, Amounts]]] = defaultdict(list)
    for rule in rules:
        effect = _effect(rule, lines, full, currency)
        groups[rule.exclusive_group or str(rule.id)].append((rule, effect))

    def worth(rule: Rule, effect: Amounts) -> Decimal:
        return sum(effect.values(), delivery if _gives_delivery(rule, lines) else ZERO)

    return [
        min(group, key=lambda pair: (-worth(*pair), -pair[0].priority, str(pair[0].id)))
        for group in groups.values()
    ]


def _effect(rule: Rule, lines: Sequence[PriceLine], left: Amounts, currency: str) -> Amounts:
    """The rule's discount of each line with `left` to pay; never more than that."""
    lines = [line for line in lines if matches(rule, line) and left[line.key] > 0]
    if not lines:
        return {}
    if rule.effect == "percentage":
        amounts = _percent_off(rule.value, lines, left, currency)
    elif rule.effect == "tiers":
        amounts = _percent_off(_tier_percent(rule, lines), lines, left, currency)
    elif rule.effect == "fixed":
        amounts = _fixed_off(rule.value, lines, left, currency)
    elif rule.effect == "buy_x_get_y":
        amounts = _free_units(rule, lines, left, currency)
    else:
        amounts = kinds.take_off(rule, lines, left, currency)
    return {key: min(amount, left[key]) for key, amount in amounts.items()}


def matches(rule: Rule, line: PriceLine) -> bool:
    """Whether the rule's scope takes in the line."""
    touched = {
        "product": {line.product_id},
        "category": line.category_ids,
        "brand": {line.brand_id},
        "seller": {line.seller_id},
        "collection": line.collection_ids,
    }
    return rule.scope == "order" or bool(rule.targets & touched[rule.scope])


def _percent_off(
    percent: Decimal, lines: Sequence[PriceLine], left: Amounts, currency: str
) -> Amounts:
    return {line.key: quantize(left[line.key] * percent / 100, currency) for line in lines}


def _tier_percent(rule: Rule, lines: Sequence[PriceLine]) -> Decimal:
    units = sum(line.quantity for line in lines)
    return max((tier.percent for tier in rule.tiers if tier.quantity <= units), default=ZERO)


def _fixed_off(
    amount: Decimal, lines: Sequence[PriceLine], left: Amounts, currency: str
) -> Amounts:
    weights = [left[line.key] for line in lines]
    parts = allocate(min(quantize(amount, currency), sum(weights, ZERO)), weights, currency)
    return {line.key: part for line, part in zip(lines, parts, strict=True)}


def _free_units(rule: Rule, lines: Sequence[PriceLine], left: Amounts, currency: str) -> Amounts:
    """Of each full group of bought and free units, the cheapest of all, for what they cost yet."""
    units = sum(line.quantity for line in lines)
    group = rule.buy_quantity + rule.free_quantity
    free = units // group * rule.free_quantity if group else 0
    amounts: dict[str, Decimal] = {}
    for line in sorted(lines, key=lambda line: (left[line.key] / line.quantity, line.key)):
        taken = min(free, line.quantity)
        free -= taken
        amounts[line.key] = quantize(left[line.key] * taken / line.quantity, currency)
    return amounts


def _kit_effect(kit: KitRule, lines: Sequence[PriceLine], full: Amounts, currency: str) -> Amounts:
    """The kit's percentage on the units that make up full sets, and on its optional ones."""
    lines = [line for line in lines if line.kit == kit.key]
    sets = kit.sets(lines)
    room = {product: n * sets for product, n in {**kit.optional, **kit.required}.items()}
    amounts: dict[str, Decimal] = {}
    for line in lines:
        taken = min(line.quantity, room.get(line.product_id, 0))
        if taken:
            room[line.product_id] -= taken
            share = full[line.key] * taken / line.quantity
            amounts[line.key] = quantize(share * kit.percent / 100, currency)
    return amounts


def _reason(rule: Rule, amount: Decimal) -> Reason:
    return Reason(
        name=rule.name,
        amount=amount,
        promotion_id=None if rule.is_agreed else rule.id,
        coupon_id=rule.coupon_id,
        code=rule.code,
    )


def _priced_line(
    line: PriceLine, reasons: Sequence[Reason], tax: Decimal, currency: str
) -> PricedLine:
    unit_price = quantize(line.price, currency)
    subtotal = unit_price * line.quantity
    discount = sum((reason.amount for reason in reasons), ZERO)
    return PricedLine(
        line=line,
        unit_price=unit_price,
        subtotal=subtotal,
        discount=discount,
        tax=tax,
        total=subtotal - discount,
        unit_allocations=tuple(spread(line.quantity, discount, tax, currency)),
        reasons=tuple(reasons),
    )


def _shipping_reasons(
    rules: Sequence[Rule],
    coupon: Rule | None,
    lines: Sequence[PriceLine],
    shipping: ShippingOffer | None,
    currency: str,
) -> tuple[Reason, ...]:
    """The one promotion that gives the delivery away: automatic before the coupon is spent."""
    if not shipping or shipping.price <= 0:
        return ()
    candidates = sorted(rules, key=lambda rule: (-rule.priority, str(rule.id)))
    for rule in [*candidates, *([coupon] if coupon else [])]:
        if _gives_delivery(rule, lines):
            return (_reason(rule, quantize(shipping.price, currency)),)
    return ()


def _gives_delivery(rule: Rule, lines: Sequence[PriceLine]) -> bool:
    return rule.effect == "free_shipping" and any(matches(rule, line) for line in lines)


def _sum_up(
    lines: tuple[PricedLine, ...],
    shipping_reasons: tuple[Reason, ...],
    shipping: ShippingOffer | None,
    shipping_tax: Decimal,
    settings: PriceSettings,
) -> PricedBasket:
    shipping_price = quantize(shipping.price, settings.currency) if shipping else ZERO
    shipping_discount = shipping_price if shipping_reasons else ZERO
    shipping_total = shipping_price - shipping_discount
    tax_total = sum((line.tax for line in lines), shipping_tax)
    goods = sum((line.total for line in lines), ZERO)
    added_tax = ZERO if settings.prices_include_tax else tax_total
    return PricedBasket(
        lines=lines,
        settings=settings,
        subtotal=sum((line.subtotal for line in lines), ZERO),
        discount_total=sum((line.discount for line in lines), ZERO),
        shipping=shipping,
        shipping_discount=shipping_discount,
        shipping_total=shipping_total,
        shipping_tax=shipping_tax,
        tax_total=tax_total,
        total=goods + shipping_total + added_tax,
        reasons=merge_reasons(
            [*(reason for line in lines for reason in line.reasons), *shipping_reasons]
        ),
        shipping_reasons=shipping_reasons,
    )
