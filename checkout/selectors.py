"""The checkout's figures, and the order that a form or a draft would become."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple
from uuid import UUID

from constance import config
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.places import Place
from cart.delivery import load_of_cart
from cart.pricing import PricingContext, Quote
from cart.selectors import (
    PricedCart,
    components_of,
    options_of,
    priced_cart,
    stock_units,
    sums_of,
)
from cart.services import Owner
from catalog.models import Variant
from catalog.selectors import payment_limits, sale_refusals, variants_for_sale
from checkout.exceptions import CartEmpty, CheckoutRefused, FiguresChanged, LinesNotOrderable
from checkout.places import BuyerDetails
from core.money import ZERO
from orders.amounts import NewLine
from orders.exceptions import DetailsRefused
from orders.models import Order
from orders.new_orders import NewOrder
from payments.eligibility import Handover, handover_of
from payments.models import Gateway, PaymentMethod
from payments.selectors import Wallet, methods_for, wallet_of, why_not_offered
from promotions.basket import PricedBasket, PricedLine
from shipping.models import MethodKind
from shipping.selectors import Offer, offers_for, reach, usual


@dataclass(frozen=True, kw_only=True)
class Choice:
    """The shopper's choices so far; any of them may be missing."""

    place: Place | None = None
    # Known before the rest of the place is.
    country: str = ""
    # Of guests, and only when they order: before that it might be anybody's.
    email: str = ""
    placed_from: str = ""
    shipping: str = ""
    payment: str = ""

    @property
    def goes_to(self) -> tuple[str, str]:
        """Country and region that taxes and ways to pay go by: where the order is handed over."""
        pickup = reach().pickups.get(self.shipping)
        place = Place.of(pickup) if pickup else self.place
        if place:
            return place.country, place.region
        return self.country or config.COUNTRY, ""


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One submission: the cart, the buyer, their choices, and the figures they saw."""

    owner: Owner
    buyer: BuyerDetails
    country: str
    shipping: str
    payment: str
    use_credit: bool
    # The figures on the page, see `Figures.seen`.
    seen: str
    # The form's: sent twice, it gives one order.
    key: str
    fingerprint: str

    @property
    def choice(self) -> Choice:
        return Choice(
            place=self.buyer.place,
            country=self.country,
            email=self.buyer.email,
            placed_from=self.owner.place,
            shipping=self.shipping,
            payment=self.payment,
        )


@dataclass(frozen=True, kw_only=True)
class Figures:
    """A priced checkout: the options, the choices, and the costs."""

    quote: Quote
    offers: Sequence[Offer]
    offer: Offer | None
    methods: Sequence[PaymentMethod]
    method: PaymentMethod | None
    # Why the way to pay that was chosen cannot be had any more.
    payment_problem: str = ""
    # What the shopper's store credit pays of it.
    credit: Decimal = ZERO

    @property
    def left(self) -> Decimal:
        """The amount due with the method."""
        return self.basket.total - self.credit

    @property
    def is_covered(self) -> bool:
        """The shopper's credit pays all of it: no method is asked for."""
        return self.credit > 0 and self.left <= 0

    @property
    def basket(self) -> PricedBasket:
        return self.quote.basket

    @property
    def sums(self) -> dict[str, Any]:
        return sums_of(self.basket) | {"credit": self.credit, "left": self.left}

    @property
    def seen(self) -> str:
        """What the page shows, for the form to send back: a rise after that is asked about."""
        goods = self.basket.total - self.basket.shipping_total
        delivery = {offer.code: str(offer.price) for offer in self.offers}
        shown = {"goods": str(goods), "delivery": delivery}
        return json.dumps(shown | {"credit": str(self.credit)} if self.credit else shown)

    def costs_more_than(self, seen: str) -> bool:
        """True if the shopper has seen lower figures, or none, or more credit than there is."""
        try:
            shown = json.loads(seen)
            goods = Decimal(shown["goods"])
            delivery = Decimal(shown["delivery"][self.offer.code]) if self.offer else Decimal(0)
            credit = min(Decimal(shown.get("credit", 0)), self.basket.total)
            now = self.basket.total - self.basket.shipping_total
            is_dearer = now > goods or self.credit < credit
            return is_dearer or bool(self.offer and self.offer.price > delivery)
        except (ValueError, KeyError, TypeError, InvalidOperation, RecursionError):
            return True  # No figures, or “NaN”, which cannot be compared.


def figures(cart: PricedCart, choice: Choice, balance: Decimal = ZERO) -> Figures:
    """
    Offers, methods and totals for this cart and choice; `balance` is the store credit that may be
    used. 5 queries beside the cart's.
    """
    offers = offers_for(choice.place, load_of_cart(cart), cart.quote.basket.total)
    offer = _chosen_offer(offers, choice)
    quote = cart.quote.with_shipping(offer)
    credit = min(balance, quote.basket.total)
    left = quote.basket.total - credit
    bill = _Bill(left, quote.basket.currency, _handover(choice, offer))
    methods = _methods_for_bill(bill, cart.variants.values())
    chosen = next((method for method in methods if method.code == choice.payment), None)
    is_lost = bool(choice.payment) and chosen is None
    return Figures(
        quote=quote,
        offers=offers,
        offer=offer,
        methods=methods,
        # Another way to pay is never put in the place of one that was chosen.
        method=chosen if choice.payment else next(iter(methods), None),
        payment_problem=why_not_offered(choice.payment, **bill._asdict()) if is_lost else "",
        credit=credit,
    )


def methods_to_pay(order: Order, due: Decimal) -> list[PaymentMethod]:
    """The payment methods for what an open or changed order owes. 3 queries beside its lines."""
    variants = variants_for_sale({line.variant_id for line in order.lines.all()})
    offered = _methods_for_bill(_Bill(due, order.currency, handover_of(order)), variants.values())
    return [m for m in offered if not (order.owes_difference and m.collects_on_delivery)]


class _Bill(NamedTuple):
    """What decides which payment methods are offered."""

    amount: Decimal
    currency: str
    handover: Handover


def _handover(choice: Choice, offer: Offer | None) -> Handover:
    """Taxes and ways to pay go by the same place."""
    pickup = reach().pickups.get(choice.shipping)
    place = pickup or choice.place
    return Handover(
        country=choice.goes_to[0],
        region=place.region if place else "",
        ubigeo=place.ubigeo if place else "",
        is_pickup=offer.kind == MethodKind.PICKUP if offer else None,
    )


def _methods_for_bill(bill: _Bill, variants: Iterable[Variant]) -> list[PaymentMethod]:
    limits = payment_limits(list(variants))
    offered = methods_for(**bill._asdict())
    return [method for method in offered if limits.allow(method.code, method.hold_minutes)]


def new_order(attempt: Attempt, order_id: UUID, customer: User) -> NewOrder:
    """
    The order that the cart becomes: read, priced and checked now. The cart's row is locked.

    :raises CartEmpty: if there is nothing to order
    :raises LinesNotOrderable: if something may not be sold
    :raises FiguresChanged: if it costs more than the shopper has seen
    :raises CheckoutRefused: if delivery or payment cannot be had as chosen
    :raises DetailsRefused: if a guest's coupon is used up by the person they name
    :raises ServiceUnavailable: if the carts are out of reach
    """
    user, choice = attempt.owner.user, attempt.choice
    cart = priced_cart(attempt.owner.cart_id, pricing_context(user, choice))
    _check_lines(cart)
    uses_credit = user is not None and attempt.use_credit
    found = figures(cart, choice, wallet_for(user, cart).balance if uses_credit else ZERO)
    _check_choices(attempt, cart, found)
    unpaid = timedelta(minutes=config.UNPAID_ORDER_MINUTES)
    order = order_from(
        cart,
        found,
        attempt.buyer,
        customer=customer,
        holder=attempt.owner.cart_id,
        # An order covered by store credit is a sale immediately, so no method limits its holds.
        hold=found.method.hold if found.method else unpaid,
    )
    placed = replace(order, id=order_id, by_guest=user is None, placed_from=attempt.owner.place)
    return _with_payment(placed, found)


def order_from(
    cart: PricedCart,
    found: Figures,
    buyer: BuyerDetails,
    *,
    customer: User,
    holder: UUID,
    hold: timedelta,
) -> NewOrder:
    """
    All of an order but how it is paid; `hold` is the time there is for that.

    :raises CheckoutRefused: if no way of delivery is chosen
    """
    if found.offer is None:
        raise CheckoutRefused(_("Choose one of the delivery methods for your district."))
    now = timezone.now()
    kits = {str(rule.key): rule.name for rule in found.quote.rules.kits}
    amounts = found.basket.amounts(new_lines(found.basket, cart.variants, kits))
    components = components_of(cart.variants.values())
    return NewOrder(
        **amounts.columns(),
        placed_at=now,
        expires_at=now + hold,
        customer=customer,
        email=buyer.email,
        phone=buyer.phone,
        document_type=buyer.document_type,
        document_number=buyer.document_number,
        language=buyer.language,
        coupon_code=found.basket.coupon_code,
        customer_note=buyer.note,
        lines=amounts.lines,
        addresses=buyer.addresses(),
        shipping_discounts=amounts.delivery.gifts,
        is_pickup=buyer.pickup is not None,
        variants=cart.variants,
        holder=holder,
        stock_units=stock_units(cart.stored.quantities(), components),
        destination=buyer.destination,
    )


def new_lines(
    basket: PricedBasket, variants: Mapping[UUID, Variant], kits: Mapping[str, str]
) -> tuple[NewLine, ...]:
    """The priced lines in the words of the catalogue; `kits` are names by key. 1 query."""
    options = options_of(variants)
    return tuple(
        _new_line(line, variants[line.line.variant_id], options, kits) for line in basket.lines
    )


def _new_line(
    priced: PricedLine,
    variant: Variant,
    options: Mapping[UUID, Mapping[str, str]],
    kits: Mapping[str, str],
) -> NewLine:
    return NewLine(
        key=priced.key,
        variant_id=variant.pk,
        seller_id=variant.product.seller_id,
        name=variant.product.name,
        sku=variant.sku,
        options=options.get(variant.pk, {}),
        kit=kits.get(priced.line.kit, ""),
        warranty_months=variant.warranty_months,
        quantity=priced.quantity,
        list_price=priced.line.list_price,
        unit_price=priced.unit_price,
        discount=priced.discount,
        tax_rate=priced.line.tax_rate,
        tax=priced.tax,
        total=priced.total,
        units=priced.unit_allocations,
        reasons=priced.reasons,
    )


def _with_payment(order: NewOrder, found: Figures) -> NewOrder:
    method = found.method
    if found.is_covered or method is None:
        return replace(
            order,
            credit_total=found.credit,
            payment_method_code=Gateway.STORE_CREDIT.value,
            payment_method_name=_("Store credit"),
        )
    return replace(
        order,
        credit_total=found.credit,
        payment_method_code=method.code,
        payment_method_name=method.name[:150],
        payment_instructions=method.instructions,
        collects_on_delivery=method.collects_on_delivery,
    )


def _check_lines(cart: PricedCart) -> None:
    if not cart.stored.lines:
        raise CartEmpty(_("Your cart is empty. If you have already ordered, check your e-mail."))
    if cart.stored.quantities().keys() - cart.variants.keys():
        raise LinesNotOrderable(_("Something in your cart is no longer sold. Please remove it."))
    refusals = sale_refusals(list(cart.variants.values()), timezone.now())
    for variant_id, reason in refusals.items():
        name = cart.variants[variant_id].product.name
        raise LinesNotOrderable(f"{name}: {reason}", (variant_id,))


def _check_choices(attempt: Attempt, cart: PricedCart, found: Figures) -> None:
    if found.offer is None or found.offer.code != attempt.shipping:
        raise CheckoutRefused(_("Choose one of the delivery methods for your district."))
    if not found.is_covered and (found.method is None or found.method.code != attempt.payment):
        raise CheckoutRefused(found.payment_problem or _("Choose a payment method."))
    if cart.quote.is_coupon_spent and attempt.owner.user is None:
        raise DetailsRefused
    if cart.coupon_problem:
        raise CheckoutRefused(cart.coupon_problem)
    if found.costs_more_than(attempt.seen):
        raise FiguresChanged(_("The price has changed. Please look at the total and confirm."))


def pricing_context(user: User | None, choice: Choice) -> PricingContext:
    country, region = choice.goes_to
    return PricingContext(
        user=user,
        email="" if user else choice.email,
        placed_from=choice.placed_from,
        country=country,
        region=region,
    )


def wallet_for(user: User | None, cart: PricedCart) -> Wallet:
    """The signed-in user's store credit in the cart's currency."""
    return wallet_of(user.pk, cart.basket.currency) if user else Wallet()


def _chosen_offer(offers: Sequence[Offer], choice: Choice) -> Offer | None:
    """The one that is chosen, else the first that delivers; never pickup by default."""
    chosen = next((offer for offer in offers if offer.code == choice.shipping), None)
    return chosen if chosen or choice.place is None else usual(offers)
