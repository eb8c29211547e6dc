"""The pricer's input: lines, rules, tax rates."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from constance import config
from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import Count, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format, localize
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django_countries import countries

from accounts.models import User
from catalog.models import Kit, Variant
from catalog.selectors import active_collections
from core.caching.ttl import TTLCache
from core.database.compiled import compiled
from core.formats import money
from core.money import ZERO
from orders.buyer_fingerprint import identity_of
from orders.models import Order
from orders.states import OrderStatus
from promotions.basket import KitRule, PriceLine, PriceSettings, Rule, Rules, Tier
from promotions.engine import matches
from promotions.exceptions import (
    CouponBelowMinimum,
    CouponExpired,
    CouponNotForTheseProducts,
    CouponNotYetValid,
    CouponUnknown,
    CouponUsedByCustomer,
    CouponUsedUp,
)
from promotions.models import (
    Coupon,
    Promotion,
    PromotionQuerySet,
    PromotionScope,
    PromotionTrigger,
    Redemption,
    TaxRate,
)

# The field of each scope's targets, and the column of its table.
TARGETS = {
    PromotionScope.PRODUCT: ("products", "product_id"),
    PromotionScope.CATEGORY: ("categories", "category_id"),
    PromotionScope.BRAND: ("brands", "brand_id"),
    PromotionScope.SELLER: ("sellers", "seller_id"),
    PromotionScope.COLLECTION: ("collections", "collection_id"),
}


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a cart's line asks for. `kit` is the kit's id as text."""

    key: str
    variant_id: UUID
    quantity: int
    kit: str = ""


@dataclass(frozen=True, kw_only=True)
class Customer:
    """Whose uses count together: the account's, and those under any spelling of the e-mail."""

    user: User | None
    identity: str
    # See `orders.buyer_fingerprint.Buyer`: a guest may name somebody else.
    is_guest: bool
    placed_from: str = ""

    @classmethod
    def of(cls, order: Order, identity: str) -> "Customer":
        """Whose uses those of this order are."""
        return cls(
            user=order.customer,
            identity=identity,
            is_guest=order.by_guest,
            placed_from=order.placed_from,
        )

    @property
    def counted(self) -> Q:
        """Uses by orders that were paid or confirmed, and by unpaid ones that are surely theirs."""
        settled = ~Q(order__status=OrderStatus.PENDING)
        if self.is_guest:
            return settled | Q(order__by_guest=False) | Q(order__placed_from=self.placed_from)
        return settled | Q(order__by_guest=False, order__customer=self.user)


def price_lines(
    wanted: Iterable[Wanted],
    variants: Mapping[UUID, Variant],
    rates: Mapping[str, Decimal],
) -> list[PriceLine]:
    """Lines for the pricer, of the variants that there are, taxed by class. At most two queries."""
    known = [(line, variants[line.variant_id]) for line in wanted if line.variant_id in variants]
    categories = _ancestors.get({_category_of(variant) for _, variant in known})
    collections = active_collections([variant for _, variant in known])
    return [
        PriceLine(
            key=line.key,
            variant_id=variant.pk,
            product_id=variant.product_id,
            seller_id=variant.product.seller_id,
            brand_id=variant.brand_id,
            category_ids=frozenset(categories[_category_of(variant)]),
            collection_ids=frozenset(each.pk for each in collections[variant.product_id]),
            list_price=variant.list_price,
            price=variant.price,
            quantity=line.quantity,
            tax_rate=rates.get(variant.product.tax_class, rates["standard"]),
            kit=line.kit,
        )
        for line, variant in known
    ]


def price_settings(rates: Mapping[str, Decimal], country: str = "") -> PriceSettings:
    """The shop's currency and tax rules, where these rates are in force."""
    return PriceSettings(
        currency=config.CURRENCY,
        prices_include_tax=config.PRICES_INCLUDE_TAX,
        rounds_tax_per_line=config.ROUND_TAX_PER_LINE,
        shipping_tax_rate=rates["standard"],
        tax_country=country,
    )


def tax_rates(country: str, region: str = "") -> dict[str, Decimal]:
    """
    Rates by tax class for deliveries there, the region's before the country's; `standard` always.

    As they were at most a second ago: at most one query.
    """
    found = _rates.get([(country, region)])
    # Exports carry none unless the shop says so.
    is_export = country != config.COUNTRY and not config.TAX_EXPORTS
    usual = ZERO if is_export else config.DEFAULT_TAX_RATE
    return {"standard": usual} | found[country, region]


def abroad(country: str) -> str:
    """The name of a country that is not the shop's own, to tell whose tax it is."""
    return "" if country in ("", config.COUNTRY) else str(countries.name(country))


def tax_name(country: str, region: str = "") -> str:
    """
    What the tax of a place is called: the shop's own word where no rate is set.

    As it was at most a second ago: at most one query.
    """
    return _tax_names.get([(country, region)])[country, region] or str(config.DEFAULT_TAX_NAME)


def tax_label(country: str, rates: Collection[Decimal]) -> str:
    """The tax with its rate if there is but one, as “IGV (18 %)”."""
    name = tax_name(country or config.COUNTRY)
    percents = {(rate * 100).normalize() for rate in rates if rate}
    if len(percents) != 1:
        return name
    return f"{name} ({localize(percents.pop())}\N{NO-BREAK SPACE}%)"


def _read_rates(places: list[tuple[str, str]]) -> dict[tuple[str, str], dict[str, Decimal]]:
    [(country, region)] = places
    rows = TaxRate.objects.filter(country=country, region__in=["", region]).order_by("region")
    return {(country, region): {row.tax_class: row.rate for row in rows}}


def _read_tax_names(places: list[tuple[str, str]]) -> dict[tuple[str, str], str]:
    [(country, region)] = places
    rates = TaxRate.objects.filter(country=country, region__in=["", region])
    names = rates.order_by("-region", "-tax_class").values_list("name", flat=True)
    return {(country, region): names.first() or ""}


def rules_for(
    lines: Sequence[PriceLine],
    *,
    coupon_code: str = "",
    user: User | None = None,
    email: str = "",
    placed_from: str = "",
) -> Rules:
    """
    The promotions, the coupon and the kits that may lower the prices of these lines.

    One query without coupon and kits; each of them, and a limit per customer, costs one or two
    more. Nothing is asked where there is nothing to price.

    :raises CouponRefused: a subclass of it that says why the code has no effect
    """
    if not lines and not coupon_code:
        return Rules()
    customer = Customer(
        user=user,
        identity=identity_of(email or (user.email if user else "")),
        is_guest=user is None,
        placed_from=placed_from,
    )
    coupon = _coupon(coupon_code, lines, customer) if coupon_code else None
    return Rules(automatic=_automatic(customer), coupon=coupon, kits=_kits(lines))


def uses_by(customer: Customer, promotion_ids: Iterable[UUID]) -> dict[UUID, int]:
    """How often this customer's orders use each promotion now. One query; none of a stranger."""
    if not customer.identity:
        return {}
    is_his = Q(identity=customer.identity)
    if customer.user:
        is_his |= Q(user=customer.user)
    live = Redemption.objects.filter(
        is_his, customer.counted, promotion__in=promotion_ids, freed_at=None
    )
    counted = live.values("promotion_id").annotate(number=Count("pk"))
    return dict(counted.values_list("promotion_id", "number"))


def _automatic(customer: Customer) -> tuple[Rule, ...]:
    rows = _running(timezone.now())
    limited = [row.pk for row in rows if row.max_uses_per_customer]
    used = uses_by(customer, limited) if limited else {}
    return tuple(
        _rule(row)
        for row in rows
        if row.max_uses_per_customer is None or used.get(row.pk, 0) < row.max_uses_per_customer
    )


@compiled
def _running(now: datetime) -> QuerySet[Promotion]:
    is_left = Q(max_uses=None) | Q(uses__lt=F("max_uses"))
    return _with_targets(
        Promotion.objects.running(now).filter(is_left, trigger=PromotionTrigger.AUTOMATIC)
    )


def _coupon(code: str, lines: Sequence[PriceLine], customer: Customer) -> Rule:
    coupon = Coupon.objects.filter(
        code__iexact=code.strip(),
        is_active=True,
        promotion__is_active=True,
        promotion__trigger=PromotionTrigger.COUPON,
    ).first()
    if coupon is None:
        raise CouponUnknown(_("We do not know this code."))
    promotion = _with_targets(Promotion.objects.filter(pk=coupon.promotion_id)).get()
    _check_time(promotion)
    check_uses(promotion, coupon, customer)
    rule = _rule(promotion, coupon)
    _check_basket(rule, lines)
    return rule


def _check_time(promotion: Promotion) -> None:
    now = timezone.now()
    if promotion.starts_at and promotion.starts_at > now:
        raise CouponNotYetValid(
            _("This code is not valid yet: it starts on %(moment)s.")
            % {"moment": _moment(promotion.starts_at)}
        )
    if promotion.ends_at and promotion.ends_at <= now:
        raise CouponExpired(
            _("This code is no longer valid: it ended on %(moment)s.")
            % {"moment": _moment(promotion.ends_at)}
        )


def _moment(moment: datetime) -> str:
    return date_format(localtime(moment), "DATETIME_FORMAT")


def check_uses(promotion: Promotion, coupon: Coupon, customer: Customer) -> None:
    """
    One query if uses per customer are limited.

    :raises CouponUsedUp: if nobody can use it any more
    :raises CouponUsedByCustomer: if this customer cannot
    """
    if is_spent(promotion) or is_spent(coupon):
        raise CouponUsedUp(_("This code has been used up."))
    limit = promotion.max_uses_per_customer
    if limit and uses_by(customer, [promotion.pk]).get(promotion.pk, 0) >= limit:
        raise CouponUsedByCustomer(_("You have used this code already."))


def is_spent(row: Promotion | Coupon) -> bool:
    """Whether it is used up. No query."""
    return row.max_uses is not None and row.uses >= row.max_uses


def _check_basket(rule: Rule, lines: Sequence[PriceLine]) -> None:
    amount = sum((line.price * line.quantity for line in lines), ZERO)
    if amount < rule.minimum_purchase:
        minimum = money(rule.minimum_purchase, config.CURRENCY)
        raise CouponBelowMinimum(
            _("This code needs a purchase of at least %(amount)s.") % {"amount": minimum}
        )
    if not any(matches(rule, line) for line in lines):
        raise CouponNotForTheseProducts(_("This code is not for the products in your cart."))


def _with_targets(promotions: PromotionQuerySet) -> PromotionQuerySet:
    """Adds the keys of each promotion's targets, in the same query."""
    subqueries = {
        f"{name}_ids": ArraySubquery(
            getattr(Promotion, name)
            .through.objects.filter(promotion_id=OuterRef("pk"))
            .values(column)
        )
        for name, column in TARGETS.values()
    }
    return promotions.annotate(**subqueries)


def _rule(promotion: Promotion, coupon: Coupon | None = None) -> Rule:
    target = TARGETS.get(PromotionScope(promotion.scope))
    return Rule(
        id=promotion.pk,
        name=promotion.name,
        effect=promotion.effect,
        scope=promotion.scope,
        value=promotion.value or ZERO,
        buy_quantity=promotion.buy_quantity or 0,
        free_quantity=promotion.free_quantity or 0,
        tiers=tuple(
            Tier(quantity=int(tier["quantity"]), percent=Decimal(str(tier["percent"])))
            for tier in promotion.tiers
        ),
        targets=frozenset(getattr(promotion, f"{target[0]}_ids") if target else ()),
        minimum_purchase=promotion.minimum_purchase,
        priority=promotion.priority,
        exclusive_group=promotion.exclusive_group,
        coupon_id=coupon.pk if coupon else None,
        code=coupon.code if coupon else "",
    )


def _kits(lines: Sequence[PriceLine]) -> tuple[KitRule, ...]:
    keys = {line.kit for line in lines if line.kit}
    if not keys:
        return ()
    kits = Kit.objects.filter(pk__in=keys, is_active=True, discount_percent__gt=0)
    return tuple(kit_rule(kit) for kit in kits.order_by("pk").prefetch_related("items"))


def kit_rule(kit: Kit) -> KitRule:
    """A kit as the pricer needs it. No query where its items are prefetched."""
    items = list(kit.items.all())
    return KitRule(
        key=str(kit.pk),
        name=kit.name,
        percent=kit.discount_percent,
        required={item.product_id: item.quantity for item in items if not item.is_optional},
        optional={item.product_id: item.quantity for item in items if item.is_optional},
        slug=kit.slug,
    )


def _category_of(variant: Variant) -> UUID:
    return variant.category_id or variant.product.category_id


def _read_ancestors(category_ids: list[UUID]) -> dict[UUID, set[UUID]]:
    """Each category with those above it. 1 query."""
    found: dict[UUID, set[UUID]] = defaultdict(set)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH RECURSIVE above AS (
                SELECT id AS leaf, id, parent_id FROM catalog_category WHERE id = ANY(%s)
                UNION
                SELECT above.leaf, c.id, c.parent_id
                FROM catalog_category c JOIN above ON c.id = above.parent_id
            )
            SELECT leaf, id FROM above
            """,
            [sorted(category_ids)],
        )
        for leaf, category_id in cursor.fetchall():
            found[leaf].add(category_id)
    return found


_rates = TTLCache(_read_rates)
_tax_names = TTLCache(_read_tax_names)
_ancestors = TTLCache(_read_ancestors)
